"""Tables of sync: enrolled apps and every command they have sent."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.commands import CommandStatus
from server.kernel.db import Base
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, LongText, Name
from sync.rules import InstallationState, Resolution


class Installation(Versioned, Base):
    """One enrolled app on one phone or browser of one user.

    ``last_seq`` is the number of the last command that was durably kept, ``session_id`` the
    session in which the app was last heard: it ends when the app is revoked.
    """

    __tablename__ = "sync_installation"
    __table_args__ = (
        tenant_fk("user_id", "user.id"),
        CheckConstraint("last_seq >= 0", name="last_seq_not_negative"),
        Index("ix_sync_installation_user", "tenant_id", "user_id", "id"),
    )

    user_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    name: Mapped[Name]
    platform: Mapped[Name] = mapped_column(default="")
    app_version: Mapped[Code] = mapped_column(default="")
    state: Mapped[InstallationState] = mapped_column(default=InstallationState.ACTIVE)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    enrolled_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]


class SyncCommand(Tenanted, Base):
    """A command as a phone recorded it, with what became of it; kept for ever.

    What could not be applied waits here with everything that is needed to apply it later.
    """

    __tablename__ = "sync_command"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("installation_id", "sync_installation.id"),
        UniqueConstraint("tenant_id", "installation_id", "seq"),
        Index("ix_sync_command_status", "tenant_id", "status", "id"),
        Index("ix_sync_command_entity", "tenant_id", "entity_id", "id"),
    )

    installation_id: Mapped[UUID]
    user_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[Code]
    entity_id: Mapped[UUID]
    base_revision: Mapped[int | None]
    args: Mapped[dict[str, Any]]
    device_at: Mapped[dt.datetime]
    occurred_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    is_skewed: Mapped[bool] = mapped_column(default=False)
    status: Mapped[CommandStatus]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    resolution: Mapped[Resolution | None]
    resolution_note: Mapped[LongText] = mapped_column(default="")
    resolved_at: Mapped[dt.datetime | None]
    resolved_by: Mapped[UUID | None]
