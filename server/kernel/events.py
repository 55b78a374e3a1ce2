"""Facts: what happened to a record, when it happened and when it was recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.kernel import clock, ddl, outbox
from server.kernel.actors import ActorKind
from server.kernel.db import Base
from server.kernel.ids import new_id
from server.kernel.session import actor_of, note, occurred_at, platform_of, tenant_of
from server.kernel.tenancy import Tenanted
from server.kernel.types import Code, Document, Name


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense. ``type`` is ``noun.past``; ``entity_id`` names the record.

    The other fields become the payload: plain values, ids, instants and lists of them.
    """

    type: ClassVar[str]
    entity_kind: ClassVar[str]

    entity_id: UUID


class EventRecord(Tenanted, Base):
    """One fact of one record; the history of a ticket is a query over these rows."""

    __tablename__ = "event"
    __audited__: ClassVar[bool] = False
    __table_args__ = (Index(None, "tenant_id", "entity_kind", "entity_id", "id"),)

    type: Mapped[Code]
    entity_kind: Mapped[Code]
    entity_id: Mapped[UUID]
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[UUID]
    actor_name: Mapped[Name] = mapped_column(default="")
    occurred_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]
    payload: Mapped[Document]


ddl.append_only("event")


def record(session: Session, event: Event) -> None:
    """Keep a fact, tell its subscribers in this transaction, and leave its jobs behind.

    A subscriber may refuse: the whole unit of work is then refused.
    """
    actor = actor_of(session)
    payload = {
        field.name: _plain(getattr(event, field.name))
        for field in fields(event)
        if field.name != "entity_id"
    }
    row = {
        "id": new_id(),
        "tenant_id": tenant_of(session),
        "type": event.type,
        "entity_kind": event.entity_kind,
        "entity_id": event.entity_id,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "occurred_at": occurred_at(session),
        "recorded_at": clock.now(),
        "payload": payload,
    }
    note(session, EventRecord, row)
    platform = platform_of(session)
    for subscriber in platform.subscribers.get(type(event), ()):
        subscriber(session, event)
    for job in platform.deferred.get(type(event), ()):
        body = {"event_id": str(row["id"]), "entity_id": str(event.entity_id), **payload}
        outbox.defer(session, job, body)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value
