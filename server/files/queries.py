"""Reads of attachments and files; an attachment is seen by whoever sees its record."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.auth import api as auth
from server.files.models import Attachment, Blob, BlobSender, BlobThumbnail
from server.files.rules import AttachmentState
from server.kernel import changes
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import InvalidInput, NotFound
from server.kernel.session import platform_of, tenant_of

NOT_VISIBLE = "There is no such record, or it is not yours to see."


def is_visible(session: Session, *, actor: Actor, entity_kind: str, entity_id: UUID) -> bool:
    """Whether the actor may see the record an attachment is bound to.

    Raises InvalidInput for a kind of record that nobody ever sees.
    """
    kind = platform_of(session).feed_kinds.get(entity_kind)
    if kind is None or kind.model is Attachment:
        raise InvalidInput("No record of this kind takes attachments.", entity_kind="unknown")
    record = session.scalar(select(kind.model).where(kind.model.id == entity_id))
    if record is None:
        return False
    if actor.kind is ActorKind.SYSTEM:
        return True
    return not actor.feed_scopes.isdisjoint(changes.scopes_of(session, entity_kind, record))


def require_visible(session: Session, *, actor: Actor, entity_kind: str, entity_id: UUID) -> None:
    """Raise NotFound unless the actor may see the record."""
    if not is_visible(session, actor=actor, entity_kind=entity_kind, entity_id=entity_id):
        raise NotFound(NOT_VISIBLE, entity_kind=entity_kind, entity_id=str(entity_id))


def was_visible(session: Session, *, actor: Actor, entity_kind: str, entity_id: UUID) -> bool:
    """Whether the actor's feed has ever shown the record.

    What was recorded on a device is kept although the work has meanwhile gone to somebody else.
    """
    statement = select(changes.FeedItem.seq).where(
        changes.FeedItem.tenant_id == tenant_of(session),
        changes.FeedItem.kind == entity_kind,
        changes.FeedItem.entity_id == entity_id,
        changes.FeedItem.scope.in_(actor.feed_scopes),
    )
    found = session.execute(statement.limit(1), execution_options=changes.FEED)
    return found.first() is not None


def require_attachable(
    session: Session, *, actor: Actor, entity_kind: str, entity_id: UUID
) -> None:
    """Raise NotFound unless the actor sees the record or has ever seen it."""
    if not (
        is_visible(session, actor=actor, entity_kind=entity_kind, entity_id=entity_id)
        or was_visible(session, actor=actor, entity_kind=entity_kind, entity_id=entity_id)
    ):
        raise NotFound(NOT_VISIBLE, entity_kind=entity_kind, entity_id=str(entity_id))


def find_attachment(session: Session, attachment_id: UUID) -> Attachment | None:
    """Return the attachment, whoever may see it."""
    return session.scalar(select(Attachment).where(Attachment.id == attachment_id))


def get_attachment(session: Session, *, actor: Actor, attachment_id: UUID) -> Attachment:
    """Return an attachment the actor added or whose record the actor sees; raises NotFound."""
    attachment = find_attachment(session, attachment_id)
    if attachment is None or not (
        attachment.added_by == actor.id
        or is_visible(
            session,
            actor=actor,
            entity_kind=attachment.entity_kind,
            entity_id=attachment.entity_id,
        )
    ):
        raise NotFound(NOT_VISIBLE, id=str(attachment_id))
    return attachment


def attachments_statement(entity_kind: str, entity_id: UUID) -> Select[Attachment]:
    """Select the attachments of one record; the caller pages them."""
    return select(Attachment).where(
        Attachment.entity_kind == entity_kind, Attachment.entity_id == entity_id
    )


def attachments_of(
    session: Session, entity_kind: str, ids: Collection[UUID]
) -> dict[UUID, list[Attachment]]:
    """Return the attachments of many records of one kind, oldest first."""
    statement = (
        select(Attachment)
        .where(Attachment.entity_kind == entity_kind, Attachment.entity_id.in_(ids))
        .order_by(Attachment.id)
    )
    found: dict[UUID, list[Attachment]] = defaultdict(list)
    for attachment in session.scalars(statement):
        found[attachment.entity_id].append(attachment)
    return dict(found)


def lock_awaiting(session: Session, *, sha256: str, sender_id: UUID) -> Sequence[Attachment]:
    """Return the attachments of one sender that wait for these bytes, for update."""
    statement = (
        select(Attachment)
        .where(
            Attachment.sha256 == sha256,
            Attachment.added_by == sender_id,
            Attachment.state == AttachmentState.AWAITING_BLOB,
        )
        .order_by(Attachment.id)
        .with_for_update()
    )
    return session.scalars(statement).all()


def lock_unreceipted(
    session: Session, *, hashes: Collection[str], sender_id: UUID
) -> Sequence[Attachment]:
    """Return the stored attachments of one sender that no receipt was given for, for update."""
    statement = (
        select(Attachment)
        .where(
            Attachment.sha256.in_(hashes),
            Attachment.added_by == sender_id,
            Attachment.state == AttachmentState.STORED,
            Attachment.receipted_at.is_(None),
        )
        .order_by(Attachment.id)
        .with_for_update()
    )
    return session.scalars(statement).all()


def find_blob(session: Session, sha256: str) -> Blob | None:
    """Return the bytes with this sha256, None when the tenant does not hold them."""
    return session.scalar(select(Blob).where(Blob.sha256 == sha256))


def find_sent_blob(session: Session, *, sha256: str, sender_id: UUID) -> Blob | None:
    """Return the bytes with this sha256 if this actor has sent them."""
    return session.scalar(
        select(Blob)
        .join(BlobSender, BlobSender.blob_id == Blob.id)
        .where(Blob.sha256 == sha256, BlobSender.actor_id == sender_id)
    )


def held_blobs(session: Session, actor: Actor, hashes: Collection[str]) -> set[str]:
    """Return those of ``hashes`` whose bytes are safe here and that this actor has sent.

    What others have sent is not told: nobody may ask whether a colleague's file exists.
    """
    statement = select(Blob.sha256).where(Blob.sha256.in_(hashes))
    if actor.kind is not ActorKind.SYSTEM:
        statement = statement.join(BlobSender, BlobSender.blob_id == Blob.id).where(
            BlobSender.actor_id == actor.id
        )
    return set(session.scalars(statement))


def find_thumbnail(session: Session, *, blob_id: UUID, size: int) -> BlobThumbnail | None:
    """Return the small picture of exactly this size."""
    return session.scalar(
        select(BlobThumbnail).where(BlobThumbnail.blob_id == blob_id, BlobThumbnail.size == size)
    )


def thumbnail_hashes(session: Session, blob_id: UUID) -> Sequence[str]:
    """Return the contents of a file's small pictures."""
    statement = select(BlobThumbnail.sha256).where(BlobThumbnail.blob_id == blob_id)
    return session.scalars(statement).all()


