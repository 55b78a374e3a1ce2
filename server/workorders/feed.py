"""How the change feed shows work orders: to the desk, and to whoever is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.workorders.documents import work_order_documents
from server.workorders.models import WorkOrder


def scopes(session: Session, work_order: WorkOrder) -> set[str]:
    """Return the desk, and the phone of the engineer who is booked now."""
    del session
    found = {"desk"}
    if work_order.engineer_user_id is not None:
        found.add(f"u:{work_order.engineer_user_id}")
    return found


def documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """Return the work orders among ``ids`` that the actor may see."""
    found = work_order_documents(session, ids)
    if actor.may("work_orders.read"):
        return found
    engineer = {
        row_id
        for row_id, row in ((i, session.get(WorkOrder, i)) for i in found)
        if row is not None and row.engineer_user_id == actor.id
    }
    return {key: document for key, document in found.items() if key in engineer}


WORK_ORDER = FeedKind(name="work_order", model=WorkOrder, scopes=scopes, documents=documents)
