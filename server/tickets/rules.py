"""What a ticket may go through, until the workflow room takes over."""

from __future__ import annotations

from enum import StrEnum

from server.kernel.lifecycle import Workflow


class TicketState(StrEnum):
    """Where a reported problem stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


LIFECYCLE = Workflow(
    initial="open",
    moves={
        ("open", "start"): "in_progress",
        # An agent may solve it on the telephone, without anybody having started work.
        ("open", "resolve"): "resolved",
        ("in_progress", "resolve"): "resolved",
        # "Not solved" puts it back where somebody has to take it up again.
        ("resolved", "reopen"): "open",
        ("resolved", "close"): "closed",
        ("open", "cancel"): "cancelled",
        ("in_progress", "cancel"): "cancelled",
    },
)

UNSETTLED_STATES = frozenset({TicketState.OPEN, TicketState.IN_PROGRESS})


def is_settled(state: str) -> bool:
    """Whether nobody has to do anything about the ticket at the moment."""
    return state not in UNSETTLED_STATES
