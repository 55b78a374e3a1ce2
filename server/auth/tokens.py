"""What tokens look like: signed access and stream tokens, random refresh and device tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from server.auth import rules
from server.kernel import signing
from server.kernel.actors import Actor
from server.kernel.settings import Settings

ACCESS = "access"
STREAM = "stream"
SECRET_BYTES = 32
UUID_BYTES = 16
REFRESH_PREFIX = "trr_"
DEVICE_PREFIX = "trd_"


@dataclass(frozen=True, kw_only=True)
class Access:
    """What an access token says; permissions are not in it, they are read at every request."""

    tenant_id: UUID
    user_id: UUID
    session_id: UUID | None = None
    installation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class StreamPass:
    """What a stream token allows: the pokes of one tenant in the scopes of one user."""

    tenant_id: UUID
    user_id: UUID
    scopes: frozenset[str]


@dataclass(frozen=True)
class RefreshSecret:
    """A refresh token taken apart: where its session is kept, and the digest of the whole."""

    tenant_id: UUID
    session_id: UUID
    sha256: str


def issue_access_token(settings: Settings, access: Access) -> str:
    """Return a token that proves who asks, for 15 minutes."""
    claims = {"ten": str(access.tenant_id), "sub": str(access.user_id)}
    if access.session_id:
        claims["sid"] = str(access.session_id)
    if access.installation_id:
        claims["ins"] = str(access.installation_id)
    return signing.sign(settings, ACCESS, claims, rules.ACCESS_LIFETIME)


def read_access_token(settings: Settings, token: str) -> Access:
    """Return what an access token says; raises TokenInvalid."""
    claims = signing.verify(settings, ACCESS, token)
    try:
        return Access(
            tenant_id=UUID(claims["ten"]),
            user_id=UUID(claims["sub"]),
            session_id=_optional_id(claims, "sid"),
            installation_id=_optional_id(claims, "ins"),
        )
    except (KeyError, ValueError) as error:
        raise signing.TokenInvalid(str(error)) from None


def issue_stream_token(settings: Settings, actor: Actor) -> str:
    """Return a token with which ``actor`` opens the event stream within a minute."""
    claims = {
        "ten": str(actor.tenant_id),
        "sub": str(actor.id),
        "scopes": sorted(actor.feed_scopes),
    }
    return signing.sign(settings, STREAM, claims, rules.STREAM_LIFETIME)


def verify_stream_token(settings: Settings, token: str) -> StreamPass | None:
    """Return what a stream token allows, None when it allows nothing."""
    try:
        claims = signing.verify(settings, STREAM, token)
        return StreamPass(
            tenant_id=UUID(claims["ten"]),
            user_id=UUID(claims["sub"]),
            scopes=frozenset(claims["scopes"]),
        )
    except (KeyError, ValueError):  # TokenInvalid is a ValueError.
        return None


def new_refresh_token(tenant_id: UUID, session_id: UUID) -> str:
    """Return a new refresh token; tenant and session are in it, so that they can be found."""
    secret = secrets.token_bytes(SECRET_BYTES)
    body = base64.urlsafe_b64encode(tenant_id.bytes + session_id.bytes + secret)
    return REFRESH_PREFIX + body.decode().rstrip("=")


def read_refresh_token(token: str) -> RefreshSecret | None:
    """Take a refresh token apart, or None when it cannot be one."""
    if not token.startswith(REFRESH_PREFIX) or not token.isascii():
        return None
    text = token.removeprefix(REFRESH_PREFIX)
    try:
        body = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
    if len(body) != 2 * UUID_BYTES + SECRET_BYTES:
        return None
    tenant_id, session_id = UUID(bytes=body[:16]), UUID(bytes=body[16:32])
    return RefreshSecret(tenant_id, session_id, digest(token))


def new_device_token() -> str:
    """Return a new token for a device: 256 random bits."""
    return DEVICE_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def digest(token: str) -> str:
    """Return what is kept of a token; the token has 256 random bits, so plain SHA-256 will do."""
    return hashlib.sha256(token.encode()).hexdigest()


def _optional_id(claims: dict[str, Any], name: str) -> UUID | None:
    return UUID(claims[name]) if name in claims else None
