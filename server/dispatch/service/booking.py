"""Bookings: made, moved, reassigned and cancelled; one open booking per work order at most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.dispatch import queries
from server.dispatch.errors import (
    AlreadyBooked,
    EngineerBusy,
    EngineerNotEligible,
    NotBookable,
    OverrideReasonRequired,
)
from server.dispatch.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingEvent,
    BookingFinished,
    EngineerArrived,
    EngineerTravelling,
)
from server.dispatch.models import Booking, Proposal
from server.dispatch.rules import (
    LIFECYCLE,
    BookingState,
    EngineerDay,
    TravelTimes,
    Visit,
    first_choice,
    slot_refusal_of,
    text_of,
    travel_to,
)
from server.dispatch.service.ranking import HORIZON_DAYS, ranking_for, visit_and_team
from server.kernel import clock, events
from server.kernel.actors import Actor
from server.kernel.errors import Forbidden, InvalidInput, NotFound
from server.kernel.session import occurred_at, platform_of
from server.workforce import api as workforce
from server.workforce.rules import Span
from server.workorders import api as workorders
from server.workorders.api import WorkOrder
from server.workorders.rules import WorkOrderState

MANAGE = "bookings.manage"
BOOKABLE_STATES = frozenset(
    {WorkOrderState.READY, WorkOrderState.ON_HOLD, WorkOrderState.IN_PROGRESS}
)
LONGEST = dt.timedelta(hours=24)
# What the booked engineer reports; everything else is the dispatcher's.
OWN_ACTIONS = frozenset({"travel", "arrive", "finish"})
FACTS: dict[str, tuple[type[BookingEvent], str]] = {
    "travel": (EngineerTravelling, "travelling_at"),
    "arrive": (EngineerArrived, "on_site_at"),
    "finish": (BookingFinished, "finished_at"),
    "cancel": (BookingCancelled, "cancelled_at"),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a dispatcher decided: who, when (None: as proposed), from which proposal, and why.

    ``replaced_id`` is the engineer who has the work order so far.
    """

    engineer_id: UUID
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    proposal_id: UUID | None = None
    override_reason: str = ""
    replaced_id: UUID | None = None


def book(
    session: Session,
    *,
    actor: Actor,
    work_order_id: UUID,
    engineer_id: UUID,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    proposal_id: UUID | None = None,
    override_reason: str = "",
) -> Booking:
    """Book an engineer for a work order, in the proposed slot or in one chosen by hand.

    Whoever books against a failing rule, or not the first of the named proposal, gives a reason.
    Two dispatchers at once: one books, the other is refused with AlreadyBooked or EngineerBusy.
    """
    actor.require(MANAGE)
    work_order = workorders.lock_work_order(session, work_order_id)
    if work_order.state not in BOOKABLE_STATES:
        raise NotBookable(
            f"A work order that is {work_order.state} cannot be booked.", state=work_order.state
        )
    if known := queries.find_open_booking(session, work_order_id):
        raise AlreadyBooked(
            "The work order has an open booking; reassign that one.", **_shown(known)
        )
    choice = Choice(
        engineer_id=engineer_id,
        starts_at=starts_at,
        ends_at=ends_at,
        proposal_id=proposal_id,
        override_reason=override_reason,
    )
    return _make(session, actor, work_order, choice)


def reassign(
    session: Session,
    *,
    actor: Actor,
    booking: Booking,
    engineer_id: UUID,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    proposal_id: UUID | None = None,
    override_reason: str = "",
) -> Booking:
    """Give a work order to another engineer or another time: the old booking is cancelled.

    Whoever is replaced is not passed over: the first of the others needs no reason.
    """
    actor.require(MANAGE)
    work_order = workorders.get_work_order(session, booking.work_order_id)
    _apply(session, booking, "cancel", reason=override_reason or "reassigned")
    choice = Choice(
        engineer_id=engineer_id,
        starts_at=starts_at,
        ends_at=ends_at,
        proposal_id=proposal_id,
        override_reason=override_reason,
        replaced_id=booking.engineer_id,
    )
    return _make(session, actor, work_order, choice)


