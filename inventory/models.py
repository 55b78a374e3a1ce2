"""Tables of the inventory. Every table with a ``part_id`` is here.

Quantities are whole numbers of thousandths of the part's unit. A level is the sum of its moves;
``reserved`` is the sum of the open claims that lie there.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inventory.rules import DiscrepancyState, LocationKind, MoveReason, ReservationState
from server.kernel import ddl
from server.kernel.actors import ActorKind
from server.kernel.db import Base
from server.kernel.geo import PointColumn
from server.kernel.names import Named
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, Line, LongText, Name

CURRENCY_LENGTH = 3


class Part(Named, Versioned, Base):
    """A catalogue item; the price is an amount of ten-thousandths of the currency per unit."""

    __tablename__ = "part"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("price_amount >= 0", name="price_not_negative"),
        CheckConstraint("(price_amount IS NULL) = (currency IS NULL)", name="price_with_currency"),
        Index(None, "tenant_id", "sort_name", "id"),
    )

    number: Mapped[Code]
    unit: Mapped[Code] = mapped_column(default="pcs")
    price_amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(CURRENCY_LENGTH))
    archived_at: Mapped[dt.datetime | None]


class BOMLine(Tenanted, Base):
    """One row of a bill of materials: a part that an asset model consists of, and how much."""

    __tablename__ = "bom_line"
    __table_args__ = (
        tenant_fk("model_id", "asset_model.id"),
        tenant_fk("part_id", "part.id"),
        UniqueConstraint("tenant_id", "model_id", "part_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index(None, "tenant_id", "part_id"),
    )

    model_id: Mapped[UUID]
    part_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)


class FaultCodePart(Tenanted, Base):
    """A part that a fault usually takes, and how much of it."""

    __tablename__ = "fault_code_part"
    __table_args__ = (
        tenant_fk("fault_code_id", "fault_code.id"),
        tenant_fk("part_id", "part.id"),
        UniqueConstraint("tenant_id", "fault_code_id", "part_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index(None, "tenant_id", "part_id"),
    )

    fault_code_id: Mapped[UUID]
    part_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)


class StockLocation(Named, Versioned, Base):
    """A warehouse, a van, a bin of a warehouse, transit or a customer's store.

    An engineer has one van. ``engineer_user_id`` is that engineer's user, whose phone holds the
    van's levels.
    """

    __tablename__ = "stock_location"
    __table_args__ = (
        tenant_fk("engineer_id", "engineer.id"),
        tenant_fk("engineer_user_id", "user.id"),
        tenant_fk("parent_id", "stock_location.id"),
        UniqueConstraint("tenant_id", "engineer_id"),
        CheckConstraint("kind = 'van' OR engineer_id IS NULL", name="engineer_of_van"),
        CheckConstraint(
            "(engineer_id IS NULL) = (engineer_user_id IS NULL)", name="engineer_with_user"
        ),
        CheckConstraint("(kind = 'bin') = (parent_id IS NOT NULL)", name="bin_of_warehouse"),
        Index(None, "tenant_id", "sort_name", "id"),
        Index(None, "tenant_id", "engineer_user_id"),
    )

    kind: Mapped[LocationKind]
    engineer_id: Mapped[UUID | None]
    engineer_user_id: Mapped[UUID | None]
    parent_id: Mapped[UUID | None]
    position: Mapped[WKBElement | None] = mapped_column(PointColumn())
    archived_at: Mapped[dt.datetime | None]


class StockLevel(Versioned, Base):
    """How much of a part lies at a location, and how much of that is claimed."""

    __tablename__ = "stock_level"
    # Its history are the moves.
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("part_id", "part.id"),
        tenant_fk("location_id", "stock_location.id"),
        UniqueConstraint("tenant_id", "part_id", "location_id"),
        CheckConstraint("reserved >= 0", name="reserved_not_negative"),
        CheckConstraint("reserved <= on_hand", name="reserved_within_on_hand"),
        Index(None, "tenant_id", "location_id"),
    )

    part_id: Mapped[UUID]
    location_id: Mapped[UUID]
    on_hand: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def free(self) -> int:
        """What lies there and nobody has claimed."""
        return self.on_hand - self.reserved


class StockMove(Tenanted, Base):
    """One row of the ledger; never changed afterwards.

    The two moves of a transfer share ``transfer_id``, the moves of one consumption (also those of
    what was found for it) share ``consumption_id``; the first move has that id itself. A count
    that found no difference is an adjustment by nothing.
    """

    __tablename__ = "stock_move"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("part_id", "part.id"),
        tenant_fk("location_id", "stock_location.id"),
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("repair_id", "repair.id"),
        CheckConstraint(
            "(reason IN ('receipt', 'return', 'found') AND quantity > 0)"
            " OR (reason = 'consumption' AND quantity < 0)"
            " OR (reason = 'transfer' AND quantity <> 0) OR reason = 'adjustment'",
            name="sign_of_reason",
        ),
        CheckConstraint(
            "reason <> 'consumption' OR (repair_id IS NOT NULL AND work_order_id IS NOT NULL"
            " AND consumption_id IS NOT NULL)",
            name="consumption_has_repair",
        ),
        CheckConstraint(
            "(reason = 'transfer') = (transfer_id IS NOT NULL)", name="transfer_has_id"
        ),
        Index(None, "tenant_id", "recorded_at", "id"),
        Index(None, "tenant_id", "part_id", "recorded_at", "id"),
        Index(None, "tenant_id", "location_id", "recorded_at", "id"),
        Index(None, "tenant_id", "work_order_id"),
        Index(None, "tenant_id", "repair_id"),
        Index(None, "tenant_id", "transfer_id"),
        Index(None, "tenant_id", "consumption_id"),
    )

    part_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[MoveReason]
    work_order_id: Mapped[UUID | None]
    repair_id: Mapped[UUID | None]
    transfer_id: Mapped[UUID | None]
    consumption_id: Mapped[UUID | None]
    remark: Mapped[Line] = mapped_column(default="")
    occurred_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[UUID]
    actor_name: Mapped[Name] = mapped_column(default="")


class Reservation(Versioned, Base):
    """A claim of a work order on a part; without location it is short: nothing is there yet."""

    __tablename__ = "reservation"
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("part_id", "part.id"),
        tenant_fk("location_id", "stock_location.id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index(None, "tenant_id", "work_order_id"),
        Index(None, "tenant_id", "part_id", "state", "location_id"),
    )

    work_order_id: Mapped[UUID]
    part_id: Mapped[UUID]
    location_id: Mapped[UUID | None]
    quantity: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[ReservationState] = mapped_column(default=ReservationState.OPEN)


class Discrepancy(Versioned, Base):
    """More was taken than was known to be there; the storekeeper finds out why.

    ``consumption_id`` names the consumption for which ``quantity`` was found.
    """

    __tablename__ = "discrepancy"
    __table_args__ = (
        tenant_fk("part_id", "part.id"),
        tenant_fk("location_id", "stock_location.id"),
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("repair_id", "repair.id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "(state = 'resolved') = (resolved_at IS NOT NULL)", name="resolved_at_some_time"
        ),
        UniqueConstraint("tenant_id", "consumption_id"),
        Index(None, "tenant_id", "state", "id"),
    )

    part_id: Mapped[UUID]
    location_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)
    work_order_id: Mapped[UUID]
    repair_id: Mapped[UUID]
    consumption_id: Mapped[UUID]
    state: Mapped[DiscrepancyState] = mapped_column(default=DiscrepancyState.OPEN)
    resolution: Mapped[LongText] = mapped_column(default="")
    occurred_at: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[UUID | None]


ddl.append_only("stock_move")
