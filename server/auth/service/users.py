"""Users: made, changed, disabled; never removed, because history names them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.auth import passwords, queries, rules
from server.auth.errors import LastAdmin, LoginTaken
from server.auth.events import PasswordChanged, UserDisabled, UserEnabled
from server.auth.models import Role, User, UserRole
from server.auth.rules import BuiltInRole
from server.auth.service import sessions
from server.auth.service.roles import require_power
from server.kernel import changes, clock, events
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput


def create_user(
    session: Session,
    *,
    actor: Actor,
    login: str,
    display_name: str,
    password: str | None,
    roles: Collection[str],
    email: str = "",
    locale: str = "en",
    timezone: str = "UTC",
    is_demo: bool = False,
) -> User:
    """Add a user with roles; without a password nobody can sign in as that user yet."""
    actor.require("users.manage")
    login = login.strip().lower()
    if not rules.is_login(login):
        raise InvalidInput(
            "The login cannot be used.",
            login="Lower-case letters, digits, dots, hyphens and underscores; at most 64.",
        )
    _check_profile(locale=locale, timezone=timezone)
    granted = _roles(session, actor, roles)
    if queries.find_user_by_login(session, login) is not None:
        raise LoginTaken("Another user has this login.", login=login)
    user = User(
        login=login,
        display_name=display_name,
        email=email,
        locale=locale,
        timezone=timezone,
        is_demo=is_demo,
        password_hash=_hash(password, login, is_demo=is_demo) if password is not None else "",
    )
    session.add(user)
    session.flush()
    session.add_all(UserRole(user_id=user.id, role_id=role.id) for role in granted)
    session.flush()
    return user


def change_user(
    session: Session,
    *,
    actor: Actor,
    user: User,
    roles: Collection[str] | None = None,
    **profile: Any,
) -> User:
    """Change the profile of a user (display_name, email, locale, timezone) and the roles held.

    Everybody may change the own profile; roles and other users need ``users.manage``.
    """
    if actor.id != user.id or roles is not None:
        actor.require("users.manage")
        require_power(actor, queries.permissions_of(session, user.id))
    _check_profile(
        locale=profile.get("locale", user.locale), timezone=profile.get("timezone", user.timezone)
    )
    for name in ("display_name", "email", "locale", "timezone"):
        if name in profile:
            setattr(user, name, profile[name])
    if roles is not None:
        _set_roles(session, user, _roles(session, actor, roles))
    session.flush()
    return user


def set_password(
    session: Session, *, actor: Actor, user: User, password: str, keep: Any = None
) -> None:
    """Give a user a new password and end every session except ``keep``."""
    if actor.id != user.id:
        actor.require("users.manage")
        require_power(actor, queries.permissions_of(session, user.id))
    user.password_hash = _hash(password, user.login, is_demo=False)
    sessions.end_sessions(session, user_id=user.id, keep=keep)
    events.record(session, PasswordChanged(entity_id=user.id))


def disable_user(session: Session, *, actor: Actor, user: User) -> User:
    """Shut a user out at once: the next request is refused and every session has ended."""
    actor.require("users.manage")
    require_power(actor, queries.permissions_of(session, user.id))
    if user.disabled_at is not None:
        return user
    _keep_an_admin(session, user)
    user.disabled_at = clock.now()
    sessions.end_sessions(session, user_id=user.id)
    events.record(session, UserDisabled(entity_id=user.id))
    return user


def enable_user(session: Session, *, actor: Actor, user: User) -> User:
    """Let a disabled user in again; a new sign-in is needed."""
    actor.require("users.manage")
    require_power(actor, queries.permissions_of(session, user.id))
    if user.disabled_at is not None:
        user.disabled_at = None
        events.record(session, UserEnabled(entity_id=user.id))
    return user


def _roles(session: Session, actor: Actor, names: Collection[str]) -> list[Role]:
    found = queries.list_roles(session, set(names))
    unknown = sorted(set(names) - {role.name for role in found})
    if unknown:
        raise InvalidInput("Some roles do not exist.", roles=f"Unknown: {', '.join(unknown)}.")
    given = queries.permissions_of_roles(session, [role.id for role in found])
    require_power(actor, {permission for rows in given.values() for permission in rows})
    return found


def _set_roles(session: Session, user: User, roles: Collection[Role]) -> None:
    wanted = {role.id for role in roles}
    rows = {
        row.role_id: row
        for row in session.scalars(select(UserRole).where(UserRole.user_id == user.id))
    }
    if rows.keys() == wanted:
        return
    if BuiltInRole.ADMIN not in {role.name for role in roles}:
        _keep_an_admin(session, user)
    for role_id in rows.keys() - wanted:
        session.delete(rows[role_id])
    session.add_all(
        UserRole(user_id=user.id, role_id=role_id) for role_id in sorted(wanted - rows.keys())
    )
    changes.touch(session, user)


def _keep_an_admin(session: Session, user: User) -> None:
    """Refuse when ``user`` is the last enabled admin."""
    admin = queries.find_role(session, BuiltInRole.ADMIN)
    if admin is None or BuiltInRole.ADMIN not in queries.roles_of(session, [user.id])[user.id]:
        return
    # Two admins who disable each other at the same time meet at this lock.
    queries.lock_role(session, admin.id)
    if queries.count_enabled_admins(session, without=user.id) == 0:
        raise LastAdmin("Make somebody else an administrator first.", user=user.login)


def _hash(password: str, login: str, *, is_demo: bool) -> str:
    weakness = None if is_demo else rules.password_weakness(password, login)
    if weakness is not None:
        raise InvalidInput("The password cannot be used.", password=weakness)
    return passwords.hash_password(password)


def _check_profile(*, locale: str, timezone: str) -> None:
    if not rules.is_locale(locale):
        raise InvalidInput("The locale is not a language tag.", locale="Like en or zh-CN.")
    if timezone not in zoneinfo.available_timezones():
        raise InvalidInput("The time zone is unknown.", timezone="Like Europe/Lisbon.")
