"""Fixtures of tests that use the loaded platform: database, tenants, sessions and HTTP clients.

Each test gets a tenant of its own in a database that all tests of a kind share, so nothing needs
to be emptied in between and a leak between tenants shows.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from server import factory
from server.auth import api as auth
from server.auth import passwords
from server.kernel import db, schema, settings
from server.kernel.actors import Actor, system
from server.kernel.db import Base
from server.kernel.http import TruckrollApp
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work

PASSWORD = "correct horse battery"
# Hashing as slowly as for real people would be most of the time of the whole run.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Person:
    """A user made for a test, and the client that is signed in as that user."""

    id: UUID
    login: str
    client: ApiClient


class ApiClient:
    """A signed-in HTTP client on the application, without a network between."""

    def __init__(self, client: FlaskClient, token: str = "") -> None:
        self._client = client
        self.token = token

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        revision = options.pop("revision", None)
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        return self._client.open(path, method=method, headers=headers, **options)

    def items(self, path: str) -> list[dict[str, Any]]:
        """The first page of a list, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.open("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.open("POST", path, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        return self.open("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> TestResponse:
        return self.open("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.open("DELETE", path, **options)


@pytest.fixture(scope="session")
def platform(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The platform with every module, on an up-to-date database of the test's kind."""
    loaded = factory.load(a_settings(database_url, tmp_path_factory.mktemp("home")), wake=False)
    owner = db.make_engine(database_url, as_owner=True)
    with owner.begin() as connection:
        Base.metadata.create_all(connection)
        schema.complete(connection)
    owner.dispose()
    yield loaded
    loaded.dispose()


@pytest.fixture
def tenant(platform: Platform) -> Tenant:
    """A fresh tenant with the built-in roles; its slug is unique."""
    return make_tenant(platform)


@pytest.fixture
def session(platform: Platform, tenant: Tenant) -> Iterator[Session]:
    """A writing unit of work in the tenant that is rolled back; for tests of services.

    On SQLite it is the one writer: a test that also writes through a client uses ``working``.
    """
    with pytest.raises(_Undone), unit_of_work(platform, tenant.id) as unit_session:  # noqa: PT012
        yield unit_session
        raise _Undone


@pytest.fixture
def working(platform: Platform, tenant: Tenant) -> Callable[..., Any]:
    """Open committed units of work in the tenant: ``with working() as session``."""
    return lambda **options: unit_of_work(platform, tenant.id, **options)


@pytest.fixture
def actor(tenant: Tenant) -> Actor:
    """The system as actor in the tenant."""
    return system(tenant.id)


@pytest.fixture
def app(platform: Platform) -> TruckrollApp:
    """The WSGI application on the platform."""
    made = factory.create_app(platform)
    assert isinstance(made, TruckrollApp)
    return made


@pytest.fixture
def sign_in(app: TruckrollApp, tenant: Tenant) -> Callable[..., Person]:
    """Make a user with the given roles in the tenant (or another one) and sign in over HTTP."""

    def make(*roles: str, tenant: Tenant = tenant) -> Person:
        return make_person(app, tenant, *roles)

    return make


@pytest.fixture
def client(sign_in: Callable[..., Person]) -> ApiClient:
    """A client signed in as an administrator who is a dispatcher too."""
    return sign_in("admin", "dispatcher").client


def a_settings(database_url: str, home: Path, **changes: Any) -> settings.Settings:
    """Return settings for a private home folder and database."""
    made = settings.from_environment(
        {
            "TRUCKROLL_HOME": str(home),
            "DATABASE_URL": database_url,
            "TRUCKROLL_SECRET_KEYS": "k" * 40,
        }
    )
    present = tuple(name for name in made.modules if _exists(name))
    return dataclasses.replace(made, **{"modules": present, **changes})


def make_person(app: TruckrollApp, tenant: Tenant, *roles: str) -> Person:
    """Make a user with the given roles in a tenant, committed, and sign in over HTTP."""
    login = f"user-{new_id().hex[-12:]}"
    with unit_of_work(app.platform, tenant.id) as unit_session:
        user = auth.create_user(
            unit_session,
            actor=system(tenant.id),
            login=login,
            display_name=f"{roles[0]} {login[-4:]}",
            password=PASSWORD,
            roles=list(roles),
        )
        user_id = user.id
    client = app.test_client(use_cookies=False)
    answer = client.post(
        "/api/v1/auth/tokens",
        json={"login": f"{login}@{tenant.slug}", "password": PASSWORD},
    )
    assert answer.status_code in {200, 201}, answer.get_data(as_text=True)
    return Person(user_id, login, ApiClient(client, answer.get_json()["access_token"]))


def make_tenant(platform: Platform) -> Tenant:
    """Make a tenant with a unique slug, committed."""
    with unit_of_work(platform, None) as unit_session:
        made = auth.create_tenant(
            unit_session, slug=f"t{new_id().hex[-14:]}", name="Test Company", timezone="UTC"
        )
        unit_session.flush()
        unit_session.expunge(made)
    return made


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


class _Undone(Exception):
    pass
