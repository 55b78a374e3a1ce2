"""How the change feed shows tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.tickets import queries
from server.tickets.models import Ticket


def documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """Return the tickets among ``ids`` for whoever may read tickets."""
    if not actor.may("tickets.read"):
        return {}
    return {
        ticket_id: {name: getattr(ticket, name) for name in queries.LIST_COLUMNS}
        for ticket_id, ticket in queries.tickets_by_id(session, ids).items()
    }


TICKET = FeedKind(
    name="ticket", model=Ticket, scopes=lambda _session, _ticket: {"desk"}, documents=documents
)
