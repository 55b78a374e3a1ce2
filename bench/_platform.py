"""A loaded platform on a fresh database of each kind, for measurements that need one."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import structlog

from server import factory
from server.auth import api as auth
from server.kernel import schema
from server.kernel.actors import system
from server.kernel.http import TruckrollApp
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests import servers
from tests.platforms import a_settings

PASSWORD = "measured with care"  # noqa: S105 - of a company that lives for a minute.
LOGIN = "dispatcher"


@dataclasses.dataclass
class Bench:
    """A migrated database with one tenant and one signed-in dispatcher."""

    kind: str
    platform: Platform
    app: TruckrollApp
    tenant_id: UUID
    token: str


@contextlib.contextmanager
def platform_on(url: str, kind: str) -> Iterator[Bench]:
    """Migrate an empty database and load the platform on it."""
    with tempfile.TemporaryDirectory() as home:
        chosen = a_settings(url, Path(home))
        schema.upgrade(chosen)
        platform = factory.load(chosen, wake=False)
        # Requests are not logged: the peers do not log theirs either.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        app = factory.create_app(platform)
        tenant_id = _company(platform)
        answer = app.test_client().post(
            "/api/v1/auth/tokens", json={"login": f"{LOGIN}@bench", "password": PASSWORD}
        )
        token = answer.get_json()["access_token"]
        yield Bench(kind, platform, app, tenant_id, token)
        platform.dispose()


@contextlib.contextmanager
def databases() -> Iterator[list[tuple[str, Callable[[str], str]]]]:
    """Give each kind of database that is at hand, as (name, maker of an empty one)."""
    with tempfile.TemporaryDirectory() as folder:
        found: list[tuple[str, Callable[[str], str]]] = [
            ("SQLite", lambda name: f"sqlite:///{folder}/{name}.db")
        ]
        try:
            server = servers.PostGIS()
        except servers.Missing:
            yield found
            return
        try:
            yield [*found, ("PostgreSQL", server.new_database)]
        finally:
            server.stop()


def paired(first: Callable[[], object], second: Callable[[], object], rounds: int) -> list[float]:
    """Return the CPU seconds of each of two works, run in turn ``rounds`` times."""
    spent = [0.0, 0.0]
    for _ in range(rounds):
        for index, work in enumerate((first, second)):
            start = time.process_time()
            work()
            spent[index] += time.process_time() - start
    return spent


def _company(platform: Platform) -> UUID:
    with unit_of_work(platform, None) as session:
        tenant: Tenant = auth.create_tenant(
            session, slug="bench", name="Bench", timezone="Europe/Lisbon"
        )
        tenant_id = tenant.id
    with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
        auth.create_user(
            session,
            actor=system(tenant_id),
            login=LOGIN,
            display_name="Bench",
            password=PASSWORD,
            roles=["admin", "dispatcher"],
        )
    return tenant_id
