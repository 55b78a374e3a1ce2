"""What is written and announced when engineers are ranked and booked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.dispatch import service
from server.dispatch.errors import (
    AlreadyBooked,
    EngineerBusy,
    EngineerNotEligible,
    NotBookable,
    OverrideReasonRequired,
)
from server.dispatch.models import Booking
from server.dispatch.queries import busy_between
from server.dispatch.rules import BookingState
from server.kernel import clock, events
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import Forbidden, InvalidInput
from server.kernel.ids import new_id
from server.kernel.lifecycle import TransitionRefused
from server.kernel.modules import Platform
from server.kernel.refusals import as_refusal
from server.workforce import api as workforce
from server.workforce.rules import Span
from server.workorders import api as workorders
from tests.server.dispatch.records import MONDAY_8, a_work_order, an_engineer_on_shift
from tests.server.workforce.people import a_skill, an_engineer

HOUR = dt.timedelta(hours=1)
FAR = (-8.40, 41.15)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with clock.frozen(MONDAY_8):
        yield


def booked(session: Session, actor: Actor) -> Booking:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    return service.book(session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id)


def facts_of(session: Session, booking: Booking) -> list[str]:
    kinds = select(events.EventRecord.type).where(events.EventRecord.entity_id == booking.id)
    return list(session.scalars(kinds.order_by(events.EventRecord.id)))


def test_a_ranking_is_kept_with_everybody_judged(session: Session, actor: Actor) -> None:
    skill = a_skill(session, name="F-Gas")
    able = an_engineer_on_shift(session, name="Able")
    workforce.set_skill(session, actor=actor, engineer_id=able.id, skill_id=skill.id, level=2)
    unable = an_engineer_on_shift(session, name="Unable")
    work_order = a_work_order(session, skills=[(skill.id, 2)])

    proposal = service.rank_engineers(session, actor=actor, work_order_id=work_order.id)

    (entry,) = proposal.ranking["proposals"]
    (rejected,) = proposal.ranking["rejected"]
    assert entry["engineer_id"] == str(able.id)
    assert entry["starts_at"] == "2026-11-23T08:00:00Z"
    assert sum(entry["terms"].values()) == entry["total_seconds"]
    assert (rejected["engineer_id"], rejected["text"]) == (
        str(unable.id),
        "needs F-Gas level 2, has none",
    )


def test_the_booked_slot_is_the_proposed_one(session: Session, actor: Actor) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    proposal = service.rank_engineers(session, actor=actor, work_order_id=work_order.id)

    booking = service.book(
        session,
        actor=actor,
        work_order_id=work_order.id,
        engineer_id=engineer.id,
        proposal_id=proposal.id,
    )

    assert (booking.starts_at, booking.ends_at) == (MONDAY_8, MONDAY_8 + HOUR)
    assert (booking.state, booking.proposal_id) == (BookingState.CONFIRMED, proposal.id)
    assert work_order.engineer_id == engineer.id
    assert work_order.engineer_user_id == engineer.user_id
    assert facts_of(session, booking) == ["booking.confirmed"]


def test_without_a_proposal_the_slot_is_worked_out_for_that_engineer(
    session: Session, actor: Actor
) -> None:
    engineer, other = an_engineer_on_shift(session), a_work_order(session)
    service.book(session, actor=actor, work_order_id=other.id, engineer_id=engineer.id)
    work_order = a_work_order(session)

    booking = service.book(
        session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id
    )

    assert booking.starts_at == MONDAY_8 + HOUR


def test_a_work_order_is_booked_once(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    other = an_engineer_on_shift(session)

    with pytest.raises(AlreadyBooked) as refusal:
        service.book(
            session, actor=actor, work_order_id=booking.work_order_id, engineer_id=other.id
        )

    assert refusal.value.params["booking_id"] == str(booking.id)


def test_an_engineer_is_at_one_place_at_a_time(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    work_order = a_work_order(session)

    with pytest.raises(EngineerBusy):
        service.book(
            session,
            actor=actor,
            work_order_id=work_order.id,
            engineer_id=booking.engineer_id,
            starts_at=booking.starts_at + HOUR / 2,
        )


def test_the_database_refuses_what_slipped_past_the_service(
    session: Session, actor: Actor, platform: Platform
) -> None:
    first, second = booked(session, actor), booked(session, actor)
    second.engineer_id = first.engineer_id

    with pytest.raises(IntegrityError) as violation:
        session.flush()

    assert isinstance(as_refusal(violation.value, platform), EngineerBusy)


def test_the_database_refuses_a_second_open_booking_of_a_work_order(
    session: Session, actor: Actor, platform: Platform
) -> None:
    first, second = booked(session, actor), booked(session, actor)
    second.work_order_id = first.work_order_id

    with pytest.raises(IntegrityError) as violation:
        session.flush()

    assert isinstance(as_refusal(violation.value, platform), AlreadyBooked)


def test_another_than_the_first_proposed_needs_a_reason_which_is_kept(
    session: Session, actor: Actor
) -> None:
    near, far = an_engineer_on_shift(session), an_engineer_on_shift(session)
    workorder = a_work_order(session)
    proposal = service.rank_engineers(session, actor=actor, work_order_id=workorder.id)
    order = [entry["engineer_id"] for entry in proposal.ranking["proposals"]]
    second = far if order[1] == str(far.id) else near
    choice: dict[str, Any] = {
        "work_order_id": workorder.id,
        "engineer_id": second.id,
        "proposal_id": proposal.id,
    }

    with pytest.raises(OverrideReasonRequired):
        service.book(session, actor=actor, **choice)
    booking = service.book(session, actor=actor, **choice, override_reason="knows the plant")

    assert booking.override_reason == "knows the plant"


def test_breaking_a_rule_by_hand_needs_a_reason(session: Session, actor: Actor) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    choice: dict[str, Any] = {
        "work_order_id": work_order.id,
        "engineer_id": engineer.id,
        "starts_at": MONDAY_8 + 15 * HOUR,
    }

    with pytest.raises(OverrideReasonRequired) as refusal:
        service.book(session, actor=actor, **choice)
    booking = service.book(session, actor=actor, **choice, override_reason="agreed with her")

    assert refusal.value.params["rejection"]["code"] == "no-shift"
    assert booking.ends_at == MONDAY_8 + 16 * HOUR


def test_nobody_without_a_slot_is_booked_as_proposed(session: Session, actor: Actor) -> None:
    engineer, work_order = an_engineer(session), a_work_order(session)

    with pytest.raises(EngineerNotEligible) as refusal:
        service.book(session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id)

    assert refusal.value.params["rejection"]["code"] == "no-shift"


def test_a_finished_work_order_is_not_booked(session: Session, actor: Actor) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    workorders.cancel(session, actor=actor, work_order=work_order)

    with pytest.raises(NotBookable):
        service.book(session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id)


@pytest.mark.parametrize("field", ["engineer_id", "proposal_id"])
def test_a_reference_nobody_knows_is_named(session: Session, actor: Actor, field: str) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    choice: dict[str, Any] = {
        "work_order_id": work_order.id,
        "engineer_id": engineer.id,
        field: new_id(),
    }

    with pytest.raises(InvalidInput) as refusal:
        service.book(session, actor=actor, **choice)

    assert refusal.value.params == {"errors": {field: ["unknown"]}}


def test_a_booking_runs_through_its_states_and_keeps_the_times(
    session: Session, actor: Actor
) -> None:
    booking = booked(session, actor)

    for minutes, action in enumerate(("travel", "arrive", "finish")):
        with clock.frozen(MONDAY_8 + dt.timedelta(minutes=minutes)):
            service.move_booking(session, actor=actor, booking=booking, action=action)

    assert booking.state is BookingState.FINISHED
    assert booking.travelling_at == MONDAY_8
    assert booking.finished_at == MONDAY_8 + dt.timedelta(minutes=2)
    assert facts_of(session, booking) == [
        "booking.confirmed",
        "booking.travelling",
        "booking.arrived",
        "booking.finished",
    ]


def test_a_finished_booking_is_not_cancelled(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    service.move_booking(session, actor=actor, booking=booking, action="arrive")
    service.move_booking(session, actor=actor, booking=booking, action="finish")

    with pytest.raises(TransitionRefused):
        service.cancel_booking(session, actor=actor, booking=booking)


def test_a_cancelled_booking_frees_the_work_order_and_the_engineer(
    session: Session, actor: Actor
) -> None:
    booking = booked(session, actor)

    service.cancel_booking(session, actor=actor, booking=booking, reason="customer moved it")

    work_order = workorders.get_work_order(session, booking.work_order_id)
    assert (work_order.engineer_id, work_order.engineer_user_id) == (None, None)
    again = service.book(
        session, actor=actor, work_order_id=work_order.id, engineer_id=booking.engineer_id
    )
    assert booking.cancel_reason == "customer moved it"
    assert again.starts_at == booking.starts_at


def test_work_done_early_frees_the_rest_of_the_slot(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    service.move_booking(session, actor=actor, booking=booking, action="arrive")
    with clock.frozen(MONDAY_8 + HOUR / 4):
        service.move_booking(session, actor=actor, booking=booking, action="finish")
        work_order = a_work_order(session)

        following = service.book(
            session, actor=actor, work_order_id=work_order.id, engineer_id=booking.engineer_id
        )

    assert following.starts_at == MONDAY_8 + HOUR / 4


def test_work_that_overruns_binds_the_engineer_until_now(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    service.move_booking(session, actor=actor, booking=booking, action="arrive")
    now = MONDAY_8 + 2 * HOUR

    busy = busy_between(session, Span(now, now + HOUR), engineer_ids=None, now=now)

    assert [slot.ends_at for slot in busy[booking.engineer_id]] == [now]


def test_a_reassigned_work_order_has_one_open_booking(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    other = an_engineer_on_shift(session)

    moved = service.reassign(
        session, actor=actor, booking=booking, engineer_id=other.id, override_reason="ill"
    )

    states = session.scalars(
        select(Booking.state)
        .where(Booking.work_order_id == booking.work_order_id)
        .order_by(Booking.id)
    )
    work_order = workorders.get_work_order(session, booking.work_order_id)
    assert list(states) == [BookingState.CANCELLED, BookingState.CONFIRMED]
    assert (booking.cancel_reason, moved.override_reason) == ("ill", "ill")
    assert work_order.engineer_id == other.id


def test_the_engineer_who_is_replaced_is_not_passed_over(session: Session, actor: Actor) -> None:
    team = {engineer.id: engineer for engineer in (an_engineer_on_shift(session) for _ in "abc")}
    work_order = a_work_order(session)
    proposal = service.rank_engineers(session, actor=actor, work_order_id=work_order.id)
    first, second, third = (team[UUID(it["engineer_id"])] for it in proposal.ranking["proposals"])
    book: dict[str, Any] = {"work_order_id": work_order.id, "proposal_id": proposal.id}
    booking = service.book(session, actor=actor, engineer_id=first.id, **book)
    again: dict[str, Any] = {"actor": actor, "booking": booking, "proposal_id": proposal.id}

    with pytest.raises(OverrideReasonRequired) as refusal, session.begin_nested():
        service.reassign(session, engineer_id=third.id, **again)
    moved = service.reassign(session, engineer_id=second.id, **again)

    assert refusal.value.params["proposed_engineer_id"] == str(second.id)
    assert (moved.engineer_id, moved.override_reason) == (second.id, "")


def test_the_booking_follows_its_work_order(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    work_order = workorders.get_work_order(session, booking.work_order_id)

    workorders.start(session, actor=actor, work_order=work_order)
    on_site = booking.state
    workorders.complete(session, actor=actor, work_order=work_order)

    assert (on_site, booking.state) == (BookingState.ON_SITE, BookingState.FINISHED)


def test_work_called_off_calls_the_engineer_off(session: Session, actor: Actor) -> None:
    booking = booked(session, actor)
    work_order = workorders.get_work_order(session, booking.work_order_id)

    workorders.cancel(session, actor=actor, work_order=work_order)

    assert booking.state is BookingState.CANCELLED


def test_an_engineer_moves_the_own_booking_only_and_cannot_cancel(
    session: Session, actor: Actor
) -> None:
    booking = booked(session, actor)
    engineer = Actor(
        id=booking.engineer_user_id,
        kind=ActorKind.USER,
        tenant_id=booking.tenant_id,
        permissions=frozenset({"bookings.perform"}),
    )
    stranger = replace(engineer, id=new_id())

    service.move_booking(session, actor=engineer, booking=booking, action="travel")

    with pytest.raises(Forbidden):
        service.move_booking(session, actor=stranger, booking=booking, action="arrive")
    with pytest.raises(Forbidden):
        service.move_booking(session, actor=engineer, booking=booking, action="cancel")


def test_an_engineer_far_away_starts_after_the_drive(session: Session, actor: Actor) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session, position=FAR)

    booking = service.book(
        session, actor=actor, work_order_id=work_order.id, engineer_id=engineer.id
    )

    assert booking.travel_seconds is not None
    assert booking.starts_at >= MONDAY_8 + dt.timedelta(seconds=booking.travel_seconds)
    assert booking.starts_at < MONDAY_8 + dt.timedelta(seconds=booking.travel_seconds + 300)
