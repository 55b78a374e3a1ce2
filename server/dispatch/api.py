"""The door of the dispatch room."""

from server.dispatch.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingFinished,
    EngineerArrived,
    EngineerTravelling,
)
from server.dispatch.models import Booking, Proposal
from server.dispatch.queries import find_open_booking, get_booking, get_proposal, present_site
from server.dispatch.service import book, cancel_booking, move_booking, rank_engineers, reassign

__all__ = [
    "Booking",
    "BookingCancelled",
    "BookingConfirmed",
    "BookingFinished",
    "EngineerArrived",
    "EngineerTravelling",
    "Proposal",
    "book",
    "cancel_booking",
    "find_open_booking",
    "get_booking",
    "get_proposal",
    "move_booking",
    "present_site",
    "rank_engineers",
    "reassign",
]
