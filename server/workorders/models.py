"""Tables of field work: work orders, their checklists, readings, repairs and sign-offs."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel import ddl
from server.kernel.db import Base
from server.kernel.priority import Priority
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, Line, LongText, Name
from server.workorders.rules import TaskKind, WorkOrderState

DIGEST_LENGTH = 64


class WorkOrder(Versioned, Base):
    """Field work at one site for a ticket.

    ``engineer_id`` is who is booked for it now; ``engineer_user_id`` is that engineer's user, whose
    phone holds the work order.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        tenant_fk("ticket_id", "ticket.id"),
        tenant_fk("site_id", "site.id"),
        tenant_fk("asset_id", "asset.id"),
        tenant_fk("fault_code_id", "fault_code.id"),
        tenant_fk("engineer_id", "engineer.id"),
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("duration_minutes > 0", name="duration_positive"),
        Index("ix_work_order_state", "tenant_id", "state", "id"),
        Index("ix_work_order_ticket", "tenant_id", "ticket_id"),
        Index("ix_work_order_engineer", "tenant_id", "engineer_id", "id"),
        Index("ix_work_order_site", "tenant_id", "site_id", "id"),
    )

    number: Mapped[int]
    ticket_id: Mapped[UUID]
    site_id: Mapped[UUID]
    asset_id: Mapped[UUID | None]
    fault_code_id: Mapped[UUID | None]
    title: Mapped[Name]
    state: Mapped[WorkOrderState] = mapped_column(default=WorkOrderState.DRAFT)
    priority: Mapped[Priority]
    duration_minutes: Mapped[int]
    due_at: Mapped[dt.datetime]
    engineer_id: Mapped[UUID | None]
    engineer_user_id: Mapped[UUID | None]
    started_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    summary: Mapped[LongText] = mapped_column(default="")


class WorkOrderSkill(Tenanted, Base):
    """A skill the work needs, at least at a level."""

    __tablename__ = "work_order_skill"
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("skill_id", "skill.id"),
        UniqueConstraint("tenant_id", "work_order_id", "skill_id"),
    )

    work_order_id: Mapped[UUID]
    skill_id: Mapped[UUID]
    min_level: Mapped[int] = mapped_column(default=1)


class WorkOrderTask(Tenanted, Base):
    """One step of the checklist and what was answered.

    ``value`` is the answer as JSON: true or false, a text, or a decimal text for a reading.
    """

    __tablename__ = "work_order_task"
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        UniqueConstraint("tenant_id", "work_order_id", "position"),
    )

    work_order_id: Mapped[UUID]
    position: Mapped[int]
    kind: Mapped[TaskKind]
    title: Mapped[Line]
    unit: Mapped[Code] = mapped_column(default="")
    is_required: Mapped[bool] = mapped_column(default=True)
    minimum: Mapped[str | None] = mapped_column(String(32))
    maximum: Mapped[str | None] = mapped_column(String(32))
    choices: Mapped[list[Any]] = mapped_column(default=list)
    value: Mapped[dict[str, Any] | None]
    is_not_applicable: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[Line] = mapped_column(default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[UUID | None]


class AssetReading(Tenanted, Base):
    """A value that an engineer read off an asset; never changed afterwards."""

    __tablename__ = "asset_reading"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("asset_id", "asset.id"),
        Index("ix_asset_reading_asset", "tenant_id", "asset_id", "taken_at"),
        Index("ix_asset_reading_work_order", "tenant_id", "work_order_id"),
    )

    work_order_id: Mapped[UUID]
    asset_id: Mapped[UUID | None]
    name: Mapped[Name]
    value: Mapped[str] = mapped_column(String(40))
    unit: Mapped[Code] = mapped_column(default="")
    taken_at: Mapped[dt.datetime]
    taken_by: Mapped[UUID]


class Repair(Tenanted, Base):
    """What was done to one asset on one work order; never changed afterwards."""

    __tablename__ = "repair"
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("asset_id", "asset.id"),
        tenant_fk("fault_code_id", "fault_code.id"),
        Index("ix_repair_asset", "tenant_id", "asset_id", "occurred_at"),
        Index("ix_repair_work_order", "tenant_id", "work_order_id"),
    )

    work_order_id: Mapped[UUID]
    asset_id: Mapped[UUID | None]
    fault_code_id: Mapped[UUID | None]
    cause: Mapped[LongText] = mapped_column(default="")
    action: Mapped[LongText]
    occurred_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[UUID]


class SignOff(Tenanted, Base):
    """The customer's signature under what was done; one per work order, never changed."""

    __tablename__ = "sign_off"
    __table_args__ = (
        tenant_fk("work_order_id", "work_order.id"),
        tenant_fk("attachment_id", "attachment.id"),
        UniqueConstraint("tenant_id", "work_order_id"),
        CheckConstraint(f"length(digest) = {DIGEST_LENGTH}", name="digest_is_sha256"),
    )

    work_order_id: Mapped[UUID]
    signer_name: Mapped[Name]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH))
    attachment_id: Mapped[UUID | None]
    strokes: Mapped[list[Any] | None]
    signed_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[UUID]


for _table in ("asset_reading", "repair", "sign_off"):
    ddl.append_only(_table)
