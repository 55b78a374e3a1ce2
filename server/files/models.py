"""Tables of the files room: bytes by content, who sent them, small pictures, attachments."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.files.rules import AttachmentKind, AttachmentState, PreviewState
from server.kernel import clock
from server.kernel.db import Base
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, Document, Name

SHA256 = String(64)


class Blob(Tenanted, Base):
    """Bytes the tenant holds once, whatever they are attached to.

    ``exif`` is what the camera wrote, kept apart because it may tell a place.
    """

    __tablename__ = "blob"
    __table_args__ = (
        UniqueConstraint("tenant_id", "sha256"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    sha256: Mapped[str] = mapped_column(SHA256)
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[Code]
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    preview: Mapped[PreviewState] = mapped_column(default=PreviewState.NONE)
    exif: Mapped[Document] = mapped_column(default=dict)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class BlobSender(Tenanted, Base):
    """An actor who has sent these bytes and so proved to hold them.

    Without it, whoever learns a sha256 could attach a colleague's file and read it.
    """

    __tablename__ = "blob_sender"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("blob_id", "blob.id", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "blob_id", "actor_id"),
    )

    blob_id: Mapped[UUID]
    actor_id: Mapped[UUID]


class BlobThumbnail(Tenanted, Base):
    """A small picture of a file, kept by content like the file itself."""

    __tablename__ = "blob_thumbnail"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("blob_id", "blob.id", ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "blob_id", "size"),
    )

    blob_id: Mapped[UUID]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    byte_size: Mapped[int]
    sha256: Mapped[str] = mapped_column(SHA256)


class Attachment(Versioned, Base):
    """A file bound to a record; announced first, its bytes may come days later."""

    __tablename__ = "attachment"
    __table_args__ = (
        tenant_fk("blob_id", "blob.id"),
        CheckConstraint("(state = 'stored') = (blob_id IS NOT NULL)", name="stored_has_blob"),
        CheckConstraint("size > 0", name="size_positive"),
        Index(None, "tenant_id", "entity_kind", "entity_id", "id"),
        Index(None, "tenant_id", "sha256"),
        Index(None, "tenant_id", "blob_id"),
    )

    entity_kind: Mapped[Code]
    entity_id: Mapped[UUID]
    kind: Mapped[AttachmentKind]
    name: Mapped[Name] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(SHA256)
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[Code]
    state: Mapped[AttachmentState] = mapped_column(default=AttachmentState.AWAITING_BLOB)
    refusal: Mapped[Code] = mapped_column(default="")
    taken_at: Mapped[dt.datetime]
    added_by: Mapped[UUID]
    installation_id: Mapped[UUID | None]
    blob_id: Mapped[UUID | None]
    # When the device that holds the original first got a receipt for it.
    receipted_at: Mapped[dt.datetime | None]
