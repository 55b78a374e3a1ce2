"""Tables of users, roles and everything that proves who somebody is."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel import clock
from server.kernel.db import Base
from server.kernel.ids import new_id
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, Documents, Line, Name

SHA256_LENGTH = 64


class User(Versioned, Base):
    """A person who signs in as ``login@tenant-slug``; without a hash there is no password."""

    __tablename__ = "user"
    __table_args__ = (UniqueConstraint("tenant_id", "login"),)

    login: Mapped[Code]
    display_name: Mapped[Name]
    email: Mapped[Line] = mapped_column(default="")
    password_hash: Mapped[Line] = mapped_column(default="", info={"secret": True})
    locale: Mapped[Code] = mapped_column(default="en")
    timezone: Mapped[Code] = mapped_column(default="UTC")
    is_demo: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[dt.datetime | None]


class Role(Versioned, Base):
    """A named set of permissions.

    ``known_permissions`` were offered before: an upgrade grants only what is new, and does not
    give back what an administrator took away.
    """

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[Code]
    title: Mapped[Name]
    is_built_in: Mapped[bool] = mapped_column(default=False)
    known_permissions: Mapped[Documents] = mapped_column(default=list)


class RolePermission(Tenanted, Base):
    """One permission of a role."""

    __tablename__ = "role_permission"
    __audit_inserts__: ClassVar[bool] = True
    __table_args__ = (
        tenant_fk("role_id", "role.id"),
        UniqueConstraint("tenant_id", "role_id", "permission"),
    )

    role_id: Mapped[UUID]
    permission: Mapped[Code]


class UserRole(Tenanted, Base):
    """A role that a user holds."""

    __tablename__ = "user_role"
    __audit_inserts__: ClassVar[bool] = True
    __table_args__ = (
        tenant_fk("user_id", "user.id"),
        tenant_fk("role_id", "role.id"),
        UniqueConstraint("tenant_id", "user_id", "role_id"),
        Index(None, "tenant_id", "role_id"),
    )

    user_id: Mapped[UUID]
    role_id: Mapped[UUID]


class RefreshToken(Tenanted, Base):
    """One session of a user on one phone, browser or program: a family of rotating tokens.

    ``installation_id`` is the enrolled app it belongs to, once known. Changes every few minutes,
    so it is not audited; sign-in and reuse are kept as facts.
    """

    __tablename__ = "refresh_token"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("user_id", "user.id"),
        Index(None, "tenant_id", "user_id"),
        Index(None, "tenant_id", "installation_id"),
        Index(None, "tenant_id", "expires_at"),
    )

    user_id: Mapped[UUID]
    installation_id: Mapped[UUID | None]
    used_sha256: Mapped[str | None] = mapped_column(String(SHA256_LENGTH))
    fresh_sha256s: Mapped[Documents] = mapped_column(default=list)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]


class SigninFailure(Base):
    """A wrong password; ``key`` is the digest of login and address.

    Belongs to no tenant: the login may name none.
    """

    __tablename__ = "signin_failure"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(SHA256_LENGTH))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class DeviceCredential(Base):
    """The token of a device; read before its tenant is known, so every reader names the tenant."""

    __tablename__ = "device_credential"
    __table_args__ = (Index(None, "tenant_id", "device_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    tenant_slug: Mapped[Code]
    device_id: Mapped[UUID]
    device_name: Mapped[Name]
    token_sha256: Mapped[str] = mapped_column(String(SHA256_LENGTH), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    disabled_at: Mapped[dt.datetime | None]