def move_booking(
    session: Session, *, actor: Actor, booking: Booking, action: str, reason: str = ""
) -> Booking:
    """Carry out an action on a booking; the booked engineer may travel, arrive and finish."""
    if not actor.may(MANAGE):
        actor.require("bookings.perform" if action in OWN_ACTIONS else MANAGE)
        if booking.engineer_user_id != actor.id:
            raise Forbidden("This booking is not yours to move.", booking_id=str(booking.id))
    if action == "cancel":
        return cancel_booking(session, actor=actor, booking=booking, reason=reason)
    _apply(session, booking, action, reason=reason)
    return booking


def cancel_booking(
    session: Session, *, actor: Actor, booking: Booking, reason: str = ""
) -> Booking:
    """Cancel a booking; the work order is nobody's again."""
    actor.require(MANAGE)
    _apply(session, booking, "cancel", reason=reason)
    workorders.assign_engineer(
        session,
        actor=actor,
        work_order=workorders.get_work_order(session, booking.work_order_id),
        engineer_id=None,
        engineer_user_id=None,
    )
    return booking


def follow_work_order(session: Session, work_order_id: UUID, *, action: str) -> None:
    """Let the open booking follow its work order: ``arrive``, ``finish`` or ``cancel``.

    Steps the engineer forgot to report are taken on the way: work that is done was arrived at.
    """
    booking = queries.find_open_booking(session, work_order_id, lock=True)
    if booking is None:
        return
    if action != "cancel":
        if booking.state is BookingState.PROPOSED:
            _apply(session, booking, "confirm")
        if booking.state is not BookingState.ON_SITE:
            _apply(session, booking, "arrive")
    if action != "arrive":
        _apply(session, booking, action, reason="work order" if action == "cancel" else "")


def _make(session: Session, actor: Actor, work_order: WorkOrder, choice: Choice) -> Booking:
    engineer = _engineer(session, choice.engineer_id)
    proposal = _proposal(session, work_order, choice)
    slot, travel_seconds = _slot(session, work_order, choice, proposal)
    if other := queries.find_overlapping_booking(session, engineer.id, slot):
        raise EngineerBusy("The engineer is booked in that time.", **_shown(other))
    booking = Booking(
        work_order_id=work_order.id,
        engineer_id=engineer.id,
        engineer_user_id=engineer.user_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        state=BookingState.CONFIRMED,
        travel_seconds=travel_seconds,
        proposal_id=proposal.id if proposal else None,
        override_reason=choice.override_reason,
    )
    session.add(booking)
    session.flush()
    workorders.assign_engineer(
        session,
        actor=actor,
        work_order=work_order,
        engineer_id=engineer.id,
        engineer_user_id=engineer.user_id,
    )
    events.record(
        session,
        BookingConfirmed(
            entity_id=booking.id,
            work_order_id=work_order.id,
            engineer_id=engineer.id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            reason=choice.override_reason,
        ),
    )
    return booking


def _engineer(session: Session, engineer_id: UUID) -> workforce.Engineer:
    try:
        engineer = workforce.get_engineer(session, engineer_id)
    except NotFound:
        raise InvalidInput("There is no such engineer.", engineer_id="unknown") from None
    if engineer.archived_at is not None:
        raise InvalidInput("The engineer is archived.", engineer_id="archived")
    return engineer


def _proposal(session: Session, work_order: WorkOrder, choice: Choice) -> Proposal | None:
    """Find the proposal decided on; deciding against its first takes a reason."""
    if choice.proposal_id is None:
        return None
    proposal = queries.find_proposal(session, choice.proposal_id, work_order.id)
    if proposal is None:
        raise InvalidInput("There is no such proposal.", proposal_id="unknown")
    ranked = [UUID(entry["engineer_id"]) for entry in proposal.ranking["proposals"]]
    first = first_choice(ranked, chosen=choice.engineer_id, replaced=choice.replaced_id)
    if first != choice.engineer_id and not choice.override_reason:
        raise OverrideReasonRequired(
            "Another engineer was proposed; say why this one goes.",
            proposed_engineer_id=str(first) if first else None,
        )
    return proposal


