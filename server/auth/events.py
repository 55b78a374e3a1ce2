"""Facts about users and devices that other rooms and the history may want to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class UserSignedIn(Event):
    """A user proved the password."""

    type: ClassVar[str] = "user.signed_in"
    entity_kind: ClassVar[str] = "user"

    address: str
    installation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class UserDisabled(Event):
    """A user may not come in any more."""

    type: ClassVar[str] = "user.disabled"
    entity_kind: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True)
class UserEnabled(Event):
    """A disabled user may come in again."""

    type: ClassVar[str] = "user.enabled"
    entity_kind: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A user has a new password; every other session has ended."""

    type: ClassVar[str] = "user.password_changed"
    entity_kind: ClassVar[str] = "user"


@dataclass(frozen=True, kw_only=True)
class TokenReuseDetected(Event):
    """An old refresh token came back, so somebody else may hold a copy; its session has ended."""

    type: ClassVar[str] = "user.token_reuse_detected"
    entity_kind: ClassVar[str] = "user"

    session_id: UUID
    address: str


@dataclass(frozen=True, kw_only=True)
class DeviceCredentialIssued(Event):
    """A device was given a token."""

    type: ClassVar[str] = "device.credential_issued"
    entity_kind: ClassVar[str] = "device"

    credential_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeviceCredentialRevoked(Event):
    """A device's token is void."""

    type: ClassVar[str] = "device.credential_revoked"
    entity_kind: ClassVar[str] = "device"

    credential_id: UUID
