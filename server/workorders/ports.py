"""What field work asks of what stands above it: parts of the inventory, bookings of dispatch.

Quantities are whole numbers of thousandths of the part's unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.errors import DomainError


@dataclass(frozen=True, kw_only=True)
class PartNeed:
    """A part that a work order needs, and how much of it is reserved so far."""

    part_id: UUID
    number: str
    name: str
    unit: str
    quantity: int
    reserved: int = 0


@dataclass(frozen=True, kw_only=True)
class PartAvailability:
    """How much of a needed part an engineer's van holds free, and how much is elsewhere."""

    part_id: UUID
    needed: int
    on_van: int
    elsewhere: int


@dataclass(frozen=True, kw_only=True)
class FittedPart:
    """A part fitted on a repair.

    ``found`` is how much of it the van was not known to hold. ``is_replay`` says that the move had
    been booked before.
    """

    move_id: UUID
    work_order_id: UUID
    repair_id: UUID
    part_id: UUID
    number: str
    name: str
    unit: str
    quantity: int
    found: int = 0
    is_replay: bool = False


class PartsGate(Protocol):
    """What field work asks of the stock."""

    def parts_for(self, session: Session, fault_code_id: UUID) -> list[PartNeed]:
        """Return the parts that a fault usually takes."""

    def needs_of(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> dict[UUID, list[PartNeed]]:
        """Return what each work order needs and has reserved."""

    def availability(
        self, session: Session, needs: Sequence[PartNeed], engineer_ids: Collection[UUID]
    ) -> dict[UUID, list[PartAvailability]]:
        """Return for each engineer how much of each need the van holds."""

    def reserve(
        self, session: Session, *, actor: Actor, work_order_id: UUID, needs: Sequence[PartNeed]
    ) -> None:
        """Claim parts for a work order, as far as there are any; the rest stays short."""

    def on_engineer_assigned(
        self, session: Session, *, actor: Actor, work_order_id: UUID, engineer_id: UUID | None
    ) -> None:
        """Move claims to the van of whoever is booked now, where it holds the part."""

    def release(self, session: Session, *, actor: Actor, work_order_id: UUID) -> None:
        """Give claims back; nothing happens to what was consumed."""

    def consume(
        self,
        session: Session,
        *,
        actor: Actor,
        work_order_id: UUID,
        repair_id: UUID,
        part_id: UUID,
        quantity: int,
        engineer_id: UUID | None,
        move_id: UUID | None = None,
    ) -> FittedPart:
        """Book a part fitted on a repair out of the van; the same ``move_id`` is booked once."""

    def parts_fitted(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> dict[UUID, list[FittedPart]]:
        """Return what was fitted on each work order."""


class PartsUnavailable(DomainError):
    """No stock is kept on this installation."""

    code = "parts-unavailable"
    status = 409
    title = "No stock is kept"


class NullPartsGate:
    """The gate of an installation that keeps no stock: needs nothing, holds nothing."""

    def parts_for(self, session: Session, fault_code_id: UUID) -> list[PartNeed]:
        """Return nothing."""
        del session, fault_code_id
        return []

    def needs_of(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> dict[UUID, list[PartNeed]]:
        """Return no need."""
        del session
        return {work_order_id: [] for work_order_id in work_order_ids}

    def availability(
        self, session: Session, needs: Sequence[PartNeed], engineer_ids: Collection[UUID]
    ) -> dict[UUID, list[PartAvailability]]:
        """Return nothing on any van."""
        del session, needs
        return {engineer_id: [] for engineer_id in engineer_ids}

    def reserve(
        self, session: Session, *, actor: Actor, work_order_id: UUID, needs: Sequence[PartNeed]
    ) -> None:
        """Claim nothing."""

    def on_engineer_assigned(
        self, session: Session, *, actor: Actor, work_order_id: UUID, engineer_id: UUID | None
    ) -> None:
        """Move nothing."""

    def release(self, session: Session, *, actor: Actor, work_order_id: UUID) -> None:
        """Give nothing back."""

    def consume(
        self,
        session: Session,
        *,
        actor: Actor,
        work_order_id: UUID,
        repair_id: UUID,
        part_id: UUID,
        quantity: int,
        engineer_id: UUID | None,
        move_id: UUID | None = None,
    ) -> FittedPart:
        """Refuse: there is no stock to take it from."""
        raise PartsUnavailable("No stock is kept on this installation.", part_id=str(part_id))

    def parts_fitted(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> dict[UUID, list[FittedPart]]:
        """Return nothing."""
        del session
        return {work_order_id: [] for work_order_id in work_order_ids}


class Bookings(Protocol):
    """When somebody is booked for a work order."""

    def of_work_orders(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        """Return the booking of each work order that has one: the open one, else the last done."""

    def is_booked_between(self, from_at: dt.datetime, until_at: dt.datetime) -> ColumnElement[bool]:
        """Whether a work order is booked in a stretch of time; for a where clause."""


class NoBookings:
    """An installation where nobody is booked."""

    def of_work_orders(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        """Return nothing."""
        del session, work_order_ids
        return {}

    def is_booked_between(self, from_at: dt.datetime, until_at: dt.datetime) -> ColumnElement[bool]:
        """Nobody is booked."""
        del from_at, until_at
        return false()
