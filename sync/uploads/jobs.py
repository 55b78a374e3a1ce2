"""Work around uploads that no request does: finish what a dead process left, forget the expired."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel.errors import DomainError
from server.kernel.session import platform_of, tenant_of
from server.kernel.storage import FileStore
from sync.uploads import service
from sync.uploads.errors import ChecksumMismatch
from sync.uploads.partial import PartialFile
from sync.uploads.transfer import UNAVAILABLE, judge_and_keep, tenant_folder


def finish(session: Session, payload: dict[str, Any]) -> None:
    """Finish a complete upload whose request died before it could.

    Hashing and copying come before the first statement: the transaction begins there. Without
    the file the request has finished the upload itself, or the upload has ended.
    """
    platform, tenant_id = platform_of(session), tenant_of(session)
    upload_id = UUID(payload["upload_id"])
    partial = _partial(session, upload_id)
    if not partial.path.exists():
        return
    store: FileStore = platform.port(FileStore)  # type: ignore[type-abstract]
    try:
        kept = judge_and_keep(
            store,
            tenant_id=tenant_id,
            path=partial.path,
            mime=payload["mime"],
            sha256=payload["sha256"] or None,
        )
    except DomainError as refusal:
        if refusal.status >= UNAVAILABLE:
            raise
        is_other = isinstance(refusal, ChecksumMismatch)
        sha256 = None if is_other else files.hash_of(partial.path)
        service.refuse_upload(session, upload_id=upload_id, code=refusal.code, sha256=sha256)
    else:
        service.finish_upload(session, upload_id=upload_id, kept=kept)
    session.flush()
    partial.remove()


def remove_expired(session: Session, _payload: dict[str, Any]) -> None:
    """Forget uploads past their time; a periodic job."""
    for upload_id in service.remove_expired(session):
        _partial(session, upload_id).remove()


def _partial(session: Session, upload_id: UUID) -> PartialFile:
    folder = tenant_folder(platform_of(session).settings.home, tenant_of(session))
    return PartialFile(folder, upload_id)
