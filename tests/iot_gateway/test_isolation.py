"""Readings are written past the session's criteria: tenants stay apart all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from iot_gateway import queries, storing
from server.kernel.actors import Actor, ActorKind
from server.kernel.changes import height, visible_items
from server.kernel.modules import Platform
from server.kernel.session import platform_of
from server.kernel.tenancy import CrossTenantError, Tenant
from server.kernel.uow import unit_of_work
from tests.iot_gateway.records import (
    NOON,
    SECOND,
    UNSCOPED,
    Box,
    Gateway,
    a_box,
    alarms_of,
    readings_of,
)
from tests.platforms import make_tenant

Working = Callable[..., Any]
SCOPED = ("reading", "reading_head", "evaluation_head", "device_clock", "dead_letter")


@pytest.fixture
def pair(platform: Platform, tenant: Tenant, gateway: Gateway) -> tuple[Box, Box]:
    """Devices of two tenants that have said the same, each stored and evaluated."""
    mine, theirs = a_box(platform, tenant), a_box(platform, make_tenant(platform))
    for box in (mine, theirs):
        gateway.take(box.measures(1), box.says({"t": 1}), box.says(b"no json"))
        gateway.evaluate(box)
    return mine, theirs


def test_what_the_evaluation_reads_is_of_one_tenant(
    pair: tuple[Box, Box], working: Working
) -> None:
    mine, theirs = pair
    with working(write=False) as session:
        found = queries.readings_numbered(session, 0, 100, 100)
        assert {reading.device_id for reading in found} == {mine.id}
        assert queries.last_number(session) == 2
        statement = queries.readings_statement(session, theirs.id, None, None)
        assert session.execute(statement).all() == []


def test_a_position_is_of_one_tenant(pair: tuple[Box, Box], working: Working) -> None:
    mine, theirs = pair
    with working() as session:
        queries.lock_evaluation(session).seq = 0

    with unit_of_work(session_platform(working), theirs.tenant_id) as session:
        head = queries.lock_evaluation(session)
        assert (head.tenant_id, head.seq) == (theirs.tenant_id, 2)
    del mine


def session_platform(working: Working) -> Platform:
    with working(write=False) as session:
        return platform_of(session)


def test_numbers_of_one_tenant_do_not_move_those_of_another(
    pair: tuple[Box, Box], gateway: Gateway, platform: Platform
) -> None:
    mine, theirs = pair
    gateway.take(*(mine.measures(n, at=NOON + n * SECOND) for n in range(2, 9)))

    with unit_of_work(platform, theirs.tenant_id, write=False) as session:
        assert queries.last_number(session) == 2
        assert len(readings_of(session, theirs.id)) == 2


def test_a_repeat_is_sought_in_the_senders_tenant_only(
    pair: tuple[Box, Box], gateway: Gateway, platform: Platform
) -> None:
    mine, theirs = pair
    gateway.take(mine.says({"only": "mine"}))
    forged = theirs.says({"only": "mine"}, is_duplicate=True)

    gateway.take(forged._replace(identity=theirs.identity))

    with unit_of_work(platform, theirs.tenant_id, write=False) as session:
        assert len(readings_of(session, theirs.id)) == 3


def test_without_the_mark_the_statements_are_refused(working: Working) -> None:
    with working() as session, pytest.raises(CrossTenantError):
        session.connection().execute(storing._NUMBERS, {"tenant": "x", "count": 1})


@pytest.mark.only("postgres")
def test_the_database_itself_hides_the_rows_of_others(
    pair: tuple[Box, Box], platform: Platform
) -> None:
    mine, _ = pair
    with unit_of_work(platform, mine.tenant_id, write=False) as session:
        for table in SCOPED:
            statement = text(f"SELECT DISTINCT tenant_id FROM {table}")  # noqa: S608 - constants
            tenants = session.connection().execute(statement, execution_options=UNSCOPED)
            assert set(tenants.scalars()) <= {mine.tenant_id}, table
    with unit_of_work(platform, None, write=False) as session:
        for table in SCOPED:
            counted = session.connection().execute(
                text(f"SELECT count(*) FROM {table}"),  # noqa: S608 - constants
                execution_options=UNSCOPED,
            )
            assert counted.scalar_one() == 0, table


@pytest.mark.only("postgres")
def test_the_database_itself_refuses_rows_for_others(
    pair: tuple[Box, Box], platform: Platform
) -> None:
    mine, theirs = pair
    with (
        pytest.raises(DBAPIError, match="row-level security"),
        unit_of_work(platform, mine.tenant_id) as session,
    ):
        storing._take_numbers(session.connection(), theirs.tenant_id, 1)


def test_alarms_stand_in_the_feed_of_the_desk(
    gateway: Gateway, platform: Platform, tenant: Tenant, working: Working
) -> None:
    box = a_box(platform, tenant, limit={})
    with working(write=False) as session:
        before = height(session).seq

    gateway.take(box.measures(90))
    gateway.evaluate(box)

    with working(write=False) as session:
        (alarm,) = alarms_of(session, box.id)
        assert height(session).seq > before
        assert visible_items(session, scopes={"desk"}, kind="alarm") == {alarm.id: alarm.revision}
        assert visible_items(session, scopes={"t"}, kind="alarm") == {}
        feed = platform.feed_kinds["alarm"]
        shown = feed.documents(session, an_actor(tenant, "alarms.read"), [alarm.id])
        assert shown[alarm.id]["message"] == alarm.message
        assert feed.documents(session, an_actor(tenant), [alarm.id]) == {}


def an_actor(tenant: Tenant, *permissions: str) -> Actor:
    return Actor(
        id=tenant.id,
        kind=ActorKind.USER,
        tenant_id=tenant.id,
        permissions=frozenset(permissions),
        name="Somebody",
    )
