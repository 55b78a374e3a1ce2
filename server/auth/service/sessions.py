"""Sessions: what sign-in leaves behind, how refresh tokens rotate, and how a session ends."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from server.auth import queries, rules, tokens
from server.auth.errors import (
    RefreshTokenInvalid,
    RefreshTokenReused,
    TooManyAttempts,
    UserIsDisabled,
)
from server.auth.events import TokenReuseDetected, UserSignedIn
from server.auth.models import RefreshToken, SigninFailure, User
from server.auth.rules import TokenFamily
from server.auth.tokens import Access, RefreshSecret
from server.kernel import clock, events
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import DomainError, Unauthenticated
from server.kernel.ids import new_id
from server.kernel.session import platform_of, tenant_of, unit_of
from server.kernel.settings import Settings


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The tokens a client goes on with."""

    access_token: str
    refresh_token: str
    refresh_expires_at: dt.datetime
    expires_in: int = int(rules.ACCESS_LIFETIME.total_seconds())
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name, RFC 6750.


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What must be known of the user a login names, before the password is checked."""

    tenant_id: UUID
    user_id: UUID
    password_hash: str


def require_attempt(session: Session, *, key: str) -> None:
    """Refuse an attempt when too many have failed lately; raises TooManyAttempts."""
    wait = rules.wait_seconds(queries.failures(session, key), clock.now())
    if wait:
        raise TooManyAttempts(wait)


def record_failure(session: Session, *, key: str) -> None:
    """Keep a failed attempt; in a unit of work of its own, since the request is refused."""
    session.add(SigninFailure(key=key, at=clock.now()))


def forget_failures(session: Session, *, key: str) -> None:
    """Forget the failures before a success."""
    session.execute(delete(SigninFailure).where(SigninFailure.key == key))


def find_candidate(session: Session, login: str) -> Candidate | None:
    """Return the user a login names within the tenant of the unit of work."""
    user = queries.find_user_by_login(session, login)
    if user is None:
        return None
    return Candidate(tenant_id=user.tenant_id, user_id=user.id, password_hash=user.password_hash)


def start_session(
    session: Session, *, user_id: UUID, address: str, installation_id: UUID | None = None
) -> SignedIn:
    """Open a session for a user who has proved the password; raises UserIsDisabled."""
    user = queries.get_user(session, user_id)
    require_enabled(platform_of(session).settings, user)
    row = RefreshToken(
        id=new_id(),
        user_id=user.id,
        installation_id=installation_id,
        fresh_sha256s=[],
        expires_at=clock.now() + rules.REFRESH_LIFETIME,
    )
    token = tokens.new_refresh_token(tenant_of(session), row.id)
    row.fresh_sha256s = [tokens.digest(token)]
    session.add(row)
    _act_as(session, user)
    events.record(
        session,
        UserSignedIn(entity_id=user.id, address=address, installation_id=installation_id),
    )
    return _signed_in(session, row, token)


def rotate(
    session: Session,
    *,
    presented: RefreshSecret,
    address: str,
    installation_id: UUID | None = None,
) -> SignedIn | DomainError:
    """Exchange a refresh token for the next one.

    A refusal is returned, not raised: the end of a session after a reuse must be kept. The first
    ``installation_id`` that is named stays bound to the session.
    """
    row = queries.lock_refresh_token(session, presented.session_id)
    if row is None or row.revoked_at is not None or row.expires_at <= clock.now():
        return RefreshTokenInvalid("The session has ended; sign in again.")
    successor = tokens.new_refresh_token(tenant_of(session), row.id)
    family = rules.rotated(_family(row), presented.sha256, tokens.digest(successor))
    if family is None:
        row.revoked_at = clock.now()
        events.record(
            session,
            TokenReuseDetected(entity_id=row.user_id, session_id=row.id, address=address),
        )
        return RefreshTokenReused("This token was replaced before; sign in again.")
    user = queries.get_user(session, row.user_id)
    try:
        require_enabled(platform_of(session).settings, user)
    except Unauthenticated as refusal:
        return refusal
    if installation_id is not None and row.installation_id not in {None, installation_id}:
        return RefreshTokenInvalid("The session belongs to another installation.")
    row.installation_id = row.installation_id or installation_id
    row.used_sha256, row.fresh_sha256s = family.used, list(family.fresh)
    row.last_used_at = clock.now()
    row.expires_at = clock.now() + rules.REFRESH_LIFETIME
    return _signed_in(session, row, successor)


def end_session(session: Session, *, session_id: UUID, sha256: str | None = None) -> None:
    """Sign a session out; with ``sha256`` only when that is one of its tokens."""
    row = queries.lock_refresh_token(session, session_id)
    if row is None or row.revoked_at is not None:
        return
    if sha256 is None or sha256 in {row.used_sha256, *row.fresh_sha256s}:
        row.revoked_at = clock.now()


def end_sessions(
    session: Session,
    *,
    user_id: UUID | None = None,
    installation_id: UUID | None = None,
    keep: UUID | None = None,
) -> None:
    """Sign out every session of a user or of an installation, except ``keep``."""
    statement = update(RefreshToken).where(RefreshToken.revoked_at.is_(None))
    if user_id is None and installation_id is None:
        msg = "Whose sessions?"
        raise ValueError(msg)
    if user_id is not None:
        statement = statement.where(RefreshToken.user_id == user_id)
    if installation_id is not None:
        statement = statement.where(RefreshToken.installation_id == installation_id)
    if keep is not None:
        statement = statement.where(RefreshToken.id != keep)
    session.execute(statement.values(revoked_at=clock.now()))


def require_enabled(settings: Settings, user: Any) -> None:
    """Refuse a disabled user, and a demonstration's user where none is shown.

    ``user`` is a User or a row with ``disabled_at`` and ``is_demo``.
    """
    if user.disabled_at is not None:
        raise UserIsDisabled("This user has been disabled.")
    if user.is_demo and not settings.demo:
        raise UserIsDisabled("Users of the demonstration are switched off here.")


def forget_old(session: Session, _payload: dict[str, Any] | None = None) -> None:
    """Drop sessions that ended a week ago and failures nobody counts; a periodic job."""
    now = clock.now()
    line = now - rules.KEEP_ENDED_SESSIONS
    ended = or_(RefreshToken.expires_at < line, RefreshToken.revoked_at < line)
    session.execute(delete(RefreshToken).where(ended))
    session.execute(delete(SigninFailure).where(SigninFailure.at < now - rules.FAILURE_WINDOW))


def _family(row: RefreshToken) -> TokenFamily:
    return TokenFamily(used=row.used_sha256, fresh=tuple(row.fresh_sha256s))


def _act_as(session: Session, user: User) -> None:
    """Let the facts of the sign-in name the user who did it."""
    unit_of(session).actor = Actor(
        id=user.id, kind=ActorKind.USER, tenant_id=user.tenant_id, name=user.display_name
    )


def _signed_in(session: Session, row: RefreshToken, refresh_token: str) -> SignedIn:
    access = Access(
        tenant_id=tenant_of(session),
        user_id=row.user_id,
        session_id=row.id,
        installation_id=row.installation_id,
    )
    return SignedIn(
        access_token=tokens.issue_access_token(platform_of(session).settings, access),
        refresh_token=refresh_token,
        refresh_expires_at=row.expires_at,
    )
