"""How the feed shows attachments: to whoever sees the record they are bound to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.files import queries
from server.files.models import Attachment
from server.kernel import changes
from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.kernel.session import platform_of, unit_of


def scopes(session: Session, attachment: Attachment) -> Collection[str]:
    """Return the scopes of the attachment's record; none when the record is gone.

    Whoever moves the record to other people meanwhile is waited for, or waits: otherwise the
    attachment would stay with those who saw the record before.
    """
    kind = platform_of(session).feed_kinds[attachment.entity_kind]
    statement = select(kind.model).where(kind.model.id == attachment.entity_id)
    if unit_of(session).write:
        statement = statement.with_for_update(read=True)
    record = session.scalar(statement, execution_options={"populate_existing": True})
    if record is None:
        return frozenset()
    return changes.scopes_of(session, attachment.entity_kind, record)


def documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """Return the documents of many attachments at once."""
    if not actor.may("attachments.read"):
        return {}
    found = session.scalars(select(Attachment).where(Attachment.id.in_(ids)))
    return queries.documents_of(session, actor=actor, attachments=found)


ATTACHMENT = FeedKind(name="attachment", model=Attachment, scopes=scopes, documents=documents)
