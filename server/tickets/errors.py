"""Refusals of the tickets room."""

from __future__ import annotations

from server.kernel.errors import DomainError


class TicketExists(DomainError):
    """Two openings for the same source met in the database; the one that won is the ticket."""

    code = "ticket-exists"
    status = 409
    title = "Ticket exists"


class PlaceSettled(DomainError):
    """A ticket that is at a site stays there: its work is planned for that place."""

    code = "place-settled"
    status = 409
    title = "Place settled"


class ReasonRequired(DomainError):
    """Cancelling and reopening need a reason, because somebody will ask."""

    code = "reason-required"
    status = 422
    title = "Reason required"
