"""Commands of the files room: announce an attachment, put arrived bytes on record, clean up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.files import images, queries, rules
from server.files.errors import AttachmentExists
from server.files.events import AttachmentAdded, AttachmentRefused, AttachmentStored
from server.files.keeping import KeptFile, keep_file
from server.files.models import Attachment, Blob, BlobSender, BlobThumbnail
from server.files.rules import AttachmentKind, AttachmentState, PreviewState
from server.kernel import changes, clock, events, outbox
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.kernel.session import occurred_at, platform_of, tenant_of, unit_of
from server.kernel.storage import FileStore
from server.kernel.turns import take_turn

THUMBNAIL_SIZES = (320, 1600)
UNUSED_FOR = dt.timedelta(days=30)
CLEANED_AT_ONCE = 200


def add_attachment(
    session: Session,
    *,
    actor: Actor,
    attachment_id: UUID,
    entity_kind: str,
    entity_id: UUID,
    sha256: str,
    size: int,
    mime: str,
    kind: AttachmentKind,
    name: str = "",
    taken_at: dt.datetime | None = None,
) -> Attachment:
    """Announce a file for a record; its bytes are bound now if this actor has sent them, or later.

    Repeating it is harmless. Raises AttachmentExists when the id names something else, NotFound
    when the actor neither sees the record nor ever saw it, and the refusals of the rules.
    """
    existing = queries.find_attachment(session, attachment_id)
    if existing is not None:
        same = (existing.entity_kind, existing.entity_id, existing.sha256)
        if same != (entity_kind, entity_id, sha256):
            raise AttachmentExists("This id names another attachment.", id=str(attachment_id))
        return existing
    queries.require_attachable(session, actor=actor, entity_kind=entity_kind, entity_id=entity_id)
    file_type = rules.require_announced(mime=mime, size=size, kind=kind, has_heif=images.has_heif())
    attachment = Attachment(
        id=attachment_id,
        entity_kind=entity_kind,
        entity_id=entity_id,
        kind=kind,
        name=name,
        sha256=sha256,
        size=size,
        mime=file_type.value,
        state=AttachmentState.AWAITING_BLOB,
        taken_at=taken_at or occurred_at(session),
        added_by=actor.id,
        installation_id=actor.installation_id,
    )
    session.add(attachment)
    events.record(session, AttachmentAdded(kind=kind.value, **_facts(attachment)))
    # Bytes that arrive at this very moment must find the attachment, or be found here.
    take_turn(session, actor.id, sha256)
    blob = queries.find_sent_blob(session, sha256=sha256, sender_id=actor.id)
    if blob is not None:
        _bind(session, attachment, blob)
    return attachment


def receive_finished_upload(
    session: Session,
    *,
    actor: Actor,
    path: Path,
    sha256: str,
    size: int,
    claimed_mime: str,
) -> Blob:
    """Take a finished file into the store and on record, in one go.

    For files that are small or arrive outside a request; uploads call ``keep_file`` before they
    open a unit of work, then ``record_blob``. Raises the refusals of ``errors.py``.
    """
    store: FileStore = platform_of(session).port(FileStore)  # type: ignore[type-abstract]
    kept = keep_file(store, tenant_id=tenant_of(session), path=path, claimed_mime=claimed_mime)
    if (kept.sha256, kept.size) != (sha256, size):
        raise InvalidInput("The file is not the announced one.", sha256="differs")
    return record_blob(session, sender_id=actor.id, kept=kept)


def record_blob(session: Session, *, sender_id: UUID, kept: KeptFile) -> Blob:
    """Put a kept file on record, bind what its sender has announced, and have it pictured.

    May be repeated.
    """
    take_turn(session, sender_id, kept.sha256)
    blob = queries.find_blob(session, kept.sha256) or _new_blob(session, kept)
    if queries.find_sent_blob(session, sha256=kept.sha256, sender_id=sender_id) is None:
        session.add(BlobSender(blob_id=blob.id, actor_id=sender_id))
    if kept.facts.type.is_image and blob.preview is PreviewState.NONE:
        blob.preview = PreviewState.PENDING
        outbox.defer(
            session,
            "files.make_thumbnails",
            {"blob_id": str(blob.id), "sha256": blob.sha256},
            key=str(blob.id),
        )
    for attachment in queries.lock_awaiting(session, sha256=kept.sha256, sender_id=sender_id):
        _bind(session, attachment, blob)
    return blob


def refuse_blob(session: Session, *, sender_id: UUID, sha256: str, code: str) -> None:
    """Mark what waits for bytes that arrived and were refused, with the reason's code."""
    take_turn(session, sender_id, sha256)
    for attachment in queries.lock_awaiting(session, sha256=sha256, sender_id=sender_id):
        attachment.state = AttachmentState.REFUSED
        attachment.refusal = code
        events.record(session, AttachmentRefused(code=code, **_facts(attachment)))


