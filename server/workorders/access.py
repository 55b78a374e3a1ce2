"""Which work an engineer may act on: what is booked to him now; a desk role may act on any."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.errors import NotFound
from server.workorders import queries
from server.workorders.errors import NotYourWork
from server.workorders.models import WorkOrder


def is_theirs(actor: Actor, work_order: WorkOrder) -> bool:
    """Whether the actor may move this work order: the booked engineer, or the desk."""
    return actor.may("work_orders.change") or work_order.engineer_user_id == actor.id


def visible_work_order(session: Session, actor: Actor, work_order_id: UUID) -> WorkOrder:
    """Return a work order the actor may see; any other looks as if it did not exist."""
    work_order = queries.get_work_order(session, work_order_id)
    if not actor.may("work_orders.read") and work_order.engineer_user_id != actor.id:
        raise NotFound("There is no such work order.", work_order_id=str(work_order_id))
    return work_order


def own_work_order(session: Session, actor: Actor, work_order_id: UUID) -> WorkOrder:
    """Return a locked work order the actor may act on; raises NotYourWork, NotFound."""
    visible_work_order(session, actor, work_order_id)
    work_order = queries.lock_work_order(session, work_order_id)
    if not is_theirs(actor, work_order):
        raise NotYourWork("This work is booked to somebody else.", work_order_id=str(work_order_id))
    return work_order
