"""Building the apps: with which Node, and when nothing has to be done, on a small workspace."""

from __future__ import annotations

import filecmp
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.scripts.loading import load

# Counts how often it ran; what it writes is the folder that the real one would write to.
BUILD = """
import fs from "node:fs";
const out = process.env.TRUCKROLL_WEB_DIST;
fs.appendFileSync("../builds", "x");
if (fs.existsSync("fail")) process.exit(1);
for (const app of ["console", "field"]) {
  fs.mkdirSync(`${out}/${app}`);
  fs.writeFileSync(`${out}/${app}/index.html`, fs.readFileSync("console/main.ts"));
}
"""


web: Any = load("web")


@pytest.fixture
def at(tmp_path: Path) -> Any:
    """A workspace with an app of one file and a build that counts."""
    folder = tmp_path / "web"
    files = {
        "package.json": json.dumps(
            {"name": "w", "private": True, "type": "module", "scripts": {"build": "node build.mjs"}}
        ),
        "package-lock.json": json.dumps(
            {"name": "w", "lockfileVersion": 3, "requires": True, "packages": {"": {"name": "w"}}}
        ),
        "build.mjs": BUILD,
        "console/main.ts": "first",
        "console/main.test.ts": "a test",
    }
    for name, text in files.items():
        write(folder / name, text)
    return web.Workspace(folder, folder / "dist")


def builds(at: Any) -> int:
    counted = at.web.parent / "builds"
    return len(counted.read_text()) if counted.exists() else 0


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_apps_are_built_once_and_again_when_a_source_changes(at: Any) -> None:
    assert web.build(at) is True
    assert web.build(at) is False
    write(at.web / "console" / "main.ts", "second")
    assert web.build(at) is True

    assert builds(at) == 2
    assert (at.output / "console" / "index.html").read_text() == "second"


@pytest.mark.parametrize(
    "name",
    [
        "console/main.test.ts",
        "node_modules/some/index.js",
        "eslint.config.js",
        ".prettierrc.json",
        "sync-client/server-tests/pull.ts",
        ".dist.building/console/index.html",
    ],
)
def test_what_makes_no_difference_to_the_apps_builds_nothing(at: Any, name: str) -> None:
    web.build(at)

    write(at.web / name, "changed")

    assert web.build(at) is False


@pytest.mark.parametrize("name", ["field/new.ts", "console/locales/en.json", "package-lock.json"])
def test_a_new_source_text_or_package_builds_again(at: Any, name: str) -> None:
    web.build(at)

    path = at.web / name
    write(path, path.read_text() + "\n" if path.exists() else "{}")

    assert web.build(at) is True


def test_a_removed_or_renamed_source_builds_again(at: Any) -> None:
    write(at.web / "console" / "other.ts", "other")
    web.build(at)

    (at.web / "console" / "other.ts").rename(at.web / "console" / "others.ts")

    assert web.build(at) is True


def test_apps_that_somebody_removed_are_built_again(at: Any) -> None:
    web.build(at)

    (at.output / "field" / "index.html").unlink()

    assert web.build(at) is True


def test_packages_are_installed_again_only_when_the_lock_file_changes(at: Any) -> None:
    first, second = web.install(at), web.install(at)
    write(at.web / "console" / "main.ts", "second")
    write(at.web / "package.json", (at.web / "package.json").read_text() + "\n")
    third = web.install(at)
    lock = at.web / "package-lock.json"
    write(lock, lock.read_text() + "\n")

    assert [first, second, third, web.install(at)] == [True, False, False, True]


def test_a_failed_build_leaves_the_old_apps_and_is_tried_again(at: Any) -> None:
    web.build(at)
    write(at.web / "fail", "")

    with pytest.raises(web.WebError):
        web.build(at)

    assert (at.output / "console" / "index.html").read_text() == "first"
    assert sorted(path.name for path in at.web.iterdir() if path.name.startswith(".")) == []
    (at.web / "fail").unlink()
    write(at.web / "console" / "main.ts", "mended")
    assert web.build(at) is True


def test_a_folder_that_holds_other_things_is_not_replaced(at: Any) -> None:
    write(at.output / "letters.txt", "dear")

    with pytest.raises(web.WebError, match="letters"):
        web.build(at)

    assert (at.output / "letters.txt").read_text() == "dear"


