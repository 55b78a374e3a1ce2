"""The table of uploads: how much of each has arrived, and who may continue it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel import clock
from server.kernel.db import Base
from server.kernel.tenancy import Tenanted
from server.kernel.types import Code, Document, Name
from sync.uploads.rules import UploadState


class Upload(Tenanted, Base):
    """A resumable transfer. ``received`` bytes are on the disk; a finished one keeps no file.

    ``writer`` is the token of the newest request that writes; older ones are stopped by it. Until
    ``lease_until`` that request is taken to be alive.
    """

    __tablename__ = "upload"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        CheckConstraint("received >= 0 AND received <= length", name="received_within_length"),
        Index(None, "tenant_id", "owner_id", "state"),
        Index(None, "tenant_id", "expires_at"),
    )

    owner_id: Mapped[UUID]
    installation_id: Mapped[UUID | None]
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    name: Mapped[Name] = mapped_column(default="")
    mime: Mapped[Name] = mapped_column(default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    pairs: Mapped[Document] = mapped_column(default=dict)
    state: Mapped[UploadState] = mapped_column(default=UploadState.RECEIVING)
    refusal: Mapped[Code] = mapped_column(default="")
    writer: Mapped[UUID | None]
    lease_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime]
