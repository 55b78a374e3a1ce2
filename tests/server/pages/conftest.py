"""Small built apps, and a platform without any database that serves them."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import factory
from server.kernel.http import TruckrollApp
from tests.platforms import a_settings

PAGE = "<!doctype html><title>an app</title>"
SCRIPT = "console.log('made for this test')" * 10
Visit = Callable[..., FlaskClient]


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Two built apps: a page, a service worker, a manifest, and files with a digest."""
    folder = tmp_path / "dist"
    for app in ("console", "field"):
        write(folder / app / "index.html", PAGE + app)
        write(folder / app / "assets" / "index-abc123.js", SCRIPT)
        write(folder / app / "assets" / "reader-abc123.wasm", "\0asm")
    write(folder / "console" / ".draft.html", "not for anybody")
    write(folder / "field" / "sw.js", SCRIPT)
    write(folder / "field" / "manifest.webmanifest", "{}")
    script = folder / "console" / "assets" / "index-abc123.js"
    script.with_suffix(".js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    # Not brotli, but what would be sent as such: what is sent is what lies there.
    script.with_suffix(".js.br").write_bytes(b"as brotli")
    write(tmp_path / "secret.html", "not for anybody")
    return folder


@pytest.fixture(scope="session")
def detached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TruckrollApp]:
    """The application on a database that does not exist."""
    home = tmp_path_factory.mktemp("detached")
    made = a_settings(f"sqlite:///{home}/there/is/none.sqlite", home)
    platform = factory.load(made, wake=False)
    yield factory.create_app(platform)
    platform.dispose()


@pytest.fixture
def visit(detached: TruckrollApp, dist: Path) -> Iterator[Visit]:
    """Open a visitor's client on the application with these settings."""
    kept = detached.platform.settings

    def make(**changes: Any) -> FlaskClient:
        # Routes are the same whatever the settings: to make them anew each time takes long.
        detached.platform.settings = dataclasses.replace(kept, **{"web_dist": dist, **changes})
        return detached.test_client()

    yield make
    detached.platform.settings = kept


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
