"""What faults and work orders need, and how much of it lies where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.models import FaultCodePart, Part, Reservation, StockLevel, StockLocation
from inventory.queries.claims import CLAIMED_STATES
from inventory.rules import STORE_KINDS, LocationKind, ReservationState
from server.workorders.api import PartNeed


@dataclass(frozen=True, kw_only=True)
class ClaimedNeed(PartNeed):
    """A need with the places of its own claims: for its work order these count as available."""

    held: Mapping[UUID, int] = field(default_factory=dict)


def parts_for(session: Session, fault_code_id: UUID) -> list[PartNeed]:
    """Return the parts in use that a fault usually takes, by number."""
    statement = (
        select(Part.id, Part.number, Part.name, Part.unit, FaultCodePart.quantity)
        .join(FaultCodePart, FaultCodePart.part_id == Part.id)
        .where(FaultCodePart.fault_code_id == fault_code_id, Part.archived_at.is_(None))
        .order_by(Part.number)
    )
    return [
        PartNeed(part_id=part_id, number=number, name=name, unit=unit, quantity=quantity)
        for part_id, number, name, unit, quantity in session.execute(statement)
    ]


def needs_of(session: Session, work_order_ids: Collection[UUID]) -> dict[UUID, list[PartNeed]]:
    """Return by work order what it has claimed in all, and how much of that is waiting somewhere.

    What was fitted counts as needed and no longer as reserved.
    """
    statement = (
        select(
            Reservation.work_order_id,
            Reservation.part_id,
            Reservation.state,
            Reservation.location_id,
            func.sum(Reservation.quantity),
        )
        .where(Reservation.work_order_id.in_(work_order_ids), Reservation.state.in_(CLAIMED_STATES))
        .group_by(
            Reservation.work_order_id,
            Reservation.part_id,
            Reservation.state,
            Reservation.location_id,
        )
    )
    total: dict[tuple[UUID, UUID], int] = defaultdict(int)
    held: dict[tuple[UUID, UUID], dict[UUID, int]] = defaultdict(dict)
    for work_order_id, part_id, state, location_id, quantity in session.execute(statement):
        total[work_order_id, part_id] += int(quantity)
        if state is ReservationState.OPEN and location_id is not None:
            held[work_order_id, part_id][location_id] = int(quantity)
    parts = _parts(session, {part_id for _, part_id in total})
    found: dict[UUID, list[PartNeed]] = {work_order_id: [] for work_order_id in work_order_ids}
    for key in sorted(total, key=lambda pair: parts[pair[1]].number):
        part, places = parts[key[1]], held[key]
        found[key[0]].append(
            ClaimedNeed(
                part_id=part.id,
                number=part.number,
                name=part.name,
                unit=part.unit,
                quantity=total[key],
                reserved=sum(places.values()),
                held=places,
            )
        )
    return found


def free_by_place(
    session: Session, part_ids: Collection[UUID], van_ids: Collection[UUID]
) -> tuple[dict[tuple[UUID, UUID], int], dict[UUID, int]]:
    """Return what is free of some parts: by part and van, and by part in all stores together."""
    statement = (
        select(
            StockLevel.part_id,
            StockLevel.location_id,
            StockLevel.on_hand - StockLevel.reserved,
            StockLocation.kind,
        )
        .join(StockLocation, StockLocation.id == StockLevel.location_id)
        .where(
            StockLevel.part_id.in_(part_ids),
            StockLocation.archived_at.is_(None),
            StockLocation.kind.in_(STORE_KINDS) | StockLocation.id.in_(van_ids),
        )
    )
    vans: dict[tuple[UUID, UUID], int] = {}
    stores: dict[UUID, int] = defaultdict(int)
    for part_id, location_id, free, kind in session.execute(statement):
        if kind in STORE_KINDS:
            stores[part_id] += free
        else:
            vans[part_id, location_id] = free
    return vans, stores


def places_of(session: Session, part_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return by part where some of it lies: stores first, then vans, by name."""
    columns = (StockLocation.name, StockLocation.kind, StockLocation.engineer_id)
    level = StockLevel
    statement = (
        select(level.part_id, level.location_id, level.on_hand, level.reserved, *columns)
        .join(StockLocation, StockLocation.id == level.location_id)
        .where(
            level.part_id.in_(part_ids),
            level.on_hand > 0,
            StockLocation.archived_at.is_(None),
            StockLocation.kind.in_(STORE_KINDS | {LocationKind.VAN}),
        )
        .order_by(StockLocation.kind.in_(STORE_KINDS).desc(), StockLocation.sort_name)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(statement):
        place = dict(row._mapping)  # noqa: SLF001 - its public name.
        found[place.pop("part_id")].append(place | {"free": row.on_hand - row.reserved})
    return found


def _parts(session: Session, ids: Collection[UUID]) -> dict[UUID, Any]:
    statement = select(Part.id, Part.number, Part.name, Part.unit).where(Part.id.in_(ids))
    return {row.id: row for row in session.execute(statement)}
