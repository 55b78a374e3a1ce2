"""Tables of dispatch: bookings, and the rankings that led to them."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.dispatch.rules import OPEN_STATES, BookingState
from server.kernel import ddl
from server.kernel.db import Base
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Line, Name

IS_OPEN = f"state IN ({', '.join(repr(str(state)) for state in sorted(OPEN_STATES))})"


class Proposal(Tenanted, Base):
    """The explanation record of one ranking: who could go, at what price, and who not and why."""

    __tablename__ = "proposal"
    # It is a record of its own that never changes; the audit trail would only double it.
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        Index("ix_proposal_work_order", "tenant_id", "work_order_id", "id"),
    )

    work_order_id: Mapped[UUID]
    made_at: Mapped[dt.datetime]
    made_by: Mapped[UUID]
    made_by_name: Mapped[Name] = mapped_column(default="")
    from_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime]
    ranking: Mapped[dict[str, Any]]


class Booking(Versioned, Base):
    """One engineer's time slot for one work order.

    ``starts_at`` and ``ends_at`` are the plan; when things happened is in ``travelling_at``,
    ``on_site_at``, ``finished_at`` and ``cancelled_at``. ``override_reason`` is why somebody
    decided against a rule or against the first proposal.
    """

    __tablename__ = "booking"
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("engineer_id", "engineer.id"),
        tenant_fk("proposal_id", "proposal.id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("travel_seconds >= 0", name="travel_not_negative"),
        Index(
            "uq_booking_open_work_order",
            "tenant_id",
            "work_order_id",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index("ix_booking_work_order_id", "tenant_id", "work_order_id", "id"),
        Index("ix_booking_engineer", "tenant_id", "engineer_id", "starts_at"),
        Index("ix_booking_starts_at", "tenant_id", "starts_at", "id"),
        Index("ix_booking_ends_at", "tenant_id", "ends_at"),
    )

    work_order_id: Mapped[UUID]
    engineer_id: Mapped[UUID]
    engineer_user_id: Mapped[UUID]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    state: Mapped[BookingState] = mapped_column(default=BookingState.CONFIRMED)
    travel_seconds: Mapped[int | None]
    proposal_id: Mapped[UUID | None]
    override_reason: Mapped[Line] = mapped_column(default="")
    cancel_reason: Mapped[Line] = mapped_column(default="")
    travelling_at: Mapped[dt.datetime | None]
    on_site_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]


BOOKING_OVERLAP = ddl.no_overlap("booking", "engineer_id", "starts_at", "ends_at", IS_OPEN)
ddl.append_only("proposal")
