"""How the change feed shows alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from iot_gateway.models import Alarm
from iot_gateway.queries import alarm_documents
from server.kernel.actors import Actor
from server.kernel.changes import FeedKind


def documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """Return the alarms among ``ids`` for whoever may read alarms."""
    if not actor.may("alarms.read"):
        return {}
    return alarm_documents(session, ids)


ALARM = FeedKind(
    name="alarm", model=Alarm, scopes=lambda _session, _alarm: {"desk"}, documents=documents
)
