"""The door of the tickets room."""

from server.tickets.events import (
    TicketCancelled,
    TicketChanged,
    TicketClosed,
    TicketNoted,
    TicketOpened,
    TicketPriorityRaised,
    TicketReopened,
    TicketResolved,
    TicketStarted,
)
from server.tickets.models import Ticket, TicketChannel
from server.tickets.ports import Alarms, FieldWork
from server.tickets.queries import (
    find_by_source,
    get_ticket,
    latest_notes,
    lock_ticket,
    ticket_ids_about,
    tickets_by_id,
)
from server.tickets.schemas import WorkBookingSchema
from server.tickets.service import (
    add_note,
    move_ticket,
    open_ticket,
    raise_priority,
    resolve_ticket,
    start_ticket,
)

__all__ = [
    "Alarms",
    "FieldWork",
    "Ticket",
    "TicketCancelled",
    "TicketChanged",
    "TicketChannel",
    "TicketClosed",
    "TicketNoted",
    "TicketOpened",
    "TicketPriorityRaised",
    "TicketReopened",
    "TicketResolved",
    "TicketStarted",
    "WorkBookingSchema",
    "add_note",
    "find_by_source",
    "get_ticket",
    "latest_notes",
    "lock_ticket",
    "move_ticket",
    "open_ticket",
    "raise_priority",
    "resolve_ticket",
    "start_ticket",
    "ticket_ids_about",
    "tickets_by_id",
]
