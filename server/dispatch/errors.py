"""Refusals of the dispatch room."""

from __future__ import annotations

from server.kernel.errors import DomainError


class AlreadyBooked(DomainError):
    """The work order has an open booking; reassign that one instead."""

    code = "work-order-already-booked"
    title = "Already booked"


class EngineerBusy(DomainError):
    """The engineer is booked for something else in that time."""

    code = "engineer-busy"
    title = "Engineer busy"


class NotBookable(DomainError):
    """The state of the work order does not allow a booking."""

    code = "work-order-not-bookable"
    title = "Not bookable"


class EngineerNotEligible(DomainError):
    """No slot is possible; ``params`` hold the rule that failed."""

    code = "engineer-not-eligible"
    title = "Engineer not eligible"


class OverrideReasonRequired(DomainError):
    """Deciding against a rule or against the first proposal takes a reason, which is kept."""

    code = "override-reason-required"
    status = 422
    title = "Reason required"
