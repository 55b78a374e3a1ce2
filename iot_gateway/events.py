"""Facts of alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AlarmEvent(Event):
    """A fact about one alarm; ``entity_id`` is the alarm."""

    type: ClassVar[str] = ""
    entity_kind: ClassVar[str] = "alarm"

    device_id: UUID
    rule_id: UUID
    episode_id: UUID


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(AlarmEvent):
    """A rule has fired for a device."""

    type: ClassVar[str] = "alarm.raised"

    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class AlarmCleared(AlarmEvent):
    """What the rule watches is good again, or its fault was dealt with."""

    type: ClassVar[str] = "alarm.cleared"


@dataclass(frozen=True, kw_only=True)
class AlarmAcknowledged(AlarmEvent):
    """Somebody has seen it."""

    type: ClassVar[str] = "alarm.acknowledged"
