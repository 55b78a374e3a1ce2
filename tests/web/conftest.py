"""Fixtures of the web tests: the built apps, an installation, a company and its people's windows.

The browser lives as long as one file: a second loop of events in the same process would disturb
the tests of other files.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.conftest import skip_or_fail
from tests.journeys.company import ROOT
from tests.web import browser
from tests.web.browser import Chromium, Window
from tests.web.company import Company
from tests.web.installation import Installation, installed
from tests.web.release import copied

BUILD_SECONDS = 240
_has_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call":
        item.stash[_has_failed] = report.failed
    return report


@pytest.fixture(scope="session")
def apps() -> Path:
    """The folder of the built apps; builds what has changed, unless a folder is given."""
    if chosen := os.environ.get("TRUCKROLL_WEB_DIST"):
        return Path(chosen)
    build = [sys.executable, str(ROOT / "scripts" / "web.py"), "build"]
    subprocess.run(build, check=True, timeout=BUILD_SECONDS)
    return ROOT / "web" / "dist"


@pytest.fixture(scope="session")
def installation(
    database_kind: str,
    new_database: Callable[[str], str],
    apps: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """All processes on a database of the test's kind; with PostgreSQL on a Redis too."""
    more: dict[str, str] = {}
    if database_kind == "postgres":
        redis: servers.Redis = request.getfixturevalue("redis_server")
        more["TRUCKROLL_BROKER_URL"] = redis.url
    home = tmp_path_factory.mktemp(f"web-{database_kind}")
    with installed(home, new_database("truckroll_web"), apps, **more) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Iterator[Company]:
    """A fresh company; at the end the line is whole and the server up, for the next test."""
    yield Company(installation)
    installation.line.heal()
    installation.until_api_answers()


@pytest.fixture
def changing_apps(apps: Path, tmp_path: Path) -> Path:
    """The built apps in a place where a new version can be put."""
    return copied(apps, tmp_path)


@pytest.fixture
def updated_company(
    changing_apps: Path, new_database: Callable[[str], str], tmp_path: Path
) -> Iterator[Company]:
    """A company whose server gets a new version of the apps."""
    home = tmp_path / "home"
    home.mkdir()
    with installed(home, new_database("truckroll_update"), changing_apps) as running:
        yield Company(running)


@pytest.fixture(scope="module")
def chromium(pytestconfig: pytest.Config) -> Iterator[Chromium]:
    """The browser of this file."""
    try:
        browser.find_chromium()
    except servers.Missing as reason:
        skip_or_fail(pytestconfig, "Chromium", reason)
    with browser.chromium() as running:
        yield running


@pytest.fixture
def windows(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Window]]:
    """All windows of a test: closed at its end, shown if it failed, empty of troubles if not."""
    opened: list[Window] = []
    yield opened
    has_failed = request.node.stash.get(_has_failed, False)
    troubles = [trouble for window in opened for trouble in window.troubles]
    if has_failed or troubles:
        folder = tmp_path_factory.mktemp("evidence")
        for number, window in enumerate(opened):
            saved = window.save_evidence(folder, f"window-{number}")
            request.node.add_report_section("teardown", "evidence", "\n".join(map(str, saved)))
    for window in opened:
        window.close()
    if not has_failed:
        assert not troubles, "\n".join(troubles)


@pytest.fixture
def open_desk(chromium: Chromium, windows: list[Window]) -> Callable[..., Window]:
    """Open a window on a desk."""

    def make(**options: Any) -> Window:
        windows.append(chromium.open(**options))
        return windows[-1]

    return make


@pytest.fixture
def open_phone(chromium: Chromium, windows: list[Window]) -> Callable[..., Window]:
    """Open a phone; with ``folder`` it keeps what it stored when it is closed and opened again."""

    def make(folder: Path | None = None, *arguments: str, **options: Any) -> Window:
        options = {"is_phone": True} | options
        if folder is None:
            windows.append(chromium.open(**options))
        else:
            windows.append(chromium.open_on_disk(folder, *arguments, **options))
        return windows[-1]

    return make
