"""Facts about engineers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class EngineerAdded(Event):
    """Somebody became bookable."""

    type: ClassVar[str] = "engineer.added"
    entity_kind: ClassVar[str] = "engineer"

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class EngineerArchived(Event):
    """Somebody is no longer bookable."""

    type: ClassVar[str] = "engineer.archived"
    entity_kind: ClassVar[str] = "engineer"


@dataclass(frozen=True, kw_only=True)
class SkillSet(Event):
    """An engineer's skill was added, or its level or expiry changed."""

    type: ClassVar[str] = "engineer.skill_set"
    entity_kind: ClassVar[str] = "engineer"

    skill_id: UUID
    level: int
    expires_on: dt.date | None


@dataclass(frozen=True, kw_only=True)
class AbsenceAdded(Event):
    """An engineer will not be there; whoever has booked them has to look again."""

    type: ClassVar[str] = "engineer.absence_added"
    entity_kind: ClassVar[str] = "engineer"

    absence_id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
