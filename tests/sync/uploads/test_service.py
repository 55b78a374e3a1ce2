"""What happens to an upload in the database."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.ids import new_id
from server.kernel.outbox import OutboxRow
from sync.uploads import service
from sync.uploads.errors import UploadGone, UploadTakenOver
from sync.uploads.models import Upload
from sync.uploads.rules import UploadMetadata
from sync.uploads.service import Standing


@pytest.fixture
def upload(session: Session, actor: Actor) -> Standing:
    return service.create_upload(session, actor=actor, length=10, metadata=UploadMetadata())


def begin(session: Session, actor: Actor, upload: Standing) -> UUID:
    token = new_id()
    service.begin_writing(session, actor=actor, upload_id=upload.id, token=token)
    return token


def jobs_of(session: Session, upload: Standing) -> list[str]:
    return list(session.scalars(select(OutboxRow.type).where(OutboxRow.key == str(upload.id))))


def test_only_the_newest_request_moves_the_offset(
    session: Session, actor: Actor, upload: Standing
) -> None:
    old, new = begin(session, actor, upload), begin(session, actor, upload)
    service.advance(session, upload_id=upload.id, token=new, offset=4)

    with pytest.raises(UploadTakenOver):
        service.advance(session, upload_id=upload.id, token=old, offset=9)

    standing = service.read_standing(session, actor=actor, upload_id=upload.id)
    assert standing.offset == 4


def test_only_a_complete_upload_leaves_a_job_behind(
    session: Session, actor: Actor, upload: Standing
) -> None:
    token = begin(session, actor, upload)

    service.advance(session, upload_id=upload.id, token=token, offset=9)
    before = jobs_of(session, upload)
    service.advance(session, upload_id=upload.id, token=token, offset=10)

    assert (before, jobs_of(session, upload)) == ([], ["uploads.finish"])


def test_a_refused_upload_can_never_be_continued(
    session: Session, actor: Actor, upload: Standing
) -> None:
    token = begin(session, actor, upload)

    service.refuse_upload(session, upload_id=upload.id, code="image-too-large", sha256=None)

    with pytest.raises(UploadTakenOver):
        service.advance(session, upload_id=upload.id, token=token, offset=10)
    with pytest.raises(UploadGone):
        begin(session, actor, upload)


def test_an_upload_that_somebody_writes_is_not_removed(
    session: Session, actor: Actor, upload: Standing
) -> None:
    begin(session, actor, upload)
    row = session.get_one(Upload, upload.id)
    row.expires_at = row.created_at

    assert service.remove_expired(session) == []

    row.lease_until = None
    assert service.remove_expired(session) == [upload.id]
