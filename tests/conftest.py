"""Fixtures of all tests: private servers and one empty database of each kind.

Without a server its tests are skipped and a red line says so; with ``REQUIRE_SERVERS=1`` they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn, TypeVar

import hypothesis
import pytest

from tests import servers

pytest_plugins = ["tests.platforms"]

# How long an example takes says how busy the machine is, nothing about the code. A gate must fail
# for what a change did, so CI draws the same examples each time; everybody else draws new ones.
hypothesis.settings.register_profile(
    "truckroll",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("truckroll")

KINDS = ("sqlite", "postgres")
S = TypeVar("S", bound=servers.Server)
_missing = pytest.StashKey[dict[str, str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        choices=[*KINDS, "all"],
        default="all",
        help="run the tests that use a database on this kind only",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_missing] = {}
    config.addinivalue_line("markers", "only(kind): the test is about this kind of database")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen: str = metafunc.config.getoption("--db")
        only = metafunc.definition.get_closest_marker("only")
        possible = only.args if only else KINDS
        kinds = [kind for kind in possible if chosen in {kind, "all"}]
        marked = [pytest.param(kind, marks=_marks(kind)) for kind in kinds]
        metafunc.parametrize("database_kind", marked, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, reason in terminalreporter.config.stash[_missing].items():
        line = f"!! Tests with {name} did NOT run: {reason} (`make test-deps` installs it)"
        terminalreporter.write_line(line, red=True, bold=True)


@pytest.fixture(scope="session")
def postgis(pytestconfig: pytest.Config) -> Iterator[servers.PostGIS]:
    yield from _running(pytestconfig, servers.PostGIS)


@pytest.fixture(scope="session")
def redis_server(pytestconfig: pytest.Config) -> Iterator[servers.Redis]:
    yield from _running(pytestconfig, servers.Redis)


@pytest.fixture(scope="session")
def mosquitto(pytestconfig: pytest.Config) -> Iterator[servers.Mosquitto]:
    yield from _running(pytestconfig, servers.Mosquitto)


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; every test that needs one runs on each."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def new_database(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Make an empty database of the test's kind and return the owner's URL."""

    def make(name: str) -> str:
        if database_kind == "sqlite":
            return f"sqlite:///{_file(tmp_path_factory, name)}"
        server: servers.PostGIS = request.getfixturevalue("postgis")
        server.drop_database(name)
        return server.new_database(name)

    return make


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[str], str]) -> str:
    """The owner's URL of the database that the tests of one kind share; empty at first."""
    return new_database("truckroll")


def _marks(kind: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.servers] if kind == "postgres" else []


def _file(factory: pytest.TempPathFactory, name: str) -> Path:
    return factory.mktemp(name) / "truckroll.sqlite"


def _running(config: pytest.Config, kind: Callable[[], S]) -> Iterator[S]:
    try:
        server = kind()
    except servers.Missing as reason:
        skip_or_fail(config, getattr(kind, "__name__", "a server"), reason)
    yield server
    server.stop()


def skip_or_fail(config: pytest.Config, name: str, reason: servers.Missing) -> NoReturn:
    """Skip visibly what needs a program that is not there; with REQUIRE_SERVERS=1, fail."""
    config.stash[_missing][name] = str(reason)
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(f"{name} is required: {reason}", pytrace=False)
    pytest.skip(f"no {name}: {reason}")
