"""Commands of the dispatch room: rank the engineers, book one, and follow the booking."""

from server.dispatch.service.booking import (
    book,
    cancel_booking,
    follow_work_order,
    move_booking,
    reassign,
)
from server.dispatch.service.ranking import rank_engineers

__all__ = [
    "book",
    "cancel_booking",
    "follow_work_order",
    "move_booking",
    "rank_engineers",
    "reassign",
]
