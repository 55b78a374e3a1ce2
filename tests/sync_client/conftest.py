"""The sync client against the real server: a tenant, an engineer and a phone for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.web import WebError, find_node
from tests.journeys.company import ROOT
from tests.sync_client.phone import Phone
from tests.sync_client.server import APIServer, api_server
from tests.web.company import Company, Person


@pytest.fixture(scope="session", autouse=True)
def node() -> None:
    try:
        find_node()
    except WebError as reason:
        pytest.skip(str(reason))
    assert (ROOT / "web" / "node_modules" / "dexie").exists(), "run `make web` first"


@pytest.fixture(scope="session")
def server(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[APIServer]:
    home = tmp_path_factory.mktemp("sync-client")
    with api_server(home, new_database("truckroll_sync_client")) as running:
        yield running


@pytest.fixture
def company(server: APIServer) -> Iterator[Company]:
    server.line.heal()
    yield Company(server)  # type: ignore[arg-type]  # It needs the platform and the URL only.
    server.line.heal()


@pytest.fixture
def engineer(company: Company) -> Person:
    return company.engineers[0]


@pytest.fixture
def new_phone(
    server: APIServer, company: Company, tmp_path: Path
) -> Iterator[Callable[..., Phone]]:
    made: list[Phone] = []

    def make(person: Person, folder: Path | None = None, **options: Any) -> Phone:
        place = folder or tmp_path / f"phone-{len(made)}"
        made.append(Phone(company, person, place, server.url, **options))
        return made[-1]

    yield make
    for phone in made:
        phone.close()


@pytest.fixture
def phone(new_phone: Callable[..., Phone], engineer: Person) -> Phone:
    return new_phone(engineer)


@pytest.fixture
def work(company: Company, engineer: Person) -> dict[str, Any]:
    """A work order booked for the engineer."""
    return company.work_order(engineer)
