"""The image is built from what is there: every file it copies exists and reaches the builder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from server.kernel.settings import VARIABLES
from tests.architecture.source import PACKAGES, ROOT

LINES = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text()).splitlines()
IGNORED = (ROOT / ".dockerignore").read_text().split()


def copied() -> Iterator[str]:
    """What is copied from the project, not from another stage."""
    for line in LINES:
        if line.startswith("COPY ") and "--from=" not in line:
            *sources, _ = line.split()[1:]
            yield from sources


def reaches_the_builder(path: str) -> bool:
    """Whether ``.dockerignore`` lets the path through: the last rule that fits decides."""
    is_sent = True
    parts = path.split("/")
    above = {"/".join(parts[:n]) for n in range(1, len(parts) + 1)}
    for rule in IGNORED:
        pattern = rule.removeprefix("!")
        tails = {above_one.rsplit("/", 1)[-1] for above_one in above}
        names = tails if pattern.startswith("**/") else above
        if any(fnmatch(name, pattern.removeprefix("**/")) for name in names):
            is_sent = rule.startswith("!")
    return is_sent


@pytest.mark.parametrize("path", sorted(set(copied())))
def test_what_the_image_copies_exists_and_is_sent_to_the_builder(path: str) -> None:
    name = path.rstrip("/")

    assert (ROOT / name).exists()
    assert reaches_the_builder(name)


@pytest.mark.parametrize(
    "path", [".git/config", "var/truckroll.db", "web/node_modules/react/index.js", "web/dist/x.js"]
)
def test_what_is_made_here_or_secret_is_not_sent_to_the_builder(path: str) -> None:
    assert not reaches_the_builder(path)


def test_the_image_has_every_package_and_the_built_apps() -> None:
    lines = "\n".join(LINES)

    assert set(PACKAGES) <= {path.rstrip("/") for path in copied()}
    assert "COPY --from=apps /app/web/dist web/dist/" in lines


def test_every_lock_file_the_image_installs_exists() -> None:
    named = re.findall(r"requirements/([\w$]+)\.lock", "\n".join(LINES))
    default = re.findall(r"^ARG LOCK=(\w+)", "\n".join(LINES), re.MULTILINE)

    wanted = {*default, *(name for name in named if "$" not in name)}
    assert wanted == {"postgres", "uv", "web"}
    assert [name for name in wanted if not (ROOT / f"requirements/{name}.lock").exists()] == []


def test_the_image_sets_settings_that_exist() -> None:
    named = {name for line in LINES for name in re.findall(r"(TRUCKROLL_\w+)=", line)}

    assert named
    assert named - VARIABLES.keys() == set()


def test_the_apps_stage_has_all_that_the_build_reads(tmp_path: Path) -> None:
    # As in the image: the script beside web/, and no other file of the project.
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "web.py", tmp_path / "scripts")

    answer = subprocess.run(
        [sys.executable, "-I", tmp_path / "scripts" / "web.py", "no such command"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 2, answer.stderr