def _slot(
    session: Session, work_order: WorkOrder, choice: Choice, proposal: Proposal | None
) -> tuple[Span, int]:
    if choice.starts_at is not None:
        slot = _chosen_slot(work_order, choice.starts_at, choice.ends_at)
        visit, (engineer,) = visit_and_team(
            session, work_order, slot, engineer_ids=[choice.engineer_id]
        )
        _check_rules(visit, engineer, choice, slot)
        travel = platform_of(session).port(TravelTimes)  # type: ignore[type-abstract]
        return slot, travel_to(visit, engineer, slot, travel)
    if choice.ends_at is not None:
        raise InvalidInput("An end needs a start.", starts_at="Required with ends_at.")
    entry = _proposed(session, work_order, choice, proposal)
    starts_at = dt.datetime.fromisoformat(entry["starts_at"])
    slot = Span(starts_at, dt.datetime.fromisoformat(entry["ends_at"]))
    if slot.ends_at <= clock.now():
        raise InvalidInput("The proposal is of the past; rank again.", proposal_id="out of date")
    # Somebody may have fallen ill since.
    visit, (engineer,) = visit_and_team(
        session, work_order, slot, engineer_ids=[choice.engineer_id]
    )
    _check_rules(visit, engineer, choice, slot)
    return slot, entry["travel_seconds"]


def _proposed(
    session: Session, work_order: WorkOrder, choice: Choice, proposal: Proposal | None
) -> dict[str, Any]:
    """Return the slot proposed for the engineer: by the named proposal, else worked out now."""
    if proposal is not None:
        ranking = proposal.ranking
    else:
        now = clock.now()
        horizon = Span(now, now + dt.timedelta(days=HORIZON_DAYS))
        ids = [choice.engineer_id]
        ranking = ranking_for(session, work_order, horizon, engineer_ids=ids).to_json()
    wanted = str(choice.engineer_id)
    for entry in ranking["proposals"]:
        if entry["engineer_id"] == wanted:
            found: dict[str, Any] = entry
            return found
    failed = [entry for entry in ranking["rejected"] if entry["engineer_id"] == wanted]
    raise EngineerNotEligible(
        "No slot is proposed for this engineer; choose a time and give a reason.",
        rejection=failed[0] if failed else None,
    )


def _chosen_slot(
    work_order: WorkOrder, starts_at: dt.datetime, ends_at: dt.datetime | None
) -> Span:
    ends_at = ends_at or starts_at + dt.timedelta(minutes=work_order.duration_minutes)
    if ends_at <= starts_at:
        raise InvalidInput("It ends before it starts.", ends_at="Must be after starts_at.")
    if ends_at - starts_at > LONGEST:
        raise InvalidInput("It is too long.", ends_at="At most 24 hours after starts_at.")
    return Span(starts_at, ends_at)


def _check_rules(visit: Visit, engineer: EngineerDay, choice: Choice, slot: Span) -> None:
    """Hold a slot chosen by hand against the rules: breaking one takes a reason."""
    if choice.override_reason:
        return
    refusal = slot_refusal_of(visit, engineer, slot)
    if refusal is not None:
        raise OverrideReasonRequired(
            f"{engineer.name} {text_of(refusal.code, refusal.params)}; say why it has to be.",
            rejection={"code": refusal.code, "params": refusal.params},
        )


def _apply(session: Session, booking: Booking, action: str, *, reason: str = "") -> None:
    booking.state = BookingState(LIFECYCLE.next_state(booking.state, action))
    if action == "cancel":
        booking.cancel_reason = reason
    if action in FACTS:
        event, column = FACTS[action]
        setattr(booking, column, occurred_at(session))
        fact = event(
            entity_id=booking.id,
            work_order_id=booking.work_order_id,
            engineer_id=booking.engineer_id,
            reason=reason,
        )
        session.flush()
        events.record(session, fact)
    else:
        session.flush()
        events.record(
            session,
            BookingConfirmed(
                entity_id=booking.id,
                work_order_id=booking.work_order_id,
                engineer_id=booking.engineer_id,
                starts_at=booking.starts_at,
                ends_at=booking.ends_at,
            ),
        )


def _shown(booking: Booking) -> dict[str, Any]:
    return {
        "booking_id": str(booking.id),
        "work_order_id": str(booking.work_order_id),
        "engineer_id": str(booking.engineer_id),
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
    }