def attachments_of_blob(session: Session, blob_id: UUID) -> Sequence[Attachment]:
    """Return everything that is bound to these bytes."""
    return session.scalars(
        select(Attachment).where(Attachment.blob_id == blob_id).order_by(Attachment.id)
    ).all()


def list_unused_blobs(session: Session, *, older_than: dt.datetime, limit: int) -> Sequence[Blob]:
    """Return bytes that nothing was ever attached to, oldest first, for update."""
    statement = (
        select(Blob)
        .where(
            Blob.created_at < older_than,
            ~select(Attachment.id).where(Attachment.blob_id == Blob.id).exists(),
            ~select(Attachment.id).where(Attachment.sha256 == Blob.sha256).exists(),
        )
        .order_by(Blob.created_at)
        .limit(limit)
        .with_for_update()
    )
    return session.scalars(statement).all()


def is_content_used(session: Session, sha256: str) -> bool:
    """Whether a file or a small picture of the tenant still has this content."""
    thumbnail = select(BlobThumbnail.id).where(BlobThumbnail.sha256 == sha256).limit(1)
    return find_blob(session, sha256) is not None or session.scalar(thumbnail) is not None


def documents_of(
    session: Session, *, actor: Actor, attachments: Iterable[Attachment]
) -> dict[UUID, dict[str, Any]]:
    """Return what an actor is shown of attachments, by id; the same in REST and in the feed."""
    shown = list(attachments)
    blob_ids = [a.blob_id for a in shown if a.blob_id is not None]
    blobs = {b.id: b for b in session.scalars(select(Blob).where(Blob.id.in_(blob_ids)))}
    sizes: dict[UUID, list[int]] = defaultdict(list)
    statement = select(BlobThumbnail.blob_id, BlobThumbnail.size).order_by(BlobThumbnail.size)
    for blob_id, size in session.execute(statement.where(BlobThumbnail.blob_id.in_(blob_ids))):
        sizes[blob_id].append(size)
    no_blob = Blob(width=0, height=0, exif={})
    people = auth.user_names(session, {a.added_by for a in shown})
    return {
        a.id: _document(a, blobs.get(a.blob_id or a.id, no_blob), sizes, people, actor)
        for a in shown
    }


def _document(
    attachment: Attachment,
    blob: Blob,
    sizes: Mapping[UUID, list[int]],
    names_of_users: Mapping[UUID, str],
    actor: Actor,
) -> dict[str, Any]:
    place = blob.exif.get("gps") if actor.may("attachments.see_place") else None
    names = (
        "id",
        "revision",
        "entity_kind",
        "entity_id",
        "kind",
        "name",
        "sha256",
        "size",
        "mime",
        "state",
        "refusal",
        "taken_at",
        "added_by",
        "installation_id",
        "created_at",
        "receipted_at",
    )
    return {
        **{name: getattr(attachment, name) for name in names},
        "added_by_name": names_of_users.get(attachment.added_by, ""),
        "width": blob.width,
        "height": blob.height,
        "thumbnails": sizes.get(attachment.blob_id or attachment.id, []),
        "place": {"type": "Point", "coordinates": place} if place else None,
    }
