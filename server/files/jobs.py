"""Work after the commit: small pictures, and content that nobody refers to any more.

A job that decodes or copies does so before its first statement: the transaction begins there.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.files import images, queries, service
from server.files.errors import ImageUnreadable
from server.files.keeping import fetched
from server.kernel.session import platform_of, tenant_of
from server.kernel.storage import FileMissing, FileStore, blob_key, sha256_of


def make_thumbnails(session: Session, payload: dict[str, Any]) -> None:
    """Make the small pictures of a file; an image that cannot be decoded is marked so."""
    tenant_id, blob_id = tenant_of(session), UUID(payload["blob_id"])
    store = _store(session)
    try:
        with fetched(store, tenant_id=tenant_id, sha256=payload["sha256"]) as path:
            facts, pictures = images.make_thumbnails(
                path, sizes=service.THUMBNAIL_SIZES, folder=path.parent
            )
            made = [(picture, *sha256_of(picture.path)) for picture in pictures]
            for picture, sha256, _size in made:
                store.put(tenant_id, picture.path, sha256=sha256)
    except (ImageUnreadable, FileMissing):
        service.mark_unreadable(session, blob_id=blob_id)
        return
    service.keep_thumbnails(session, blob_id=blob_id, facts=facts, made=made)


def delete_content(session: Session, payload: dict[str, Any]) -> None:
    """Delete content from the store unless it has been sent again meanwhile."""
    if not queries.is_content_used(session, payload["sha256"]):
        _store(session).delete(blob_key(tenant_of(session), payload["sha256"]))


def forget_unused(session: Session, _payload: dict[str, Any]) -> None:
    """Drop bytes that nothing was attached to; a periodic job."""
    service.forget_unused(session)


def _store(session: Session) -> FileStore:
    store: FileStore = platform_of(session).port(FileStore)  # type: ignore[type-abstract]
    return store
