"""Tables of the workforce: skills, engineers, their shifts, absences and last known position."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.kernel import ddl, geo
from server.kernel.db import Base
from server.kernel.names import Named
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, Line, Name
from server.workforce.rules import MAX_SKILL_LEVEL, MIN_SKILL_LEVEL


class Skill(Versioned, Base):
    """Something an engineer can be certified for, such as handling refrigerants."""

    __tablename__ = "skill"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[Code]
    name: Mapped[Name]
    archived_at: Mapped[dt.datetime | None]


class Engineer(Named, Versioned, Base):
    """A bookable person; signs in as the user of the same row."""

    __tablename__ = "engineer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id"),
        tenant_fk("user_id", "user.id"),
        tenant_fk("territory_id", "territory.id"),
        Index(None, "tenant_id", "sort_name", "id"),
    )

    user_id: Mapped[UUID]
    home_position: Mapped[WKBElement] = mapped_column(geo.PointColumn(), nullable=False)
    territory_id: Mapped[UUID | None]
    timezone: Mapped[Code] = mapped_column(default="UTC")
    archived_at: Mapped[dt.datetime | None]
    skills: Mapped[list[EngineerSkill]] = relationship(
        viewonly=True, order_by="EngineerSkill.skill_id"
    )


class EngineerSkill(Tenanted, Base):
    """A skill an engineer holds; the certificate still holds on the day it expires."""

    __tablename__ = "engineer_skill"
    __table_args__ = (
        UniqueConstraint("tenant_id", "engineer_id", "skill_id"),
        tenant_fk("engineer_id", "engineer.id"),
        tenant_fk("skill_id", "skill.id"),
        CheckConstraint(
            f"level BETWEEN {MIN_SKILL_LEVEL} AND {MAX_SKILL_LEVEL}", name="level_in_range"
        ),
    )

    engineer_id: Mapped[UUID]
    skill_id: Mapped[UUID]
    level: Mapped[int]
    expires_on: Mapped[dt.date | None]


class Shift(Versioned, Base):
    """A stretch of time in which an engineer works; a lunch break lies between two shifts."""

    __tablename__ = "shift"
    __table_args__ = (
        tenant_fk("engineer_id", "engineer.id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "tenant_id", "engineer_id", "starts_at"),
        Index(None, "tenant_id", "ends_at"),
    )

    engineer_id: Mapped[UUID]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]


class Absence(Versioned, Base):
    """A stretch of time in which an engineer is not there: holiday, illness, training."""

    __tablename__ = "absence"
    __table_args__ = (
        tenant_fk("engineer_id", "engineer.id"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "tenant_id", "engineer_id", "starts_at"),
        Index(None, "tenant_id", "ends_at"),
    )

    engineer_id: Mapped[UUID]
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    reason: Mapped[Line] = mapped_column(default="")


class EngineerPosition(Versioned, Base):
    """Where an engineer's phone last was; one row each, not a track."""

    __tablename__ = "engineer_position"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        UniqueConstraint("tenant_id", "engineer_id"),
        tenant_fk("engineer_id", "engineer.id"),
    )

    engineer_id: Mapped[UUID]
    position: Mapped[WKBElement] = mapped_column(geo.PointColumn(), nullable=False)
    accuracy_metres: Mapped[int | None]
    recorded_at: Mapped[dt.datetime]


SHIFT_OVERLAP = ddl.no_overlap("shift", "engineer_id", "starts_at", "ends_at", "true")
ddl.spatial_index("engineer_position", "position")
