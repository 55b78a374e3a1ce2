"""The door of the tickets room."""

from server.tickets.events import (
    TicketCancelled,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketStarted,
)
from server.tickets.models import Ticket, TicketChannel
from server.tickets.queries import (
    find_by_source,
    get_ticket,
    lock_ticket,
    ticket_ids_about,
    tickets_by_id,
)
from server.tickets.service import (
    add_note,
    move_ticket,
    open_ticket,
    raise_priority,
    resolve_ticket,
    start_ticket,
)

__all__ = [
    "Ticket",
    "TicketCancelled",
    "TicketChannel",
    "TicketClosed",
    "TicketOpened",
    "TicketReopened",
    "TicketResolved",
    "TicketStarted",
    "add_note",
    "find_by_source",
    "get_ticket",
    "lock_ticket",
    "move_ticket",
    "open_ticket",
    "raise_priority",
    "resolve_ticket",
    "start_ticket",
    "ticket_ids_about",
    "tickets_by_id",
]
