"""The edge of sign-in: short units of work around the password hash.

A hash takes tens of milliseconds, and no transaction, least of all SQLite's one writer, waits for
it. A failure is kept in a unit of work of its own, because the request itself is refused.
"""

from __future__ import annotations

from uuid import UUID

from server.auth import passwords, queries, rules, tokens
from server.auth.errors import RefreshTokenInvalid, SignInRefused
from server.auth.service import sessions, users
from server.auth.service.sessions import Candidate, SignedIn
from server.kernel.actors import Actor
from server.kernel.errors import DomainError
from server.kernel.modules import Platform
from server.kernel.session import Origin, enter_tenant
from server.kernel.uow import retrying, unit_of_work


class _Replaced(Exception):
    """Another hash was set while the password was checked against the one before."""


def sign_in(
    platform: Platform,
    *,
    login: str,
    password: str,
    origin: Origin,
    installation_id: UUID | None = None,
) -> SignedIn:
    """Check ``login@tenant-slug`` and password, and open a session.

    Raises SignInRefused, TooManyAttempts or UserIsDisabled; an unknown login takes as long as a
    wrong password.
    """
    key = rules.attempt_key(login, origin.address)
    candidate = _find_candidate(platform, login, key)
    password_hash = candidate.password_hash if candidate else ""
    if not passwords.is_right(password_hash, password) or candidate is None:
        _keep_failure(platform, key)
        raise SignInRefused("The login or the password is wrong.")
    renewed = passwords.hash_password(password) if passwords.is_outdated(password_hash) else None

    def start() -> SignedIn:
        with unit_of_work(platform, candidate.tenant_id, origin=origin) as session:
            user = queries.lock_user(session, candidate.user_id)
            if user.password_hash != password_hash:
                raise _Replaced
            sessions.forget_failures(session, key=key)
            if renewed is not None:
                user.password_hash = renewed
            return sessions.start_session(
                session,
                user_id=candidate.user_id,
                address=origin.address,
                installation_id=installation_id,
            )

    try:
        return retrying(start)
    except _Replaced:  # The password has to be right by the new hash.
        return sign_in(
            platform, login=login, password=password, origin=origin, installation_id=installation_id
        )


def refresh(
    platform: Platform, *, token: str, origin: Origin, installation_id: UUID | None = None
) -> SignedIn:
    """Exchange a refresh token for new tokens.

    Raises RefreshTokenInvalid, RefreshTokenReused or UserIsDisabled.
    """
    presented = tokens.read_refresh_token(token)
    if presented is None:
        raise RefreshTokenInvalid("This is not a refresh token.")

    def rotate() -> SignedIn | DomainError:
        with unit_of_work(platform, presented.tenant_id, origin=origin) as session:
            return sessions.rotate(
                session,
                presented=presented,
                address=origin.address,
                installation_id=installation_id,
            )

    result = retrying(rotate)
    if isinstance(result, DomainError):
        raise result  # Only now: what the refusal has ended must stay ended.
    return result


def sign_out(platform: Platform, *, token: str) -> None:
    """End the session of a refresh token; a token that means nothing is no refusal."""
    presented = tokens.read_refresh_token(token)
    if presented is None:
        return
    with unit_of_work(platform, presented.tenant_id) as session:
        sessions.end_session(session, session_id=presented.session_id, sha256=presented.sha256)


def change_own_password(
    platform: Platform,
    *,
    actor: Actor,
    current_password: str,
    new_password: str,
    origin: Origin,
    session_id: UUID | None,
) -> None:
    """Let a signed-in user choose a new password; every other session of the user ends.

    A stolen session must not be a way to guess the password, so failures count as at sign-in.
    """
    key = rules.attempt_key(str(actor.id), origin.address)
    with unit_of_work(platform, actor.tenant_id, write=False) as session:
        sessions.require_attempt(session, key=key)
        password_hash = queries.get_user(session, actor.id).password_hash
    if not passwords.is_right(password_hash, current_password):
        _keep_failure(platform, key)
        raise SignInRefused("The current password is wrong.")
    with unit_of_work(platform, actor.tenant_id, actor=actor, origin=origin) as session:
        user = queries.lock_user(session, actor.id)
        if user.password_hash != password_hash:  # Replaced while this one was checked.
            raise SignInRefused("The current password is wrong.")
        sessions.forget_failures(session, key=key)
        users.set_password(
            session,
            actor=actor,
            user=user,
            password=new_password,
            keep=session_id,
        )


def _find_candidate(platform: Platform, login: str, key: str) -> Candidate | None:
    name = rules.full_login(login)
    with unit_of_work(platform, None, write=False) as session:
        sessions.require_attempt(session, key=key)
        if name is None:
            return None
        tenant = queries.find_tenant(session, name.slug)
        if tenant is None:
            return None
        enter_tenant(session, tenant.id)
        return sessions.find_candidate(session, name.login)


def _keep_failure(platform: Platform, key: str) -> None:
    with unit_of_work(platform, None) as session:
        sessions.record_failure(session, key=key)
