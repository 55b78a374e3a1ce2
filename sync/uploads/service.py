"""What happens to an upload in the database, each in a short transaction.

The bytes travel between two of them, never within one; ``transfer.py`` puts them in order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel import clock, outbox
from server.kernel.actors import Actor
from sync.uploads import queries
from sync.uploads.errors import TooManyUploads, UploadGone, UploadTakenOver
from sync.uploads.models import Upload
from sync.uploads.rules import KEPT, LEASE, MAX_OPEN_UPLOADS, UploadMetadata, UploadState

FINISH_LATER = dt.timedelta(seconds=60)
REMOVED_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where an upload stands, as plain values that outlive the transaction."""

    id: UUID
    tenant_id: UUID
    owner_id: UUID
    state: UploadState
    length: int
    offset: int
    name: str
    mime: str
    sha256: str | None
    pairs: Mapping[str, str]
    refusal: str
    expires_at: dt.datetime


def create_upload(
    session: Session, *, actor: Actor, length: int, metadata: UploadMetadata
) -> Standing:
    """Start an upload of a known length; raises TooManyUploads."""
    now = clock.now()
    if queries.count_open(session, owner_id=actor.id, now=now) >= MAX_OPEN_UPLOADS:
        raise TooManyUploads("Finish or end other uploads first.", limit=MAX_OPEN_UPLOADS)
    upload = Upload(
        owner_id=actor.id,
        installation_id=actor.installation_id,
        length=length,
        received=0,
        name=metadata.name,
        mime=metadata.mime,
        sha256=metadata.sha256,
        pairs=dict(metadata.pairs),
        state=UploadState.RECEIVING,
        expires_at=now + KEPT,
    )
    session.add(upload)
    session.flush()
    return standing_of(upload)


def read_standing(session: Session, *, actor: Actor, upload_id: UUID) -> Standing:
    """Return where an actor's upload stands; raises NotFound and UploadGone."""
    upload = queries.get_upload(session, owner_id=actor.id, upload_id=upload_id)
    _require_present(upload)
    return standing_of(upload)


def begin_writing(session: Session, *, actor: Actor, upload_id: UUID, token: UUID) -> Standing:
    """Make ``token`` the upload's only writer; a request that still writes is taken over.

    Raises NotFound and UploadGone.
    """
    upload = queries.get_upload(session, owner_id=actor.id, upload_id=upload_id, for_update=True)
    _require_present(upload)
    if upload.state is UploadState.RECEIVING:
        upload.writer = token
        upload.lease_until = clock.now() + LEASE
    return standing_of(upload)


def advance(session: Session, *, upload_id: UUID, token: UUID, offset: int) -> None:
    """Put on record that everything before ``offset`` is on the disk; raises UploadTakenOver.

    A complete upload leaves a job behind that finishes it, should this process die first.
    """
    upload = queries.lock_upload(session, upload_id)
    if upload is None or upload.writer != token or upload.state is not UploadState.RECEIVING:
        raise UploadTakenOver("A newer request writes this upload.", id=str(upload_id))
    now = clock.now()
    upload.received = offset
    upload.lease_until = now + LEASE
    upload.expires_at = now + KEPT
    if offset == upload.length:
        payload = {"upload_id": str(upload.id), "owner_id": str(upload.owner_id)}
        payload |= {"mime": upload.mime, "sha256": upload.sha256 or ""}
        outbox.defer(
            session, "uploads.finish", payload, run_at=now + FINISH_LATER, key=str(upload.id)
        )


def finish_upload(session: Session, *, upload_id: UUID, kept: files.KeptFile) -> Standing | None:
    """Hand the finished file to the files room; may be repeated. None when the upload is gone."""
    upload = queries.lock_upload(session, upload_id)
    if upload is None:
        return None
    if upload.state is UploadState.RECEIVING:
        files.record_blob(session, sender_id=upload.owner_id, kept=kept)
        upload.state = UploadState.FINISHED
        upload.sha256 = kept.sha256
        upload.writer = upload.lease_until = None
    return standing_of(upload)


def refuse_upload(session: Session, *, upload_id: UUID, code: str, sha256: str | None) -> None:
    """Note why a complete file is not kept; ``sha256`` names what waits for these very bytes."""
    upload = queries.lock_upload(session, upload_id)
    if upload is None or upload.state is not UploadState.RECEIVING:
        return
    upload.state = UploadState.REFUSED
    upload.refusal = code
    upload.writer = upload.lease_until = None
    if sha256 is not None:
        files.refuse_blob(session, sender_id=upload.owner_id, sha256=sha256, code=code)


def end_upload(session: Session, *, actor: Actor, upload_id: UUID) -> None:
    """Forget an upload at its owner's wish; a finished file stays. Raises NotFound."""
    session.delete(
        queries.get_upload(session, owner_id=actor.id, upload_id=upload_id, for_update=True)
    )


def remove_expired(session: Session) -> list[UUID]:
    """Forget uploads past their time and return their ids, so that their files can go."""
    expired = queries.lock_expired(session, now=clock.now(), limit=REMOVED_AT_ONCE)
    for upload in expired:
        session.delete(upload)
    return [upload.id for upload in expired]


def standing_of(upload: Upload) -> Standing:
    """Return the plain values of an upload."""
    return Standing(
        id=upload.id,
        tenant_id=upload.tenant_id,
        owner_id=upload.owner_id,
        state=upload.state,
        length=upload.length,
        offset=upload.received,
        name=upload.name,
        mime=upload.mime,
        sha256=upload.sha256,
        pairs=upload.pairs,
        refusal=upload.refusal,
        expires_at=upload.expires_at,
    )


def _require_present(upload: Upload) -> None:
    """Refuse what can never be continued, so that the client starts anew.

    "The Server MAY respond with the 410 Gone status if it knows that the upload has expired".
    """
    if upload.state is UploadState.REFUSED:
        raise UploadGone("The file was refused.", reason=upload.refusal)
    if upload.expires_at <= clock.now():
        raise UploadGone("The upload has expired.", reason="expired")
