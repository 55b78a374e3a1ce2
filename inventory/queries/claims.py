"""Reads of claims and of the levels they lie on, and their locks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from inventory.models import Reservation, StockLevel, StockLocation
from inventory.queries.records import lock_part
from inventory.rules import STORE_KINDS, ReservationState
from server.kernel.errors import NotFound
from server.workorders.api import WorkOrder, lock_work_order

# What a work order has claimed: what it still waits for and what was fitted from it.
CLAIMED_STATES = (ReservationState.OPEN, ReservationState.CONSUMED)
# So many claims are served by one receipt at once; the rest by what comes next.
FILL_LIMIT = 1000


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The locked levels of a part on which claims may be placed.

    ``offered`` are the locations that may take a claim; others are only there to be left.
    """

    part_id: UUID
    levels: dict[UUID, StockLevel]
    offered: frozenset[UUID]
    van_id: UUID | None


def lock_ground(
    session: Session,
    part_id: UUID,
    *,
    van: StockLocation | None = None,
    also: Collection[UUID] = (),
) -> Ground:
    """Lock the levels of a part in all warehouses and bins, in ``van`` and at ``also``."""
    named = {*also, *([van.id] if van is not None else [])}
    statement = (
        select(StockLevel, StockLocation.kind, StockLocation.archived_at)
        .join(StockLocation, StockLocation.id == StockLevel.location_id)
        .where(
            StockLevel.part_id == part_id,
            StockLocation.kind.in_(STORE_KINDS) | StockLocation.id.in_(named),
        )
        .order_by(StockLevel.id)
        .with_for_update(of=StockLevel)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(statement).all()
    van_id = van.id if van is not None else None
    return Ground(
        part_id=part_id,
        levels={level.location_id: level for level, _, _ in rows},
        offered=frozenset(
            level.location_id
            for level, kind, archived_at in rows
            if archived_at is None and (kind in STORE_KINDS or level.location_id == van_id)
        ),
        van_id=van_id,
    )


def list_open_claims(
    session: Session, work_order_id: UUID, part_id: UUID | None = None
) -> Sequence[Reservation]:
    """Return the open claims of a work order, by part."""
    return session.scalars(_open_claims(work_order_id, part_id)).all()


def lock_open_claims(session: Session, work_order_id: UUID, part_id: UUID) -> Sequence[Reservation]:
    """Return the open claims of a work order on a part for a change."""
    statement = _open_claims(work_order_id, part_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def lock_reservation(session: Session, reservation_id: UUID) -> Reservation:
    """Return a claim for a change, its work order and part locked before it; raises NotFound."""
    statement = select(Reservation).where(Reservation.id == reservation_id)
    claim = session.scalar(statement)
    if claim is None:
        raise NotFound("There is no such reservation.", reservation_id=str(reservation_id))
    lock_work_order(session, claim.work_order_id)
    lock_part(session, claim.part_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one()


def lock_short_claims(
    session: Session, part_id: UUID, *, engineer_id: UUID | None = None
) -> Sequence[Reservation]:
    """Return claims on a part that are short, the work due first at first.

    With ``engineer_id`` only those of work that this engineer is booked for.
    """
    statement = _locked(part_id, Reservation.location_id.is_(None))
    if engineer_id is not None:
        statement = statement.where(WorkOrder.engineer_id == engineer_id)
    first = statement.order_by(WorkOrder.due_at, Reservation.id).limit(FILL_LIMIT)
    return session.scalars(first).all()


def lock_claims_at(session: Session, part_id: UUID, location_id: UUID) -> Sequence[Reservation]:
    """Return the open claims that lie at a location, the work due last at first."""
    statement = _locked(part_id, Reservation.location_id == location_id)
    last = statement.order_by(WorkOrder.due_at.desc(), Reservation.id.desc())
    return session.scalars(last).all()


def lock_claims_of_others(
    session: Session, part_id: UUID, van: StockLocation
) -> Sequence[Reservation]:
    """Return the open claims in a van of work that is not its engineer's, due first at first."""
    statement = _locked(part_id, Reservation.location_id == van.id)
    if van.engineer_id is not None:
        statement = statement.where(WorkOrder.engineer_id.is_distinct_from(van.engineer_id))
    return session.scalars(statement.order_by(WorkOrder.due_at, Reservation.id)).all()


def _locked(part_id: UUID, *conditions: ColumnElement[bool]) -> Select[Reservation]:
    """Choose open claims on a part beside the work they are for, and lock them."""
    return (
        select(Reservation)
        .join(WorkOrder, WorkOrder.id == Reservation.work_order_id)
        .where(
            Reservation.part_id == part_id,
            Reservation.state == ReservationState.OPEN,
            *conditions,
        )
        .with_for_update(of=Reservation)
        .execution_options(populate_existing=True)
    )


def claimed_quantities(session: Session, work_order_id: UUID) -> dict[UUID, int]:
    """Return by part how much a work order has claimed, fitted parts of it included."""
    statement = (
        select(Reservation.part_id, func.sum(Reservation.quantity))
        .where(Reservation.work_order_id == work_order_id, Reservation.state.in_(CLAIMED_STATES))
        .group_by(Reservation.part_id)
    )
    return {part_id: int(total) for part_id, total in session.execute(statement)}


def short_part_ids(session: Session, work_order_id: UUID) -> list[UUID]:
    """Return the parts that a work order has claimed and that are not there in full."""
    statement = (
        select(Reservation.part_id)
        .where(
            Reservation.work_order_id == work_order_id,
            Reservation.state == ReservationState.OPEN,
            Reservation.location_id.is_(None),
        )
        .distinct()
        .order_by(Reservation.part_id)
    )
    return list(session.scalars(statement))


def find_claimed_location(
    session: Session, work_order_id: UUID, part_id: UUID
) -> StockLocation | None:
    """Return where the largest open claim of a work order on a part lies, if one lies anywhere."""
    statement = (
        select(StockLocation)
        .join(Reservation, Reservation.location_id == StockLocation.id)
        .where(
            Reservation.work_order_id == work_order_id,
            Reservation.part_id == part_id,
            Reservation.state == ReservationState.OPEN,
        )
        .order_by(Reservation.quantity.desc(), Reservation.id)
        .limit(1)
    )
    return session.scalar(statement)


def _open_claims(work_order_id: UUID, part_id: UUID | None) -> Select[Reservation]:
    statement = select(Reservation).where(
        Reservation.work_order_id == work_order_id, Reservation.state == ReservationState.OPEN
    )
    if part_id is not None:
        statement = statement.where(Reservation.part_id == part_id)
    return statement.order_by(Reservation.part_id, Reservation.id)
