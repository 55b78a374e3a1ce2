"""Who reads the inventory in the change feed, and what it says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from inventory import service
from inventory.feed import FEED_KINDS
from inventory.models import Discrepancy
from inventory.queries import find_level
from inventory.schemas import (
    DiscrepancySchema,
    PartSchema,
    StockLevelSchema,
    StockLocationSchema,
)
from server.kernel import changes
from server.kernel.actors import Actor, ActorKind
from server.kernel.changes import ItemState
from server.kernel.ids import new_id
from tests.builders import a_part, a_van, a_warehouse, some_stock
from tests.inventory.records import ONE, a_work_order, fit
from tests.server.workforce.people import an_engineer

KINDS = {kind.name: kind for kind in FEED_KINDS}
SCHEMAS = {
    "part": PartSchema,
    "stock_location": StockLocationSchema,
    "stock_level": StockLevelSchema,
    "discrepancy": DiscrepancySchema,
}
DESK_PERMISSIONS = ("parts.read", "stock.read", "stock.see_own")
FIELD_PERMISSIONS = ("parts.read", "stock.see_own")


@pytest.fixture
def records(session: Session) -> dict[str, Any]:
    """The van of an engineer with a part in it, of which one too many was used."""
    part, engineer, work_order = a_part(session), an_engineer(session), a_work_order(session)
    van = a_van(session, engineer.id)
    fit(session, work_order, part, ONE, engineer=engineer)
    some_stock(session, part.id, van.id, ONE)
    (discrepancy,) = session.query(Discrepancy).all()
    return {
        "part": part,
        "stock_location": van,
        "stock_level": find_level(session, part.id, van.id),
        "discrepancy": discrepancy,
    }


def actor_with(session: Session, user_id: UUID, *permissions: str) -> Actor:
    return Actor(
        id=user_id,
        kind=ActorKind.USER,
        tenant_id=session.info["unit"].tenant_id,
        permissions=frozenset(permissions),
    )


def states(session: Session, scope: str) -> dict[str, set[ItemState]]:
    changes.stamp(session)
    rows = changes.changes_after(session, scopes=[scope], after=0, up_to=10**9, limit=1000)
    found: dict[str, set[ItemState]] = {}
    for row in rows:
        if row.kind in KINDS:
            found.setdefault(row.kind, set()).add(row.state)
    return found


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_a_document_is_what_the_schema_shows(
    session: Session, actor: Actor, records: dict[str, Any], kind: str
) -> None:
    session.flush()
    record = records[kind]

    document = KINDS[kind].documents(session, actor, [record.id])[record.id]

    assert SCHEMAS[kind]().dump(record).keys() == document.keys()
    assert document["revision"] == record.revision


def test_all_staff_hold_parts_and_the_desk_holds_the_stock(
    session: Session, records: dict[str, Any]
) -> None:
    assert records

    assert states(session, "t").keys() == {"part"}
    assert states(session, "desk").keys() == {"stock_location", "stock_level", "discrepancy"}


def test_an_engineer_holds_the_own_van_and_nothing_else(
    session: Session, records: dict[str, Any]
) -> None:
    user_id = records["stock_location"].engineer_user_id
    some_stock(session, records["part"].id, a_warehouse(session).id, ONE)
    van_of_another = a_van(session, an_engineer(session).id)
    some_stock(session, records["part"].id, van_of_another.id, ONE)

    held = states(session, f"u:{user_id}")

    assert held == {"stock_location": {ItemState.VISIBLE}, "stock_level": {ItemState.VISIBLE}}


def test_an_engineer_reads_no_other_van(session: Session, records: dict[str, Any]) -> None:
    own = actor_with(session, records["stock_location"].engineer_user_id, *FIELD_PERMISSIONS)
    other = actor_with(session, new_id(), *FIELD_PERMISSIONS)
    desk = actor_with(session, new_id(), *DESK_PERMISSIONS)
    session.flush()

    def seen(actor: Actor) -> set[str]:
        return {
            kind
            for kind, record in records.items()
            if KINDS[kind].documents(session, actor, [record.id])
        }

    assert seen(own) == {"part", "stock_location", "stock_level"}
    assert seen(other) == {"part"}
    assert seen(desk) == set(records)
    assert seen(actor_with(session, new_id())) == set()


def test_a_van_that_is_handed_over_leaves_the_first_phone(
    session: Session, actor: Actor, records: dict[str, Any]
) -> None:
    van, heir = records["stock_location"], an_engineer(session)
    before = van.engineer_user_id
    assert states(session, f"u:{before}")["stock_level"] == {ItemState.VISIBLE}

    service.change_location(session, actor=actor, location=van, changes={"engineer_id": heir.id})

    assert states(session, f"u:{before}") == {
        "stock_location": {ItemState.OUT},
        "stock_level": {ItemState.OUT},
    }
    assert states(session, f"u:{heir.user_id}").keys() == {"stock_location", "stock_level"}
