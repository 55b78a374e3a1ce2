"""Tables of asset models with their fault codes, of assets, and of devices."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.assets.rules import (
    MAX_ESTIMATED_MINUTES,
    MAX_SKILL_LEVEL,
    MIN_SKILL_LEVEL,
    ChecklistKind,
    TaskDefinition,
)
from server.kernel.db import Base
from server.kernel.names import Named
from server.kernel.priority import Priority
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, Name


class AssetModel(Named, Versioned, Base):
    """A type of equipment; what can go wrong with it is known by its fault codes."""

    __tablename__ = "asset_model"
    __table_args__ = (
        UniqueConstraint("tenant_id", "manufacturer", "name"),
        Index(None, "tenant_id", "sort_name", "id"),
    )

    manufacturer: Mapped[Name] = mapped_column(default="")
    archived_at: Mapped[dt.datetime | None]


class FaultCode(Versioned, Base):
    """One way in which assets of a model fail, and what that calls for."""

    __tablename__ = "fault_code"
    __table_args__ = (
        tenant_fk("model_id", "asset_model.id"),
        UniqueConstraint("tenant_id", "model_id", "code"),
        CheckConstraint(
            f"estimated_minutes BETWEEN 1 AND {MAX_ESTIMATED_MINUTES}",
            name="estimated_minutes_in_range",
        ),
    )

    model_id: Mapped[UUID]
    code: Mapped[Code]
    title: Mapped[Name]
    priority: Mapped[Priority]
    estimated_minutes: Mapped[int]
    needs_visit: Mapped[bool]
    archived_at: Mapped[dt.datetime | None]

    skills: Mapped[list[FaultCodeSkill]] = relationship(
        cascade="all, delete-orphan", order_by="FaultCodeSkill.skill_id", lazy="selectin"
    )
    tasks: Mapped[list[FaultCodeTask]] = relationship(
        cascade="all, delete-orphan", order_by="FaultCodeTask.position", lazy="selectin"
    )


class FaultCodeSkill(Tenanted, Base):
    """A skill that an engineer needs to work on a fault."""

    __tablename__ = "fault_code_skill"
    __table_args__ = (
        tenant_fk("fault_code_id", "fault_code.id"),
        tenant_fk("skill_id", "skill.id"),
        UniqueConstraint("tenant_id", "fault_code_id", "skill_id"),
        CheckConstraint(
            f"min_level BETWEEN {MIN_SKILL_LEVEL} AND {MAX_SKILL_LEVEL}", name="min_level_in_range"
        ),
    )

    fault_code_id: Mapped[UUID]
    skill_id: Mapped[UUID]
    min_level: Mapped[int]


class FaultCodeTask(Tenanted, Base):
    """One step of the checklist that work on a fault begins with.

    ``low`` and ``high`` are thousandths of ``unit``, the limits of a good reading.
    """

    __tablename__ = "fault_code_task"
    __table_args__ = (
        tenant_fk("fault_code_id", "fault_code.id"),
        UniqueConstraint("tenant_id", "fault_code_id", "position"),
        CheckConstraint("low <= high", name="limits_in_order"),
    )

    fault_code_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[Name]
    kind: Mapped[ChecklistKind]
    unit: Mapped[Code] = mapped_column(default="")
    is_required: Mapped[bool] = mapped_column(default=True)
    low: Mapped[int | None] = mapped_column(BigInteger)
    high: Mapped[int | None] = mapped_column(BigInteger)

    @property
    def definition(self) -> TaskDefinition:
        """The step as a value."""
        return TaskDefinition(
            title=self.title,
            kind=self.kind,
            unit=self.unit,
            is_required=self.is_required,
            low=self.low,
            high=self.high,
        )


class Asset(Named, Versioned, Base):
    """Equipment installed at a site; a part of a larger one stands under it as its parent."""

    __tablename__ = "asset"
    __table_args__ = (
        tenant_fk("model_id", "asset_model.id"),
        tenant_fk("site_id", "site.id"),
        tenant_fk("parent_id", "asset.id"),
        UniqueConstraint("tenant_id", "model_id", "serial"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index(None, "tenant_id", "sort_name", "id"),
        Index(None, "tenant_id", "site_id"),
        Index(None, "tenant_id", "parent_id"),
        Index(None, "tenant_id", "serial"),
    )

    model_id: Mapped[UUID]
    site_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    serial: Mapped[Code | None]
    installed_on: Mapped[dt.date | None]
    archived_at: Mapped[dt.datetime | None]


class Device(Named, Versioned, Base):
    """The sensor box that reports for an asset; its name is one level of its MQTT topics."""

    __tablename__ = "device"
    __table_args__ = (
        tenant_fk("asset_id", "asset.id"),
        UniqueConstraint("tenant_id", "name"),
        Index(None, "tenant_id", "sort_name", "id"),
        Index(None, "tenant_id", "asset_id"),
        CheckConstraint("expected_interval_seconds > 0", name="interval_positive"),
    )

    asset_id: Mapped[UUID]
    expected_interval_seconds: Mapped[int | None]
    archived_at: Mapped[dt.datetime | None]


class DeviceBinding(Tenanted, Base):
    """The stretch of time in which a device reported for an asset; open while it still does."""

    __tablename__ = "device_binding"
    __table_args__ = (
        tenant_fk("device_id", "device.id"),
        tenant_fk("asset_id", "asset.id"),
        Index(
            "uq_device_binding_open",
            "tenant_id",
            "device_id",
            unique=True,
            sqlite_where=text("unbound_at IS NULL"),
            postgresql_where=text("unbound_at IS NULL"),
        ),
        Index(None, "tenant_id", "device_id", "bound_at"),
        Index(None, "tenant_id", "asset_id"),
    )

    device_id: Mapped[UUID]
    asset_id: Mapped[UUID]
    bound_at: Mapped[dt.datetime]
    unbound_at: Mapped[dt.datetime | None]
