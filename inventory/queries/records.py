"""Reads of parts, stock locations, levels, transfers and discrepancies, and their locks.

Locks are taken in one order: work order, part, levels by id, claims. A consumption takes no lock on
the part, because vans that book a common part must not wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import Discrepancy, Part, StockLevel, StockLocation, StockMove
from inventory.rules import STORE_KINDS, LocationKind, MoveReason
from server.kernel.errors import NotFound

Record = TypeVar("Record", Part, StockLocation, Discrepancy)


def get_part(session: Session, part_id: UUID) -> Part:
    """Return a part; raises NotFound."""
    return _get(session, Part, part_id, "part")


def find_part(session: Session, part_id: UUID) -> Part | None:
    """Return a part, or None."""
    return session.scalar(select(Part).where(Part.id == part_id))


def lock_part(session: Session, part_id: UUID) -> Part:
    """Return a part for a change, or before its claims are placed anew; raises NotFound.

    Whoever places claims or makes stock free holds this lock, so that no claim stays short beside
    free stock. References to the part do not wait for it.
    """
    return _get(session, Part, part_id, "part", lock=True)


def get_location(session: Session, location_id: UUID) -> StockLocation:
    """Return a stock location; raises NotFound."""
    return _get(session, StockLocation, location_id, "stock location")


def lock_location(session: Session, location_id: UUID) -> StockLocation:
    """Return a stock location for a change; raises NotFound."""
    return _get(session, StockLocation, location_id, "stock location", lock=True)


def get_discrepancy(session: Session, discrepancy_id: UUID) -> Discrepancy:
    """Return a discrepancy; raises NotFound."""
    return _get(session, Discrepancy, discrepancy_id, "discrepancy")


def lock_discrepancy(session: Session, discrepancy_id: UUID) -> Discrepancy:
    """Return a discrepancy for a change; raises NotFound."""
    return _get(session, Discrepancy, discrepancy_id, "discrepancy", lock=True)


def find_van(session: Session, engineer_id: UUID) -> StockLocation | None:
    """Return the van of an engineer, if there is one."""
    return session.scalar(select(StockLocation).where(StockLocation.engineer_id == engineer_id))


def vans_of(session: Session, engineer_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Return the ids of the engineers' vans, by engineer."""
    statement = select(StockLocation.engineer_id, StockLocation.id).where(
        StockLocation.engineer_id.in_(engineer_ids)
    )
    return {
        engineer_id: van_id
        for engineer_id, van_id in session.execute(statement)
        if engineer_id is not None
    }


def find_level(session: Session, part_id: UUID, location_id: UUID) -> StockLevel | None:
    """Return the level of a part at a location, if it ever had one."""
    statement = select(StockLevel).where(
        StockLevel.part_id == part_id, StockLevel.location_id == location_id
    )
    return session.scalar(statement)


def find_level_id(session: Session, part_id: UUID, location_id: UUID) -> UUID | None:
    """Return the id of the level of a part at a location, if it ever had one."""
    statement = select(StockLevel.id).where(
        StockLevel.part_id == part_id, StockLevel.location_id == location_id
    )
    return session.scalar(statement)


def lock_levels(
    session: Session, part_id: UUID, location_ids: Collection[UUID]
) -> dict[UUID, StockLevel]:
    """Return the levels of a part at some locations for a change, by location."""
    statement = (
        select(StockLevel)
        .where(StockLevel.part_id == part_id, StockLevel.location_id.in_(location_ids))
        .order_by(StockLevel.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {level.location_id: level for level in session.scalars(statement)}


def levels_at(session: Session, location_id: UUID) -> Sequence[StockLevel]:
    """Return all levels of a location."""
    return session.scalars(select(StockLevel).where(StockLevel.location_id == location_id)).all()


def has_stock(session: Session, location_id: UUID) -> bool:
    """Whether anything lies at a location or in one of its bins."""
    inside = select(StockLocation.id).where(StockLocation.parent_id == location_id)
    statement = (
        select(StockLevel.id)
        .where(
            (StockLevel.location_id == location_id) | StockLevel.location_id.in_(inside),
            StockLevel.on_hand > 0,
        )
        .limit(1)
    )
    return session.scalar(statement) is not None


def find_fullest_store(session: Session, part_id: UUID) -> StockLocation | None:
    """Return the warehouse or bin that holds most of a part that nobody has claimed."""
    free = StockLevel.on_hand - StockLevel.reserved
    statement = (
        select(StockLocation)
        .join(StockLevel, StockLevel.location_id == StockLocation.id)
        .where(
            StockLevel.part_id == part_id,
            StockLocation.kind.in_(STORE_KINDS),
            StockLocation.archived_at.is_(None),
            free > 0,
        )
        .order_by(free.desc(), StockLocation.id)
        .limit(1)
    )
    return session.scalar(statement)


def find_warehouse(session: Session) -> StockLocation | None:
    """Return the oldest warehouse in use."""
    statement = (
        select(StockLocation)
        .where(StockLocation.kind == LocationKind.WAREHOUSE, StockLocation.archived_at.is_(None))
        .order_by(StockLocation.id)
        .limit(1)
    )
    return session.scalar(statement)


def get_transfer(session: Session, transfer_id: UUID) -> Sequence[StockMove]:
    """Return the two moves of a transfer, first what left; raises NotFound."""
    statement = select(StockMove).where(
        StockMove.transfer_id == transfer_id, StockMove.reason == MoveReason.TRANSFER
    )
    moves = session.scalars(statement.order_by(StockMove.quantity)).all()
    if not moves:
        raise NotFound("There is no such transfer.", transfer_id=str(transfer_id))
    return moves


def _get(
    session: Session, model: type[Record], record_id: UUID, noun: str, *, lock: bool = False
) -> Record:
    statement = select(model).where(model.id == record_id)
    if lock:
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    record = session.scalar(statement)
    if record is None:
        key = f"{noun.replace(' ', '_')}_id"
        raise NotFound(f"There is no such {noun}.", **{key: str(record_id)})
    return record