def note_receipt(session: Session, *, actor: Actor, hashes: Collection[str]) -> None:
    """Note that the actor's device holds a receipt for these bytes, and may drop its own copy."""
    for attachment in queries.lock_unreceipted(session, hashes=hashes, sender_id=actor.id):
        attachment.receipted_at = clock.now()


def restamp_attachments(session: Session, entity_kind: str, ids: Collection[UUID]) -> None:
    """Show the attachments of records to whoever sees the records now.

    Called by a room when its record moves to other people, as a work order does when another
    engineer is booked.
    """
    touched = unit_of(session).touched
    for attachments in queries.attachments_of(session, entity_kind, ids).values():
        for attachment in attachments:
            touched.setdefault(("attachment", attachment.id), False)


def keep_thumbnails(
    session: Session,
    *,
    blob_id: UUID,
    facts: images.ImageFacts,
    made: Collection[tuple[images.Thumbnail, str, int]],
) -> None:
    """Put small pictures and what the camera wrote on record; may be repeated.

    ``made`` holds each picture with its sha256 and its size in bytes.
    """
    blob = session.get_one(Blob, blob_id)
    blob.preview = PreviewState.MADE
    blob.exif = {
        "taken_at": facts.taken_at.isoformat() if facts.taken_at else None,
        "wall_clock": facts.wall_clock,
        "orientation": facts.orientation,
        "gps": list(facts.gps) if facts.gps else None,
    }
    for picture, sha256, byte_size in made:
        if queries.find_thumbnail(session, blob_id=blob_id, size=picture.size) is None:
            session.add(
                BlobThumbnail(
                    blob_id=blob_id,
                    size=picture.size,
                    width=picture.width,
                    height=picture.height,
                    byte_size=byte_size,
                    sha256=sha256,
                )
            )
    _show_again(session, blob)


def mark_unreadable(session: Session, *, blob_id: UUID) -> None:
    """Note that no picture can be made; the bytes stay what the phone hashed."""
    blob = session.get_one(Blob, blob_id)
    blob.preview = PreviewState.UNREADABLE


def forget_unused(session: Session) -> None:
    """Drop bytes that nothing was attached to within 30 days; their content goes after commit."""
    oldest = clock.now() - UNUSED_FOR
    for blob in queries.list_unused_blobs(session, older_than=oldest, limit=CLEANED_AT_ONCE):
        contents = [blob.sha256, *queries.thumbnail_hashes(session, blob.id)]
        session.delete(blob)
        for sha256 in contents:
            outbox.defer(session, "files.delete_content", {"sha256": sha256})


def _new_blob(session: Session, kept: KeptFile) -> Blob:
    """Insert the row, or find the one that another request inserted at the same moment."""
    blob = Blob(
        sha256=kept.sha256,
        size=kept.size,
        mime=kept.facts.type.value,
        width=kept.facts.width,
        height=kept.facts.height,
        preview=PreviewState.NONE,
        exif={},
    )
    try:
        with session.begin_nested():
            session.add(blob)
    except IntegrityError:
        found = queries.find_blob(session, kept.sha256)
        if found is None:
            raise
        return found
    return blob


def _bind(session: Session, attachment: Attachment, blob: Blob) -> None:
    attachment.blob_id = blob.id
    attachment.state = AttachmentState.STORED
    attachment.size = blob.size
    attachment.mime = blob.mime
    events.record(session, AttachmentStored(**_facts(attachment)))


def _facts(attachment: Attachment) -> dict[str, Any]:
    return {
        "entity_id": attachment.id,
        "subject_kind": attachment.entity_kind,
        "subject_id": attachment.entity_id,
        "sha256": attachment.sha256,
    }


def _show_again(session: Session, blob: Blob) -> None:
    """The pictures belong to the documents of all attachments of these bytes."""
    for attachment in queries.attachments_of_blob(session, blob.id):
        changes.touch(session, attachment)
