"""Commands on tickets: open, move, note, correct."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.assets import api as assets
from server.kernel import clock, events
from server.kernel.actors import Actor
from server.kernel.changes import touch
from server.kernel.creation import IdTaken, find_made
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.numbers import next_number
from server.kernel.priority import Priority, default_due_at
from server.kernel.session import occurred_at
from server.places import api as places
from server.tickets import queries
from server.tickets.errors import PlaceSettled, ReasonRequired
from server.tickets.events import (
    MOVES,
    TicketChanged,
    TicketNoted,
    TicketOpened,
    TicketPriorityRaised,
)
from server.tickets.models import Ticket, TicketChannel, TicketNote
from server.tickets.rules import LIFECYCLE, TicketState, is_settled

NEEDS_REASON = frozenset({"cancel", "reopen"})
PATCHABLE = frozenset({"title", "description", "priority", "reporter_name", "due_at"})
PLACE = ("site_id", "asset_id", "fault_code_id")


def open_ticket(
    session: Session,
    *,
    actor: Actor,
    title: str,
    channel: TicketChannel | str,
    id: UUID | None = None,
    description: str = "",
    priority: Priority | None = None,
    customer_id: UUID | None = None,
    site_id: UUID | None = None,
    asset_id: UUID | None = None,
    fault_code_id: UUID | None = None,
    source_key: str | None = None,
    reporter_name: str = "",
    opened_at: dt.datetime | None = None,
) -> Ticket:
    """Report a problem; the same ``source_key`` or ``id`` never makes a second ticket.

    What is not given follows from what is: the site from the asset, the customer from the site,
    the priority from the fault code. Raises InvalidInput naming a reference nobody knows.
    """
    del actor  # Who reports is kept by the event and the audit trail.
    place = {"site_id": site_id, "asset_id": asset_id, "fault_code_id": fault_code_id}
    told = place | {"title": title}
    if known := _already_open(session, id=id, source_key=source_key, told=told):
        return known
    links = _links(session, customer_id, **place)
    at, chosen = opened_at or occurred_at(session), priority or links["priority"]
    values: dict[str, Any] = {
        **links,
        "title": title,
        "description": description,
        "priority": chosen,
        "channel": TicketChannel(channel),
        "source_key": source_key,
        "reporter_name": reporter_name,
        "opened_at": at,
        "due_at": default_due_at(chosen, occurred_at=at),
        "id": id or new_id(),
    }
    if id is None and source_key is None:
        return _add_ticket(session, values)
    try:
        with session.begin_nested():  # A lost race undoes only this.
            return _add_ticket(session, values)
    except IntegrityError:  # Another opening has won meanwhile: this one joins it.
        if known := _already_open(session, id=id, source_key=source_key, told=told):
            return known
        raise


def move_ticket(
    session: Session, *, actor: Actor, ticket: Ticket, action: str, reason: str = ""
) -> Ticket:
    """Take a ticket to the state ``action`` leads to; raises TransitionRefused, ReasonRequired."""
    del actor
    if action in NEEDS_REASON and not reason:
        raise ReasonRequired("Say why.", action=action)
    before = ticket.state
    ticket.state = TicketState(LIFECYCLE.next_state(before, action))
    at = occurred_at(session)
    if action == "resolve":
        ticket.resolved_at, ticket.resolution = at, reason or ticket.resolution
    elif action == "reopen":
        ticket.resolved_at = None
    elif action in {"close", "cancel"}:
        ticket.closed_at = at
    event = MOVES[action](entity_id=ticket.id, from_state=before, reason=reason)
    events.record(session, event)
    return ticket


def start_ticket(session: Session, *, actor: Actor, ticket_id: UUID) -> Ticket:
    """Say that somebody works on it; nothing happens when somebody already does."""
    ticket = queries.lock_ticket(session, ticket_id)
    if ticket.state is TicketState.OPEN:
        move_ticket(session, actor=actor, ticket=ticket, action="start")
    return ticket


def resolve_ticket(
    session: Session, *, actor: Actor, ticket_id: UUID, resolution: str = ""
) -> Ticket:
    """Say that the problem is solved; nothing happens when it is settled already."""
    ticket = queries.lock_ticket(session, ticket_id)
    if not is_settled(ticket.state):
        move_ticket(session, actor=actor, ticket=ticket, action="resolve", reason=resolution)
    return ticket


def add_note(
    session: Session,
    *,
    actor: Actor,
    ticket_id: UUID,
    body: str,
    note_id: UUID | None = None,
    is_internal: bool = True,
) -> TicketNote:
    """Add a note; always accepted, also on a settled ticket. The same ``note_id`` is one note."""
    ticket = queries.lock_ticket(session, ticket_id)
    if note_id is not None and (known := session.get(TicketNote, note_id)) is not None:
        if known.ticket_id != ticket_id or known.body != body:
            raise IdTaken("This id is used by another note.", id=str(note_id))
        return known
    note = TicketNote(
        ticket_id=ticket.id,
        body=body,
        author_kind=actor.kind,
        author_id=actor.id,
        author_name=actor.name,
        is_internal=is_internal,
        occurred_at=occurred_at(session),
        recorded_at=clock.now(),
    )
    if note_id is not None:
        note.id = note_id
    session.add(note)
    session.flush()
    touch(session, ticket)
    events.record(session, TicketNoted(entity_id=ticket.id, note_id=note.id))
    return note


def change_ticket(
    session: Session, *, actor: Actor, ticket: Ticket, changes: dict[str, Any]
) -> Ticket:
    """Correct fields of a ticket; the old values stay in the audit trail.

    A ticket without a site can be given one, with asset and fault code; customer and site follow
    as they do when a ticket is opened. Raises PlaceSettled when it has another one: somebody may
    be on the way there.
    """
    del actor
    values = {name: value for name, value in changes.items() if name in PATCHABLE}
    values |= _place(session, ticket, {name: changes[name] for name in PLACE if name in changes})
    changed = [name for name, value in values.items() if getattr(ticket, name) != value]
    for name in changed:
        setattr(ticket, name, values[name])
    if changed:
        events.record(session, TicketChanged(entity_id=ticket.id, fields=sorted(changed)))
    return ticket


def raise_priority(
    session: Session, *, actor: Actor, ticket_id: UUID, priority: Priority, reason: str = ""
) -> Ticket:
    """Make a ticket at least as urgent as ``priority``; never less, and the due time never later.

    Nothing happens to a settled ticket.
    """
    del actor
    ticket = queries.lock_ticket(session, ticket_id)
    if is_settled(ticket.state) or priority.rank <= ticket.priority.rank:
        return ticket
    before, ticket.priority = ticket.priority, priority
    ticket.due_at = min(ticket.due_at, default_due_at(priority, occurred_at=occurred_at(session)))
    events.record(
        session,
        TicketPriorityRaised(
            entity_id=ticket.id, from_priority=before, to_priority=priority, reason=reason
        ),
    )
    return ticket


def _add_ticket(session: Session, values: dict[str, Any]) -> Ticket:
    """Number and keep a ticket and the fact that it was opened."""
    ticket = Ticket(number=next_number(session, "ticket"), **values)
    session.add(ticket)
    events.record(
        session,
        TicketOpened(
            entity_id=ticket.id,
            number=ticket.number,
            priority=ticket.priority,
            channel=ticket.channel,
            asset_id=ticket.asset_id,
            fault_code_id=ticket.fault_code_id,
            source_key=ticket.source_key,
        ),
    )
    session.flush()
    return ticket


def _already_open(
    session: Session, *, id: UUID | None, source_key: str | None, told: dict[str, Any]
) -> Ticket | None:
    """Return the ticket of an earlier try; raises IdTaken when that one tells of something else."""
    if source_key is not None and (ticket := queries.find_by_source(session, source_key)):
        return ticket
    given = {name: value for name, value in told.items() if value is not None}
    return find_made(session, Ticket, id, given)


def _place(session: Session, ticket: Ticket, asked: dict[str, UUID]) -> dict[str, Any]:
    """Return the links of a ticket that gets a place; none when it has that one already."""
    if all(getattr(ticket, name) == value for name, value in asked.items()):
        return {}
    if ticket.site_id is not None:
        message = "The ticket has a site already. Open another ticket for another place."
        raise PlaceSettled(message, site_id=str(ticket.site_id))
    given = {name: asked.get(name, getattr(ticket, name)) for name in PLACE}
    links = _links(session, ticket.customer_id, **given)
    return {name: links[name] for name in ("customer_id", *PLACE)}


def _links(
    session: Session,
    customer_id: UUID | None,
    site_id: UUID | None,
    asset_id: UUID | None,
    fault_code_id: UUID | None,
) -> dict[str, Any]:
    """Complete asset → site → customer and fault code → priority; refuse what contradicts."""
    priority = Priority.NORMAL
    if asset_id is not None:
        asset = assets.get_usable_asset(session, asset_id)
        if site_id not in {None, asset.site_id}:
            raise InvalidInput("The asset is at another site.", site_id="not the asset's site")
        site_id = asset.site_id
    owner_id = None if site_id is None else places.customer_of_usable_site(session, site_id)
    if customer_id is not None:
        places.get_usable_customer(session, customer_id)
    if fault_code_id is not None:
        fault_code = assets.get_usable_fault_code(session, fault_code_id)
        priority = Priority(fault_code.priority)
        if asset_id is not None and fault_code.model_id != asset.model_id:
            message = "not a fault code of the asset's model"
            raise InvalidInput("The fault code is for another model.", fault_code_id=message)
    return {
        "customer_id": customer_id or owner_id,
        "site_id": site_id,
        "asset_id": asset_id,
        "fault_code_id": fault_code_id,
        "priority": priority,
    }
