"""Opening a work order: by hand, or because a ticket's fault calls for a visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.assets import api as assets
from server.kernel import changes as feed
from server.kernel import events
from server.kernel.actors import Actor
from server.kernel.creation import find_made
from server.kernel.errors import InvalidInput
from server.kernel.fields import Quantity
from server.kernel.numbers import next_number
from server.kernel.priority import Priority
from server.kernel.references import require
from server.kernel.session import actor_of, platform_of
from server.places import api as places
from server.tickets import api as tickets
from server.workorders import queries
from server.workorders.events import WorkOrderOpened
from server.workorders.models import WorkOrder, WorkOrderSkill, WorkOrderTask
from server.workorders.ports import PartsGate
from server.workorders.rules import TaskKind
from server.workorders.service.moves import release

DEFAULT_DURATION_MINUTES = 60
PATCHABLE = frozenset({"title", "priority", "duration_minutes", "due_at", "summary"})


def open_work_order(
    session: Session,
    *,
    actor: Actor,
    ticket_id: UUID,
    id: UUID | None = None,
    title: str | None = None,
    priority: Priority | None = None,
    duration_minutes: int | None = None,
    due_at: dt.datetime | None = None,
    skills: Sequence[tuple[UUID, int]] | None = None,
    is_draft: bool = False,
) -> WorkOrder:
    """Open field work for a ticket, with the skills, checklist and parts of its fault code.

    What is not given is taken from the ticket and its fault code. The ticket needs a site: without
    one nobody could be sent. Parts are reserved at once. Unless it is a draft it may be booked.
    """
    given = {"ticket_id": ticket_id, **({"title": title} if title else {})}
    if made := find_made(session, WorkOrder, id, given):
        return made
    ticket = _ticket(session, ticket_id)
    fault = assets.get_fault_code(session, ticket.fault_code_id) if ticket.fault_code_id else None
    implied = fault.estimated_minutes if fault is not None else DEFAULT_DURATION_MINUTES
    work_order = WorkOrder(
        number=next_number(session, "work_order"),
        ticket_id=ticket.id,
        site_id=ticket.site_id,
        asset_id=ticket.asset_id,
        fault_code_id=ticket.fault_code_id,
        title=title or ticket.title,
        priority=priority or ticket.priority,
        duration_minutes=duration_minutes or implied,
        due_at=due_at or ticket.due_at,
    )
    if id is not None:
        work_order.id = id
    session.add(work_order)
    session.flush()
    event = WorkOrderOpened(entity_id=work_order.id, ticket_id=ticket.id, number=work_order.number)
    events.record(session, event)
    if fault is not None:
        _take_over(session, actor, work_order, fault.id, with_skills=skills is None)
    _require_skills(session, dict(skills or ()))
    _add_skills(session, work_order, skills or ())
    if not is_draft:
        release(session, actor=actor, work_order=work_order)
    return work_order


def open_for_ticket(session: Session, event: tickets.TicketOpened) -> None:
    """Open the work order of a new ticket whose fault calls for a visit; runs with the ticket."""
    if event.fault_code_id is not None:
        _open_for_fault(session, tickets.get_ticket(session, event.entity_id))


def open_for_place(session: Session, event: tickets.TicketChanged) -> None:
    """Open it when the ticket is given the place that it had not; runs with the change."""
    if "site_id" in event.fields:
        _open_for_fault(session, tickets.get_ticket(session, event.entity_id))


def _open_for_fault(session: Session, ticket: tickets.Ticket) -> None:
    if ticket.fault_code_id is None or ticket.site_id is None:
        return
    if not assets.get_fault_code(session, ticket.fault_code_id).needs_visit:
        return
    if not queries.find_by_ticket(session, ticket.id):
        open_work_order(session, actor=actor_of(session), ticket_id=ticket.id)


def show_ticket(
    session: Session,
    event: tickets.TicketNoted | tickets.TicketChanged | tickets.TicketPriorityRaised,
) -> None:
    """Bring what is new about a ticket to the phone of whoever has its work."""
    _show(session, WorkOrder.ticket_id == event.entity_id)


def show_site(session: Session, event: places.SiteChanged) -> None:
    """Bring a corrected address, way in or position to the phones with work there."""
    _show(session, WorkOrder.site_id == event.entity_id)


def show_customer(session: Session, event: places.CustomerChanged) -> None:
    """Bring a corrected name or telephone number to the phones with work for the customer."""
    sites = select(places.Site.id).where(places.Site.customer_id == event.entity_id)
    _show(session, WorkOrder.site_id.in_(sites))


def show_asset(session: Session, event: assets.AssetChanged) -> None:
    """Bring a corrected name or serial number to the phones with work on the asset."""
    _show(session, WorkOrder.asset_id == event.entity_id)


def _show(session: Session, condition: ColumnElement[bool]) -> None:
    for work_order in queries.list_on_phones(session, condition):
        feed.touch(session, work_order)


def change_work_order(
    session: Session, *, actor: Actor, work_order: WorkOrder, changes: dict[str, Any]
) -> WorkOrder:
    """Correct fields of a work order; the old values stay in the audit trail."""
    del actor
    for name in PATCHABLE & changes.keys():
        setattr(work_order, name, changes[name])
    if "skills" in changes:
        held = queries.parts_of(session, WorkOrderSkill, [work_order.id])[work_order.id]
        _require_skills(session, dict(changes["skills"]).keys() - {row.skill_id for row in held})
        for row in held:
            session.delete(row)
        session.flush()
        _add_skills(session, work_order, changes["skills"])
    return work_order


def _take_over(
    session: Session, actor: Actor, work_order: WorkOrder, fault_id: UUID, *, with_skills: bool
) -> None:
    """Copy what the fault code says: skills unless others are given, checklist, parts."""
    if with_skills:
        _add_skills(session, work_order, assets.required_skills(session, fault_id))
    _add_checklist(session, work_order, assets.checklist(session, fault_id))
    gate = platform_of(session).port(PartsGate)  # type: ignore[type-abstract]
    if needs := gate.parts_for(session, fault_id):
        gate.reserve(session, actor=actor, work_order_id=work_order.id, needs=needs)


def _ticket(session: Session, ticket_id: UUID) -> tickets.Ticket:
    require(session, "ticket", [ticket_id], field="ticket_id")
    ticket = tickets.get_ticket(session, ticket_id)
    if ticket.site_id is None:
        message = "the ticket has no site"
        raise InvalidInput("Field work needs a site; set the ticket's site.", ticket_id=message)
    return ticket


def _add_skills(
    session: Session, work_order: WorkOrder, skills: Iterable[tuple[UUID, int]]
) -> None:
    session.add_all(
        WorkOrderSkill(work_order_id=work_order.id, skill_id=skill_id, min_level=level)
        for skill_id, level in dict(skills).items()
    )


def _require_skills(session: Session, skill_ids: Collection[UUID]) -> None:
    """Refuse skills that are not offered; what a fault code calls for is taken as it is."""
    require(session, "skill", skill_ids, field="skills")


def _add_checklist(session: Session, work_order: WorkOrder, steps: Iterable[Any]) -> None:
    session.add_all(
        WorkOrderTask(
            work_order_id=work_order.id,
            position=position,
            kind=TaskKind(step.kind),
            title=step.title,
            unit=step.unit,
            is_required=step.is_required,
            minimum=_limit(step.low),
            maximum=_limit(step.high),
        )
        for position, step in enumerate(steps, start=1)
    )


def _limit(thousandths: int | None) -> str | None:
    return None if thousandths is None else Quantity.to_text(thousandths)
