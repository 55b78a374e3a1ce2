"""What histories of customers, sites and assets are about: their tickets and work orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.tickets import api as tickets
from server.workorders.models import WorkOrder


class TicketsAndWorkOrders:
    """Fills the port ``Subjects``: tickets about a record, and the field work for them."""

    def about(
        self, session: Session, actor: Actor, kind: str, ids: Sequence[UUID]
    ) -> Mapping[str, Sequence[UUID]]:
        """Return ids by kind of record, for whoever may read that kind."""
        found: dict[str, Sequence[UUID]] = {}
        ticket_ids = tickets.ticket_ids_about(session, kind, ids)
        if actor.may("tickets.read"):
            found["ticket"] = ticket_ids
        if actor.may("work_orders.read") and ticket_ids:
            statement = select(WorkOrder.id).where(WorkOrder.ticket_id.in_(ticket_ids))
            found["work_order"] = session.scalars(statement).all()
        return found
