"""Facts about parts, stock and claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PartEvent(Event):
    """A fact about one part; ``entity_id`` is the part."""

    type: ClassVar[str] = ""
    entity_kind: ClassVar[str] = "part"


@dataclass(frozen=True, kw_only=True)
class PartCreated(PartEvent):
    """A part was added to the catalogue."""

    type: ClassVar[str] = "part.created"

    number: str


@dataclass(frozen=True, kw_only=True)
class PartChanged(PartEvent):
    """Fields of a part were changed; the audit trail holds old and new values."""

    type: ClassVar[str] = "part.changed"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class StockBooked(PartEvent):
    """A level changed by a receipt, a return, an adjustment or a count."""

    type: ClassVar[str] = "part.stock_booked"

    move_id: UUID
    location_id: UUID
    quantity: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class StockTransferred(PartEvent):
    """Stock went from one location to another."""

    type: ClassVar[str] = "part.stock_transferred"

    transfer_id: UUID
    from_location_id: UUID
    to_location_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ClaimEvent(Event):
    """A fact about the parts of one work order; ``entity_id`` is the work order."""

    type: ClassVar[str] = ""
    entity_kind: ClassVar[str] = "work_order"

    part_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PartsReserved(ClaimEvent):
    """Parts were claimed; those in ``short_part_ids`` are not on stock in full."""

    type: ClassVar[str] = "work_order.parts_reserved"

    short_part_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PartsReleased(ClaimEvent):
    """Claims were given back."""

    type: ClassVar[str] = "work_order.parts_released"


@dataclass(frozen=True, kw_only=True)
class DiscrepancyOpened(Event):
    """More was taken than was known to be there."""

    type: ClassVar[str] = "discrepancy.opened"
    entity_kind: ClassVar[str] = "discrepancy"

    part_id: UUID
    location_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class DiscrepancyResolved(Event):
    """The storekeeper has explained a difference."""

    type: ClassVar[str] = "discrepancy.resolved"
    entity_kind: ClassVar[str] = "discrepancy"

    resolution: str
