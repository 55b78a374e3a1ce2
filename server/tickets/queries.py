"""Reads of tickets, scoped to the tenant by the session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server.kernel.errors import NotFound
from server.tickets.models import Ticket, TicketNote

MOST_SUBJECTS = 1000
NOTE_COLUMNS = ("id", "body", "is_internal", "author_id", "author_name", "occurred_at")
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


def notes_statement(ticket_id: UUID) -> Select[Any]:
    """Select the notes of a ticket; the caller pages them."""
    return select(TicketNote).where(TicketNote.ticket_id == ticket_id)


def tickets_by_id(session: Session, ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """Return the tickets among ``ids``."""
    return {t.id: t for t in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}


def latest_notes(
    session: Session, ticket_ids: Collection[UUID], limit: int
) -> dict[UUID, list[dict[str, Any]]]:
    """Return the latest notes of each ticket as documents, the oldest of them first."""
    place = func.row_number().over(partition_by=TicketNote.ticket_id, order_by=TicketNote.id.desc())
    ranked = select(TicketNote.id, place.label("place"))
    latest = ranked.where(TicketNote.ticket_id.in_(ticket_ids)).subquery()
    columns = [getattr(TicketNote, name) for name in NOTE_COLUMNS]
    statement = select(TicketNote.ticket_id, *columns).join(latest, latest.c.id == TicketNote.id)
    statement = statement.where(latest.c.place <= limit).order_by(TicketNote.id)
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for ticket_id, *values in session.execute(statement):
        found[ticket_id].append(dict(zip(NOTE_COLUMNS, values, strict=True)))
    return found


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
