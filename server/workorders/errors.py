"""Refusals of the work-orders room."""

from __future__ import annotations

from server.kernel.errors import DomainError


class ChecklistIncomplete(DomainError):
    """Required steps of the checklist are not answered; ``tasks`` names them."""

    code = "checklist-incomplete"
    status = 409
    title = "Checklist incomplete"


class AnswerRefused(DomainError):
    """The answer does not fit the kind of the task."""

    code = "answer-refused"
    status = 422
    title = "Answer refused"


class AlreadySigned(DomainError):
    """The work order is signed; a signature is never replaced."""

    code = "already-signed"
    status = 409
    title = "Already signed"


class SignedTextChanged(DomainError):
    """The digest is not that of the text said to be signed."""

    code = "signed-text-changed"
    status = 422
    title = "Signed text changed"


class NotYourWork(DomainError):
    """The work order is booked to somebody else, or to nobody."""

    code = "not-your-work"
    status = 403
    title = "Not your work"


class WorkOrderFinished(DomainError):
    """The work order is done or cancelled."""

    code = "work-order-finished"
    status = 409
    title = "Work order finished"
