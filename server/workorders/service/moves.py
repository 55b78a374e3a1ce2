"""Moves of a work order through its lifecycle, and who is booked for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel import events
from server.kernel.actors import Actor
from server.kernel.session import occurred_at, platform_of
from server.tickets import api as tickets
from server.workorders import queries
from server.workorders.checklist import answers_of, tasks_of
from server.workorders.errors import ChecklistIncomplete, WorkOrderFinished
from server.workorders.events import MOVES, EngineerAssigned
from server.workorders.models import WorkOrder
from server.workorders.ports import PartsGate
from server.workorders.rules import LIFECYCLE, UNFINISHED_STATES, WorkOrderState, open_tasks


def release(session: Session, *, actor: Actor, work_order: WorkOrder) -> WorkOrder:
    """Let a work order be booked."""
    del actor
    return _move(session, work_order, "release")


def start(session: Session, *, actor: Actor, work_order: WorkOrder) -> WorkOrder:
    """Begin work on site, or go on after a pause; the ticket is then in progress."""
    _move(session, work_order, "start")
    work_order.started_at = work_order.started_at or occurred_at(session)
    tickets.start_ticket(session, actor=actor, ticket_id=work_order.ticket_id)
    return work_order


def pause(session: Session, *, actor: Actor, work_order: WorkOrder, reason: str = "") -> WorkOrder:
    """Stop before the work is done, with the reason."""
    del actor
    return _move(session, work_order, "pause", reason)


def complete(
    session: Session, *, actor: Actor, work_order: WorkOrder, summary: str = ""
) -> WorkOrder:
    """Finish the work and resolve its ticket; claims on parts that were not used are given back.

    Raises ChecklistIncomplete, naming the required steps that are not answered.
    """
    LIFECYCLE.next_state(work_order.state, "complete")
    rows = queries.list_tasks(session, work_order.id)
    if missing := open_tasks(tasks_of(rows), answers_of(rows)):
        titles = {row.id: row.title for row in rows}
        raise ChecklistIncomplete(
            "Required steps of the checklist are not answered.",
            tasks=[{"id": str(task_id), "title": titles[task_id]} for task_id in missing],
        )
    work_order.completed_at = occurred_at(session)
    work_order.summary = summary or work_order.summary
    _move(session, work_order, "complete")
    _gate(session).release(session, actor=actor, work_order_id=work_order.id)
    # Two who finish at once: the second must see the first one's work done.
    tickets.lock_ticket(session, work_order.ticket_id)
    others = queries.find_by_ticket(session, work_order.ticket_id)
    if all(other.state not in UNFINISHED_STATES for other in others):
        tickets.resolve_ticket(
            session, actor=actor, ticket_id=work_order.ticket_id, resolution=work_order.summary
        )
    return work_order


def cancel(session: Session, *, actor: Actor, work_order: WorkOrder, reason: str = "") -> WorkOrder:
    """Call the work off; claims on parts are given back, what was recorded stays."""
    _move(session, work_order, "cancel", reason)
    _gate(session).release(session, actor=actor, work_order_id=work_order.id)
    return work_order


def assign_engineer(
    session: Session,
    *,
    actor: Actor,
    work_order: WorkOrder,
    engineer_id: UUID | None,
    engineer_user_id: UUID | None,
) -> WorkOrder:
    """Say who is booked for the work now, or nobody; claims on parts follow to that van.

    Raises WorkOrderFinished when there is nothing left to book.
    """
    if work_order.state not in UNFINISHED_STATES and engineer_id is not None:
        raise WorkOrderFinished("The work order is finished.", state=work_order.state)
    if work_order.engineer_id == engineer_id:
        return work_order
    before = work_order.engineer_id
    work_order.engineer_id, work_order.engineer_user_id = engineer_id, engineer_user_id
    session.flush()
    files.restamp_attachments(session, "work_order", [work_order.id])
    _gate(session).on_engineer_assigned(
        session, actor=actor, work_order_id=work_order.id, engineer_id=engineer_id
    )
    events.record(
        session,
        EngineerAssigned(
            entity_id=work_order.id,
            ticket_id=work_order.ticket_id,
            engineer_id=engineer_id,
            from_engineer_id=before,
        ),
    )
    return work_order


def _move(session: Session, work_order: WorkOrder, action: str, reason: str = "") -> WorkOrder:
    before = work_order.state
    work_order.state = WorkOrderState(LIFECYCLE.next_state(before, action))
    session.flush()
    event = MOVES[action](
        entity_id=work_order.id,
        ticket_id=work_order.ticket_id,
        from_state=before,
        reason=reason,
    )
    events.record(session, event)
    return work_order


def _gate(session: Session) -> PartsGate:
    return platform_of(session).port(PartsGate)  # type: ignore[type-abstract]
