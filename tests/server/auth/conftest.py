"""Fixtures for tests of sign-in: people with passwords, and requests that are not signed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.auth import api as auth
from server.kernel.actors import system
from server.kernel.http import TruckrollApp
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.platforms import PASSWORD, Person, make_tenant


@pytest.fixture
def visitor(app: TruckrollApp) -> FlaskClient:
    """A browser that is not signed in, with a cookie jar."""
    return app.test_client()


@pytest.fixture
def tokens_of(visitor: FlaskClient, tenant: Tenant) -> Callable[..., dict[str, Any]]:
    """Sign a person in once more and return the tokens."""

    def tokens(person: Person, **body: Any) -> dict[str, Any]:
        answer = visitor.post(
            "/api/v1/auth/tokens",
            json={"login": f"{person.login}@{tenant.slug}", "password": PASSWORD, **body},
        )
        found: dict[str, Any] = answer.get_json()
        return found

    return tokens


@pytest.fixture
def change_settings(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run the rest of a test with some settings changed."""
    return lambda **changes: monkeypatch.setattr(
        platform, "settings", dataclasses.replace(platform.settings, **changes)
    )


@pytest.fixture
def other_tenant(platform: Platform) -> Tenant:
    """A second tenant, into which nothing may leak."""
    return make_tenant(platform)


@pytest.fixture
def a_demo_login(working: Callable[..., Any], tenant: Tenant) -> str:
    """The full login of a user of the demonstration."""
    with working() as session:
        user = auth.create_user(
            session,
            actor=system(tenant.id),
            login="shown",
            display_name="Shown",
            password="demo",
            roles=["agent"],
            is_demo=True,
        )
        return f"{user.login}@{tenant.slug}"
