"""What engineers report about their bookings, also after days without signal."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from server.dispatch import queries, service
from server.dispatch.rules import LIFECYCLE, BookingState
from server.dispatch.schemas import BookingReportSchema
from server.kernel.actors import Actor
from server.kernel.commands import Command, CommandCall, CommandStatus, Outcome

# How far a booking has come; a report about an earlier step is news of the past.
PROGRESS = {
    BookingState.PROPOSED: 0,
    BookingState.CONFIRMED: 0,
    BookingState.TRAVELLING: 1,
    BookingState.ON_SITE: 2,
    BookingState.FINISHED: 3,
}
REACHES = {"travel": 1, "arrive": 2, "finish": 3}


def report(session: Session, actor: Actor, call: CommandCall) -> Outcome | None:
    """Carry out a report; one about a cancelled or reassigned booking is kept for a dispatcher."""
    action = call.type.split(".", 1)[1]
    booking = queries.lock_booking(session, call.entity_id)
    if booking.engineer_user_id != actor.id and not actor.may("bookings.manage"):
        return Outcome(status=CommandStatus.PARKED, details={"reason": "not-your-booking"})
    if booking.state is BookingState.CANCELLED:
        return Outcome(status=CommandStatus.PARKED, details={"reason": "booking-cancelled"})
    if PROGRESS[booking.state] >= REACHES[action]:
        return Outcome(status=CommandStatus.MERGED, details={"state": booking.state})
    for step in _steps(booking.state, action):
        service.move_booking(session, actor=actor, booking=booking, action=step)
    return None


def _steps(state: BookingState, action: str) -> list[str]:
    """Take the step that was not reported as well: who leaves has been there."""
    if action in LIFECYCLE.possible_actions(state):
        return [action]
    return ["arrive", action] if action == "finish" else [action]


def _command(action: str, handler: Callable[..., Outcome | None]) -> Command:
    return Command(
        type=f"booking.{action}",
        schema=BookingReportSchema,
        permission="bookings.perform",
        handler=handler,
    )


COMMANDS = tuple(_command(action, report) for action in REACHES)
