"""Fixtures of the kernel's tests: one tenant and one application per file, because both are dear.

The tests of a file share the tenant's records and so look only at those they have made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server import factory
from server.kernel.http import TruckrollApp
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.platforms import make_tenant


@pytest.fixture(scope="module")
def tenant(platform: Platform) -> Tenant:
    """A tenant that the tests of one file share."""
    return make_tenant(platform)


@pytest.fixture(scope="module")
def other_tenant(platform: Platform) -> Tenant:
    """Somebody else's tenant, for what must stay apart."""
    return make_tenant(platform)


@pytest.fixture(scope="module")
def app(platform: Platform) -> TruckrollApp:
    """The WSGI application, made once per file."""
    made = factory.create_app(platform)
    assert isinstance(made, TruckrollApp)
    return made


@pytest.fixture
def theirs(platform: Platform, other_tenant: Tenant) -> Callable[..., Any]:
    """Open committed units of work in the other tenant."""
    return lambda **options: unit_of_work(platform, other_tenant.id, **options)


@pytest.fixture
def reading(platform: Platform, tenant: Tenant) -> Callable[[], Any]:
    """Open reading units of work in the tenant."""
    return lambda: unit_of_work(platform, tenant.id, write=False)


def is_postgresql(session: Session) -> bool:
    """Whether a session talks to PostgreSQL."""
    return session.connection().dialect.name == "postgresql"
