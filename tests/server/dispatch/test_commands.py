"""What engineers report from the phone, in whatever order it arrives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from server.dispatch import service
from server.dispatch.models import Booking
from server.dispatch.rules import BookingState
from server.kernel import clock
from server.kernel.actors import Actor, ActorKind
from server.kernel.commands import CommandCall, CommandStatus, Outcome, execute
from server.kernel.ids import new_id
from tests.server.dispatch.records import MONDAY_8, a_work_order, an_engineer_on_shift


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with clock.frozen(MONDAY_8):
        yield


@pytest.fixture
def booking(session: Session, actor: Actor) -> Booking:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    return service.book(session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id)


def report(
    session: Session, booking: Booking, action: str, *, user_id: object = None, minute: int = 0
) -> Outcome:
    engineer = Actor(
        id=user_id or booking.engineer_user_id,  # type: ignore[arg-type]
        kind=ActorKind.USER,
        tenant_id=booking.tenant_id,
        permissions=frozenset({"bookings.perform"}),
    )
    call = CommandCall(
        id=new_id(),
        type=f"booking.{action}",
        entity_id=booking.id,
        args={},
        occurred_at=MONDAY_8 + dt.timedelta(minutes=minute),
    )
    return execute(session, engineer, call)


def test_a_report_carries_the_time_it_was_made(session: Session, booking: Booking) -> None:
    outcome = report(session, booking, "travel", minute=7)

    assert outcome.status is CommandStatus.APPLIED
    assert booking.travelling_at == MONDAY_8 + dt.timedelta(minutes=7)


def test_a_report_of_what_is_already_so_is_merged(session: Session, booking: Booking) -> None:
    report(session, booking, "arrive")

    outcomes = [report(session, booking, action).status for action in ("travel", "arrive")]

    assert outcomes == [CommandStatus.MERGED, CommandStatus.MERGED]
    assert booking.state is BookingState.ON_SITE


def test_who_leaves_has_been_there(session: Session, booking: Booking) -> None:
    report(session, booking, "finish", minute=30)

    assert booking.state is BookingState.FINISHED
    assert booking.on_site_at == booking.finished_at


def test_a_report_about_a_cancelled_booking_is_kept_for_the_dispatcher(
    session: Session, actor: Actor, booking: Booking
) -> None:
    service.cancel_booking(session, actor=actor, booking=booking)

    outcome = report(session, booking, "arrive")

    assert outcome == Outcome(status=CommandStatus.PARKED, details={"reason": "booking-cancelled"})


def test_a_report_by_somebody_else_is_kept_for_the_dispatcher(
    session: Session, booking: Booking
) -> None:
    outcome = report(session, booking, "travel", user_id=new_id())

    assert outcome.status is CommandStatus.PARKED
    assert booking.state is BookingState.CONFIRMED
