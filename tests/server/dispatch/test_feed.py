"""Who reads a booking in the change feed, and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.dispatch import service
from server.dispatch.feed import FEED_KINDS
from server.dispatch.models import Booking
from server.dispatch.schemas import BookingSchema
from server.kernel import changes, clock
from server.kernel.actors import Actor, ActorKind
from server.kernel.changes import ItemState
from server.kernel.ids import new_id
from tests.server.dispatch.records import MONDAY_8, a_work_order, an_engineer_on_shift

(KIND,) = FEED_KINDS


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with clock.frozen(MONDAY_8):
        yield


@pytest.fixture
def booking(session: Session, actor: Actor) -> Booking:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    return service.book(
        session,
        actor=actor,
        work_order_id=work_order.id,
        engineer_id=engineer.id,
        starts_at=MONDAY_8 + dt.timedelta(hours=1),
        override_reason="customer asked for her",
    )


def states(session: Session, scope: str) -> dict[str, ItemState]:
    changes.stamp(session)
    rows = changes.changes_after(session, scopes=[scope], after=0, up_to=10**9, limit=1000)
    return {row.kind: row.state for row in rows if row.kind in {"booking", "work_order"}}


def seen_by(session: Session, booking: Booking, user_id: Any, *permissions: str) -> Any:
    actor = Actor(
        id=user_id,
        kind=ActorKind.USER,
        tenant_id=booking.tenant_id,
        permissions=frozenset(permissions),
    )
    return KIND.documents(session, actor, [booking.id]).get(booking.id)


def test_the_desk_and_the_engineer_hold_a_booking(session: Session, booking: Booking) -> None:
    visible = {"booking": ItemState.VISIBLE, "work_order": ItemState.VISIBLE}

    assert states(session, "desk") == visible
    assert states(session, f"u:{booking.engineer_user_id}") == visible
    assert states(session, f"u:{new_id()}") == {}


def test_after_a_reassignment_the_work_leaves_the_phone_and_the_booking_says_cancelled(
    session: Session, actor: Actor, booking: Booking
) -> None:
    before = f"u:{booking.engineer_user_id}"
    states(session, before)
    other = an_engineer_on_shift(session)

    service.reassign(session, actor=actor, booking=booking, engineer_id=other.id)

    assert states(session, before) == {"booking": ItemState.VISIBLE, "work_order": ItemState.OUT}
    shown = seen_by(session, booking, booking.engineer_user_id)
    assert shown["state"] == "cancelled"
    assert states(session, f"u:{other.user_id}")["booking"] is ItemState.VISIBLE


def test_the_document_has_the_fields_of_the_rest_schema(session: Session, booking: Booking) -> None:
    shown = seen_by(session, booking, new_id(), "feed.desk")

    assert shown.keys() == BookingSchema().fields.keys()
    assert shown["override_reason"] == "customer asked for her"


def test_the_engineer_is_not_shown_why_a_rule_was_broken(
    session: Session, booking: Booking
) -> None:
    shown = seen_by(session, booking, booking.engineer_user_id)

    assert shown["override_reason"] == ""
    assert seen_by(session, booking, new_id()) is None
