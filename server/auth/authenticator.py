"""From the Authorization header to an actor; fills the kernel's port ``Authenticator``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from server.auth import queries, tokens
from server.auth.service import sessions
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import Unauthenticated
from server.kernel.http import Credentials
from server.kernel.modules import Platform
from server.kernel.session import platform_of, tenant_of
from server.kernel.signing import TokenInvalid

SCHEME = "bearer"


class JWTAuthenticator:
    """Reads bearer tokens (RFC 6750); permissions come from the database at every request."""

    def credentials(self, platform: Platform) -> Credentials:
        """Read the request's access token; raises Unauthenticated."""
        return bearer_credentials(platform, request.headers.get("Authorization", ""))

    def actor(self, session: Session, credentials: Credentials) -> Actor:
        """Return the user with today's permissions; raises Unauthenticated."""
        return user_actor(session, credentials.subject_id, **credentials.claims)


def bearer_credentials(platform: Platform, header: str) -> Credentials:
    """Read the value of an Authorization header; raises Unauthenticated."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise Unauthenticated("Sign in, and send the access token as a bearer token.")
    try:
        access = tokens.read_access_token(platform.settings, token.strip())
    except TokenInvalid:
        raise Unauthenticated("The access token is not valid or has expired.") from None
    claims: dict[str, Any] = {
        "session_id": access.session_id,
        "installation_id": access.installation_id,
    }
    return Credentials(access.tenant_id, access.user_id, claims)


def user_actor(
    session: Session,
    user_id: UUID,
    *,
    session_id: UUID | None = None,
    installation_id: UUID | None = None,
) -> Actor:
    """Return a user as actor with today's permissions.

    Raises Unauthenticated when the user was disabled or the session has ended. One select of
    columns, because it comes before everything else in every request.
    """
    row = queries.find_actor_row(session, user_id, session_id)
    if row is None:
        raise Unauthenticated("The user of this access token does not exist.")
    sessions.require_enabled(platform_of(session).settings, row)
    if row.session_ended_at is not None:
        raise Unauthenticated("The session has ended; sign in again.")
    return Actor(
        id=user_id,
        kind=ActorKind.USER,
        tenant_id=tenant_of(session),
        permissions=frozenset((row.permissions or "").split()),
        name=row.display_name,
        locale=row.locale,
        installation_id=installation_id,
        session_id=session_id,
    )
