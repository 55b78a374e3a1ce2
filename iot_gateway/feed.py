"""How the change feed shows alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from iot_gateway.models import Alarm
from iot_gateway.queries import ALARM_COLUMNS
from server.kernel.actors import Actor
from server.kernel.changes import FeedKind


def documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """Return the alarms among ``ids`` for whoever may read alarms."""
    if not actor.may("alarms.read"):
        return {}
    return {
        alarm.id: {name: getattr(alarm, name) for name in ALARM_COLUMNS}
        for alarm in session.scalars(select(Alarm).where(Alarm.id.in_(ids)))
    }


ALARM = FeedKind(
    name="alarm", model=Alarm, scopes=lambda _session, _alarm: {"desk"}, documents=documents
)
