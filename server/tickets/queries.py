"""Reads of tickets, scoped to the tenant by the session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.kernel.errors import NotFound
from server.tickets.models import Ticket, TicketNote

MOST_SUBJECTS = 1000
FILTERS = ("state", "priority", "site_id", "asset_id", "customer_id", "channel")
LIST_COLUMNS = (
    "id",
    "number",
    "title",
    "description",
    "state",
    "priority",
    "channel",
    "customer_id",
    "site_id",
    "asset_id",
    "fault_code_id",
    "source_key",
    "reporter_name",
    "opened_at",
    "due_at",
    "resolved_at",
    "closed_at",
    "resolution",
    "revision",
    "created_at",
    "updated_at",
)


def get_ticket(session: Session, ticket_id: UUID) -> Ticket:
    """Return a ticket; raises NotFound."""
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise NotFound("There is no such ticket.", ticket_id=str(ticket_id))
    return ticket


def lock_ticket(session: Session, ticket_id: UUID) -> Ticket:
    """Return a ticket that nobody else can change until the commit; raises NotFound."""
    statement = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    ticket = session.scalar(statement.execution_options(populate_existing=True))
    if ticket is None:
        raise NotFound("There is no such ticket.", ticket_id=str(ticket_id))
    return ticket


def find_by_source(session: Session, source_key: str) -> Ticket | None:
    """Return the ticket that came from ``source_key``, in whatever state it is."""
    return session.scalar(select(Ticket).where(Ticket.source_key == source_key))


def list_statement(filters: Mapping[str, Any]) -> Select[Any]:
    """Select the columns of a ticket list; the caller pages it."""
    statement = select(*(getattr(Ticket, name) for name in LIST_COLUMNS))
    for name in FILTERS:
        if filters.get(name) is not None:
            statement = statement.where(getattr(Ticket, name) == filters[name])
    if number := filters.get("number"):
        statement = statement.where(Ticket.number == number)
    if text := filters.get("q"):
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = statement.where(Ticket.title.ilike(f"%{pattern}%", escape="\\"))
    return statement


def notes_statement(ticket_id: UUID) -> Select[Any]:
    """Select the notes of a ticket; the caller pages them."""
    return select(TicketNote).where(TicketNote.ticket_id == ticket_id)


def tickets_by_id(session: Session, ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """Return the tickets among ``ids``."""
    return {t.id: t for t in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}


def ticket_ids_about(session: Session, kind: str, ids: Sequence[UUID]) -> Sequence[UUID]:
    """Return the newest tickets about customers, sites or assets, 1,000 at most."""
    about = {
        "customer": Ticket.customer_id,
        "site": Ticket.site_id,
        "asset": Ticket.asset_id,
    }
    if kind not in about or not ids:
        return []
    statement = select(Ticket.id).where(about[kind].in_(ids)).order_by(Ticket.id.desc())
    return session.scalars(statement.limit(MOST_SUBJECTS)).all()
