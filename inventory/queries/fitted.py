"""Reads of consumptions: which parts were fitted on which repair."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
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
    """Return by work order what was fitted and not returned, in the order it was recorded.

    A return does not say of which repair it is: it takes back what was fitted last.
    """
    statement = _consumptions().where(StockMove.work_order_id.in_(work_order_ids))
    fitted = [_fitted(row) for row in session.execute(statement)]
    returned = _returned(session, work_order_ids)
    found: dict[UUID, list[FittedPart]] = {work_order_id: [] for work_order_id in work_order_ids}
    for part in reversed(fitted):
        key = part.work_order_id, part.part_id
        back = min(part.quantity, returned.get(key, 0))
        if back:
            returned[key] -= back
        if back < part.quantity:
            kept = replace(part, quantity=part.quantity - back)
            found[part.work_order_id].insert(0, kept)
    return found


def _returned(
    session: Session, work_order_ids: Collection[UUID]
) -> dict[tuple[UUID | None, UUID], int]:
    """Return how much of each part came back of each work order."""
    move = StockMove
    statement = (
        select(move.work_order_id, move.part_id, func.sum(move.quantity))
        .where(move.work_order_id.in_(work_order_ids), move.reason == MoveReason.RETURN)
        .group_by(move.work_order_id, move.part_id)
    )
    rows = session.execute(statement)
    return {(work_order_id, part_id): int(total) for work_order_id, part_id, total in rows}


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
