"""Reads of consumptions: which parts were fitted on which repair."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from inventory.models import Discrepancy, Part, StockMove
from inventory.rules import MoveReason
from server.workorders.api import FittedPart


def fitted_parts(
    session: Session, work_order_ids: Collection[UUID]
) -> dict[UUID, list[FittedPart]]:
    """Return by work order what was fitted, in the order in which it was recorded."""
    found: dict[UUID, list[FittedPart]] = {work_order_id: [] for work_order_id in work_order_ids}
    statement = _consumptions().where(StockMove.work_order_id.in_(work_order_ids))
    for row in session.execute(statement):
        found[row.work_order_id].append(_fitted(row))
    return found


def find_fitted(session: Session, consumption_id: UUID) -> FittedPart | None:
    """Return the part that was fitted by a consumption, or None when it is not known."""
    statement = _consumptions().where(StockMove.consumption_id == consumption_id)
    row = session.execute(statement).one_or_none()
    return _fitted(row) if row is not None else None


def _consumptions() -> Select[Any]:
    """Select one row for each consumption, whose moves may be at several locations."""
    keys = (
        StockMove.consumption_id,
        StockMove.work_order_id,
        StockMove.repair_id,
        StockMove.part_id,
        Part.number,
        Part.name,
        Part.unit,
        Discrepancy.quantity,
    )
    first = func.min(StockMove.recorded_at)
    return (
        select(*keys[:-1], func.sum(StockMove.quantity), func.coalesce(Discrepancy.quantity, 0))
        .join(Part, Part.id == StockMove.part_id)
        .outerjoin(Discrepancy, Discrepancy.consumption_id == StockMove.consumption_id)
        .where(StockMove.reason == MoveReason.CONSUMPTION)
        .group_by(*keys)
        .order_by(first, StockMove.consumption_id)
    )


def _fitted(row: Any) -> FittedPart:
    *_, total, found = row
    return FittedPart(
        move_id=row.consumption_id,
        work_order_id=row.work_order_id,
        repair_id=row.repair_id,
        part_id=row.part_id,
        number=row.number,
        name=row.name,
        unit=row.unit,
        quantity=-int(total),
        found=int(found),
    )
