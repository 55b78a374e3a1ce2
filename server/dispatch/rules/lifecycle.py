"""What a booking may go through, from the dispatcher's proposal to the engineer's departure."""

from __future__ import annotations

from enum import StrEnum

from server.kernel.lifecycle import Workflow


class BookingState(StrEnum):
    """Where one engineer's time slot for one work order stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    TRAVELLING = "travelling"
    ON_SITE = "on_site"
    FINISHED = "finished"
    CANCELLED = "cancelled"


LIFECYCLE = Workflow(
    initial="proposed",
    moves={
        ("proposed", "confirm"): "confirmed",
        ("confirmed", "travel"): "travelling",
        # The engineer may already be there, or forget to say that the drive began.
        ("confirmed", "arrive"): "on_site",
        ("travelling", "arrive"): "on_site",
        ("on_site", "finish"): "finished",
        ("proposed", "cancel"): "cancelled",
        ("confirmed", "cancel"): "cancelled",
        ("travelling", "cancel"): "cancelled",
        ("on_site", "cancel"): "cancelled",
    },
)

# A work order has at most one booking in these states, and an engineer's bookings in them never
# overlap. A finished booking binds nobody: done early, the rest of its slot is free again.
OPEN_STATES = frozenset(
    {
        BookingState.PROPOSED,
        BookingState.CONFIRMED,
        BookingState.TRAVELLING,
        BookingState.ON_SITE,
    }
)