@pytest.mark.parametrize("work", [web.install, web.build])
def test_two_at_once_do_it_once(at: Any, work: Callable[[Any], bool]) -> None:
    done: list[bool] = []
    threads = [threading.Thread(target=lambda: done.append(work(at))) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [False, True]


def test_without_a_network_the_reason_and_the_way_on_are_named(at: Any, tmp_path: Path) -> None:
    root = {"name": "w", "dependencies": {"left-pad": "1.3.0"}}
    package = {"version": "1.3.0", "integrity": "sha512-" + "A" * 86 + "=="}
    packages = {"": root, "node_modules/left-pad": package}
    write(at.web / "package.json", json.dumps(root))
    write(
        at.web / "package-lock.json",
        json.dumps({"name": "w", "lockfileVersion": 3, "requires": True, "packages": packages}),
    )
    # A port where nobody listens, and no cache: as on a machine without a network.
    write(at.web / ".npmrc", f"registry=http://127.0.0.1:9/\ncache={tmp_path}/cache\n")

    with pytest.raises(web.WebError, match=r"(?s)offline.*truckroll up"):
        web.install(at)

    assert not (at.web / "node_modules" / web.INSTALLED).exists()


def test_a_node_named_in_the_environment_is_taken(tmp_path: Path) -> None:
    node = a_node(tmp_path / "named", "v24.1.0")
    on_path = a_node(tmp_path / "path", "v24.2.0")

    found = web.find_node({"TRUCKROLL_NODE": str(node), "PATH": str(on_path.parent)})

    assert found == node.parent


@pytest.mark.parametrize("version", ["v22.17.9", "v20.20.2", "nonsense"])
def test_a_node_named_in_the_environment_that_is_too_old_is_refused(
    tmp_path: Path, version: str
) -> None:
    node = a_node(tmp_path, version)

    with pytest.raises(web.WebError, match=r"NODE=.*22\.18"):
        web.find_node({"NODE": str(node)})


@pytest.mark.parametrize(("version", "is_taken"), [("v22.18.0", True), ("v22.17.0", False)])
def test_a_node_on_the_path_is_taken_when_it_is_new_enough(
    tmp_path: Path, version: str, *, is_taken: bool
) -> None:
    node = a_node(tmp_path, version)

    found = web.find_node({"PATH": str(tmp_path)})

    assert (found == node.parent) is is_taken
    assert (found / "node").exists()


def test_a_node_without_npm_is_of_no_use(tmp_path: Path) -> None:
    a_node(tmp_path, "v24.0.0").with_name("npm").unlink()

    assert web.find_node({"PATH": str(tmp_path)}) != tmp_path


def test_an_api_client_of_the_same_length_and_another_content_is_out_of_date(
    tmp_path: Path,
) -> None:
    for side, text in (("fresh", "a = 1"), ("kept", "a = 2")):
        write(tmp_path / side / "core" / "client.ts", text)
        os.utime(tmp_path / side / "core" / "client.ts", (1, 1))
        write(tmp_path / side / "same.ts", "same")
    write(tmp_path / "kept" / "old.ts", "old")
    write(tmp_path / "fresh" / "core" / "new.ts", "new")

    compared = filecmp.dircmp(tmp_path / "fresh", tmp_path / "kept")

    assert sorted(web._differences(compared)) == ["client.ts", "new.ts", "old.ts"]


def test_an_unknown_command_explains_the_known_ones() -> None:
    answer = subprocess.run(
        [sys.executable, ROOT / "scripts" / "web.py", "deploy"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 2
    assert "scripts/web.py build" in answer.stderr


def test_the_apps_are_built_to_where_the_server_looks_for_them(tmp_path: Path) -> None:
    from server.kernel.settings import from_environment  # noqa: PLC0415 - compared with the script

    for more in ({}, {"TRUCKROLL_WEB_DIST": str(tmp_path / "elsewhere")}):
        environ = {"TRUCKROLL_HOME": str(tmp_path), **more}
        assert web.workspace(environ).output == from_environment(environ).web_dist


def a_node(folder: Path, version: str) -> Path:
    """A program that says the version that a Node would say, with an npm beside it."""
    for name in ("node", "npm"):
        write(folder / name, f"#!/bin/sh\necho {version}\n")
        os.chmod(folder / name, 0o755)  # noqa: PTH101, S103 - a program
    return folder / "node"
