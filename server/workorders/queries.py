"""Reads of work orders and what belongs to them, scoped to the tenant by the session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.kernel.errors import NotFound
from server.workorders.models import (
    AssetReading,
    Repair,
    SignOff,
    WorkOrder,
    WorkOrderSkill,
    WorkOrderTask,
)
from server.workorders.rules import UNFINISHED_STATES

Part = TypeVar("Part", WorkOrderSkill, WorkOrderTask, AssetReading, Repair, SignOff)
LIST_COLUMNS = (
    "id",
    "number",
    "ticket_id",
    "site_id",
    "asset_id",
    "fault_code_id",
    "title",
    "state",
    "priority",
    "duration_minutes",
    "due_at",
    "engineer_id",
    "started_at",
    "completed_at",
    "summary",
    "revision",
    "created_at",
    "updated_at",
)


def get_work_order(session: Session, work_order_id: UUID) -> WorkOrder:
    """Return a work order; raises NotFound."""
    work_order = session.get(WorkOrder, work_order_id)
    if work_order is None:
        raise NotFound("There is no such work order.", work_order_id=str(work_order_id))
    return work_order


def lock_work_order(session: Session, work_order_id: UUID) -> WorkOrder:
    """Return a work order that nobody else can change until the commit; raises NotFound."""
    statement = select(WorkOrder).where(WorkOrder.id == work_order_id).with_for_update()
    work_order = session.scalar(statement.execution_options(populate_existing=True))
    if work_order is None:
        raise NotFound("There is no such work order.", work_order_id=str(work_order_id))
    return work_order


def get_task(session: Session, work_order_id: UUID, task_id: UUID) -> WorkOrderTask:
    """Return a step of a work order's checklist; raises NotFound."""
    task = session.get(WorkOrderTask, task_id)
    if task is None or task.work_order_id != work_order_id:
        raise NotFound("The work order has no such task.", task_id=str(task_id))
    return task


def get_repair(session: Session, work_order_id: UUID, repair_id: UUID) -> Repair:
    """Return a repair of a work order; raises NotFound."""
    repair = session.get(Repair, repair_id)
    if repair is None or repair.work_order_id != work_order_id:
        raise NotFound("The work order has no such repair.", repair_id=str(repair_id))
    return repair


def find_sign_off(session: Session, work_order_id: UUID) -> SignOff | None:
    """Return the signature under a work order, if there is one."""
    return session.scalar(select(SignOff).where(SignOff.work_order_id == work_order_id))


def list_tasks(session: Session, work_order_id: UUID) -> Sequence[WorkOrderTask]:
    """Return the checklist of a work order, in order."""
    return parts_of(session, WorkOrderTask, [work_order_id])[work_order_id]


def find_by_ticket(session: Session, ticket_id: UUID) -> Sequence[WorkOrder]:
    """Return the work orders of a ticket, the oldest first."""
    statement = select(WorkOrder).where(WorkOrder.ticket_id == ticket_id).order_by(WorkOrder.id)
    return session.scalars(statement).all()


def list_on_phones(session: Session, *conditions: ColumnElement[bool]) -> Sequence[WorkOrder]:
    """Return unfinished work that some engineer has, in order of id."""
    statement = select(WorkOrder).where(
        WorkOrder.state.in_(UNFINISHED_STATES), WorkOrder.engineer_user_id.is_not(None), *conditions
    )
    return session.scalars(statement.order_by(WorkOrder.id)).all()


def work_orders_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, WorkOrder]:
    """Return the work orders among ``ids``."""
    return {w.id: w for w in session.scalars(select(WorkOrder).where(WorkOrder.id.in_(ids)))}


def parts_of(
    session: Session, model: type[Part], work_order_ids: Collection[UUID]
) -> dict[UUID, list[Part]]:
    """Return the rows of ``model`` that belong to each work order, in their order."""
    order = model.position if model is WorkOrderTask else model.id
    statement = select(model).where(model.work_order_id.in_(work_order_ids)).order_by(order)
    found: dict[UUID, list[Part]] = defaultdict(list)
    for row in session.scalars(statement):
        found[row.work_order_id].append(row)
    return found


def required_skills(session: Session, work_order_id: UUID) -> list[tuple[UUID, int]]:
    """Return the skills a work order needs, each with its lowest level."""
    statement = select(WorkOrderSkill.skill_id, WorkOrderSkill.min_level).where(
        WorkOrderSkill.work_order_id == work_order_id
    )
    return [(skill_id, level) for skill_id, level in session.execute(statement)]
