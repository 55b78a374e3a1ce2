"""Facts of a ticket's life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    """A fact about one ticket; ``entity_id`` is the ticket."""

    type: ClassVar[str] = ""
    entity_kind: ClassVar[str] = "ticket"


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    """A problem was reported."""

    type: ClassVar[str] = "ticket.opened"

    number: int
    priority: str
    channel: str
    asset_id: UUID | None = None
    fault_code_id: UUID | None = None
    source_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class TicketMoved(TicketEvent):
    """The ticket went from one state to another; the concrete events say by which action."""

    from_state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketStarted(TicketMoved):
    """Somebody works on it."""

    type: ClassVar[str] = "ticket.started"


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketMoved):
    """The problem is solved, as far as we know."""

    type: ClassVar[str] = "ticket.resolved"


@dataclass(frozen=True, kw_only=True)
class TicketReopened(TicketMoved):
    """It was not solved after all."""

    type: ClassVar[str] = "ticket.reopened"


@dataclass(frozen=True, kw_only=True)
class TicketClosed(TicketMoved):
    """The customer agrees that it is solved."""

    type: ClassVar[str] = "ticket.closed"


@dataclass(frozen=True, kw_only=True)
class TicketCancelled(TicketMoved):
    """It was no problem of ours."""

    type: ClassVar[str] = "ticket.cancelled"


@dataclass(frozen=True, kw_only=True)
class TicketNoted(TicketEvent):
    """Somebody added a note."""

    type: ClassVar[str] = "ticket.noted"

    note_id: UUID


@dataclass(frozen=True, kw_only=True)
class TicketChanged(TicketEvent):
    """Fields of the ticket were corrected; the audit trail holds old and new values."""

    type: ClassVar[str] = "ticket.changed"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class TicketPriorityRaised(TicketEvent):
    """It became more urgent than it was."""

    type: ClassVar[str] = "ticket.priority_raised"

    from_priority: str
    to_priority: str
    reason: str = ""


MOVES: dict[str, type[TicketMoved]] = {
    "start": TicketStarted,
    "resolve": TicketResolved,
    "reopen": TicketReopened,
    "close": TicketClosed,
    "cancel": TicketCancelled,
}
