"""Reads of uploads; an upload is seen by whoever started it, and by nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.kernel.errors import NotFound
from sync.uploads.models import Upload
from sync.uploads.rules import UploadState


def get_upload(
    session: Session, *, owner_id: UUID, upload_id: UUID, for_update: bool = False
) -> Upload:
    """Return an actor's own upload; raises NotFound for anybody else's."""
    statement = select(Upload).where(Upload.id == upload_id, Upload.owner_id == owner_id)
    upload = session.scalar(statement.with_for_update() if for_update else statement)
    if upload is None:
        raise NotFound("There is no such upload.", id=str(upload_id))
    return upload


def lock_upload(session: Session, upload_id: UUID) -> Upload | None:
    """Return an upload for update, whoever started it."""
    return session.scalar(select(Upload).where(Upload.id == upload_id).with_for_update())


def count_open(session: Session, *, owner_id: UUID, now: dt.datetime) -> int:
    """Return how many unfinished uploads an actor has."""
    statement = (
        select(func.count())
        .select_from(Upload)
        .where(
            Upload.owner_id == owner_id,
            Upload.state == UploadState.RECEIVING,
            Upload.expires_at > now,
        )
    )
    return session.scalar(statement) or 0


def lock_expired(session: Session, *, now: dt.datetime, limit: int) -> Sequence[Upload]:
    """Return uploads past their time that nobody writes just now, for update."""
    statement = (
        select(Upload)
        .where(
            Upload.expires_at <= now,
            (Upload.lease_until.is_(None)) | (Upload.lease_until < now),
        )
        .order_by(Upload.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()
