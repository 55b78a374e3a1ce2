"""Histories: the facts of a record and of everything that was done about it, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from flask import Response
from marshmallow import fields
from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from server.kernel.actors import Actor, ActorKind
from server.kernel.events import EventRecord
from server.kernel.fields import Id, Instant, OutputSchema
from server.kernel.paging import fetch_page, page_response

NAMES = (
    "id",
    "type",
    "entity_kind",
    "entity_id",
    "actor_kind",
    "actor_id",
    "actor_name",
    "occurred_at",
    "recorded_at",
    "payload",
)


class Subjects(Protocol):
    """Port: rooms above tell which of their records are about a customer, a site or an asset."""

    def about(
        self, session: Session, actor: Actor, kind: str, ids: Sequence[UUID]
    ) -> Mapping[str, Sequence[UUID]]:
        """Return ids by kind of record (``ticket``, ``work_order``) that ``actor`` may see."""


class NoSubjects:
    """The default while no room above is loaded."""

    def about(
        self, session: Session, actor: Actor, kind: str, ids: Sequence[UUID]
    ) -> Mapping[str, Sequence[UUID]]:
        """Return nothing."""
        del session, actor, kind, ids
        return {}


class HistoryEntrySchema(OutputSchema):
    """One fact: what happened to which record, when it happened and when it was recorded."""

    id = Id(required=True)
    type = fields.String(required=True)
    entity_kind = fields.String(required=True)
    entity_id = Id(required=True)
    actor_kind = fields.Enum(ActorKind, by_value=True, required=True)
    actor_id = Id(required=True)
    actor_name = fields.String(required=True)
    occurred_at = Instant(required=True)
    recorded_at = Instant(required=True)
    payload = fields.Dict(keys=fields.String(), required=True)


def history_response(
    session: Session, subjects: Mapping[str, Sequence[UUID]], query: Mapping[str, Any]
) -> Response:
    """Answer one page of the facts of all ``subjects``, ids by kind of record."""
    theirs = [
        and_(EventRecord.entity_kind == kind, EventRecord.entity_id.in_(ids))
        for kind, ids in sorted(subjects.items())
        if ids
    ]
    statement = select(*(getattr(EventRecord, name) for name in NAMES)).where(or_(false(), *theirs))
    page = fetch_page(session, statement, keys=[EventRecord.id], query=query, descending=True)
    return page_response(page, NAMES)
