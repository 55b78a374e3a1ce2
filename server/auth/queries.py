"""Reads of users, roles and sessions, in the tenant of the unit of work."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from server.auth import rules
from server.auth.models import (
    DeviceCredential,
    RefreshToken,
    Role,
    RolePermission,
    SigninFailure,
    User,
    UserRole,
)
from server.kernel import clock
from server.kernel.audit import AuditEntry
from server.kernel.errors import NotFound
from server.kernel.session import tenant_of
from server.kernel.tenancy import Tenant

USER_COLUMNS = (
    User.id,
    User.revision,
    User.login,
    User.display_name,
    User.email,
    User.locale,
    User.timezone,
    User.is_demo,
    User.disabled_at,
    User.created_at,
    User.updated_at,
)

AUDIT_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.installation_id,
    AuditEntry.request_id,
    AuditEntry.address,
    AuditEntry.action,
    AuditEntry.entity_kind,
    AuditEntry.entity_id,
    AuditEntry.changes,
)


@dataclass(frozen=True, kw_only=True)
class UserDetail:
    """A user with the names of the roles held, without anything secret."""

    id: UUID
    revision: int
    login: str
    display_name: str
    email: str
    locale: str
    timezone: str
    is_demo: bool
    disabled_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime
    roles: list[str]


@dataclass(frozen=True, kw_only=True)
class RoleDetail:
    """A role with its permissions."""

    id: UUID
    revision: int
    name: str
    title: str
    is_built_in: bool
    permissions: list[str]


def find_tenant(session: Session, slug: str) -> Tenant | None:
    """Return the tenant with that slug."""
    return session.scalar(select(Tenant).where(Tenant.slug == slug))


def get_tenant(session: Session) -> Tenant:
    """Return the tenant of the unit of work."""
    return session.get_one(Tenant, tenant_of(session))


def find_user(session: Session, user_id: UUID) -> User | None:
    """Return a user, None where there is none."""
    return session.scalar(select(User).where(User.id == user_id))


def get_user(session: Session, user_id: UUID) -> User:
    """Return a user; raises NotFound."""
    user = find_user(session, user_id)
    if user is None:
        raise NotFound("There is no such user.", id=str(user_id))
    return user


def user_names(session: Session, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what some users are called; who is no user of the tenant is left out."""
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(user_ids)))
    return {row.id: row.display_name for row in rows}


def lock_user(session: Session, user_id: UUID) -> User:
    """Return a user and keep other writers out until the end; raises NotFound."""
    statement = select(User).where(User.id == user_id).with_for_update()
    user = session.scalar(statement.execution_options(populate_existing=True))
    if user is None:
        raise NotFound("There is no such user.", id=str(user_id))
    return user


def find_user_by_login(session: Session, login: str) -> User | None:
    """Return the user of the tenant with that login; case is ignored."""
    return session.scalar(select(User).where(User.login == login.strip().lower()))


IDENTITY = {"unscoped": "identity"}
_user, _held, _granted, _session = (
    cast("Table", model.__table__) for model in (User, UserRole, RolePermission, RefreshToken)
)
# It comes before everything else in every request: made once, of columns, the tenant in it.
_ACTOR = (
    select(
        _user.c.display_name,
        _user.c.locale,
        _user.c.disabled_at,
        _user.c.is_demo,
        func.aggregate_strings(_granted.c.permission, " ").label("permissions"),
        select(_session.c.revoked_at)
        .where(
            _session.c.tenant_id == bindparam("tenant_id"),
            _session.c.id == bindparam("session_id"),
        )
        .scalar_subquery()
        .label("session_ended_at"),
    )
    .select_from(
        _user.outerjoin(
            _held, and_(_held.c.tenant_id == _user.c.tenant_id, _held.c.user_id == _user.c.id)
        ).outerjoin(
            _granted,
            and_(_granted.c.tenant_id == _user.c.tenant_id, _granted.c.role_id == _held.c.role_id),
        )
    )
    .where(_user.c.tenant_id == bindparam("tenant_id"), _user.c.id == bindparam("user_id"))
    .group_by(_user.c.id)
)


def find_actor_row(session: Session, user_id: UUID, session_id: UUID | None = None) -> Any:
    """Return what every request must know about its user; one row of one select, or None.

    ``permissions`` is a text, with spaces between, or None; ``session_ended_at`` is None while
    the session lasts, and for a token that belongs to none.
    """
    values = {"tenant_id": tenant_of(session), "user_id": user_id, "session_id": session_id}
    connection = session.connection()
    return connection.execute(_ACTOR, values, execution_options=IDENTITY).one_or_none()


def permissions_of(session: Session, user_id: UUID) -> frozenset[str]:
    """Return the permissions a user holds today."""
    statement = (
        select(RolePermission.permission)
        .join(UserRole, UserRole.role_id == RolePermission.role_id)
        .where(UserRole.user_id == user_id)
    )
    return frozenset(session.scalars(statement))


def roles_of(session: Session, user_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the roles of some users, sorted."""
    statement = (
        select(UserRole.user_id, Role.name)
        .join(Role, Role.id == UserRole.role_id)
        .where(UserRole.user_id.in_(user_ids))
        .order_by(Role.name)
    )
    names: dict[UUID, list[str]] = defaultdict(list)
    for user_id, name in session.execute(statement):
        names[user_id].append(name)
    return names


def describe_user(session: Session, user: User) -> UserDetail:
    """Return a user as others may see it."""
    session.flush()  # The revision moves with the flush.
    values = {column.key: getattr(user, column.key) for column in USER_COLUMNS}
    return UserDetail(**values, roles=roles_of(session, [user.id]).get(user.id, []))


def users_statement(
    *, q: str | None = None, role: str | None = None, is_disabled: bool | None = None
) -> Select[*tuple[Any, ...]]:
    """Select the columns of users whose login or name begins with ``q``."""
    statement: Select[*tuple[Any, ...]] = select(*USER_COLUMNS)
    if q:
        start = q.lower()
        statement = statement.where(
            or_(
                User.login.startswith(start, autoescape=True),
                func.lower(User.display_name).startswith(start, autoescape=True),
            )
        )
    if role is not None:
        held = (
            select(UserRole.user_id)
            .join(Role, Role.id == UserRole.role_id)
            .where(Role.name == role)
        )
        statement = statement.where(User.id.in_(held))
    if is_disabled is not None:
        wanted = User.disabled_at.is_not(None) if is_disabled else User.disabled_at.is_(None)
        statement = statement.where(wanted)
    return statement


def find_role(session: Session, name: str) -> Role | None:
    """Return the role with that name."""
    return session.scalar(select(Role).where(Role.name == name))


def get_role(session: Session, role_id: UUID) -> Role:
    """Return a role; raises NotFound."""
    role = session.scalar(select(Role).where(Role.id == role_id))
    if role is None:
        raise NotFound("There is no such role.", id=str(role_id))
    return role


def lock_role(session: Session, role_id: UUID) -> Role:
    """Return a role and keep other writers out until the end; raises NotFound."""
    statement = select(Role).where(Role.id == role_id).with_for_update()
    role = session.scalar(statement.execution_options(populate_existing=True))
    if role is None:
        raise NotFound("There is no such role.", id=str(role_id))
    return role


def list_roles(session: Session, names: Collection[str] | None = None) -> list[Role]:
    """Return the roles of the tenant by name, or those of the given names."""
    statement = select(Role).order_by(Role.name)
    if names is not None:
        statement = statement.where(Role.name.in_(names))
    return list(session.scalars(statement))


def permissions_of_roles(session: Session, role_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the permissions of some roles, sorted."""
    statement = (
        select(RolePermission.role_id, RolePermission.permission)
        .where(RolePermission.role_id.in_(role_ids))
        .order_by(RolePermission.permission)
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for role_id, permission in session.execute(statement):
        found[role_id].append(permission)
    return found


def describe_roles(session: Session, roles: Sequence[Role]) -> list[RoleDetail]:
    """Return roles with their permissions."""
    session.flush()
    permissions = permissions_of_roles(session, [role.id for role in roles])
    return [
        RoleDetail(
            id=role.id,
            revision=role.revision,
            name=role.name,
            title=role.title,
            is_built_in=role.is_built_in,
            permissions=permissions.get(role.id, []),
        )
        for role in roles
    ]


def count_enabled_admins(session: Session, *, without: UUID) -> int:
    """Count the users with the role admin who can sign in, leaving one user out."""
    statement = (
        select(func.count(User.id))
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(
            Role.name == rules.BuiltInRole.ADMIN,
            User.disabled_at.is_(None),
            User.password_hash != "",
            User.id != without,
        )
    )
    return session.scalar(statement) or 0


def lock_refresh_token(session: Session, session_id: UUID) -> RefreshToken | None:
    """Return a session's token family and keep other writers out until the end."""
    statement = select(RefreshToken).where(RefreshToken.id == session_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def failures(session: Session, key: str) -> list[dt.datetime]:
    """Return when sign-in failed lately under ``key``; the newest ones that can matter."""
    statement = (
        select(SigninFailure.at)
        .where(SigninFailure.key == key, SigninFailure.at > clock.now() - rules.FAILURE_WINDOW)
        .order_by(SigninFailure.at.desc())
        .limit(rules.MAX_FAILURES)
    )
    return list(session.scalars(statement))


def find_device_credential(session: Session, token_sha256: str) -> DeviceCredential | None:
    """Return the credential with that digest, in whatever tenant."""
    return session.scalar(
        select(DeviceCredential).where(DeviceCredential.token_sha256 == token_sha256)
    )


def credentials_revoked_since(session: Session, since: dt.datetime) -> set[UUID]:
    """Return the credentials of devices of any tenant that were revoked from an instant on."""
    statement = select(DeviceCredential.id).where(DeviceCredential.disabled_at >= since)
    return set(session.scalars(statement))


def lock_device_credentials(session: Session, device_id: UUID) -> list[DeviceCredential]:
    """Return the credentials of a device that still open a door."""
    statement = (
        select(DeviceCredential)
        .where(
            # The table has no row-level security: the tenant is named here.
            DeviceCredential.tenant_id == tenant_of(session),
            DeviceCredential.device_id == device_id,
            DeviceCredential.disabled_at.is_(None),
        )
        .order_by(DeviceCredential.id)
        .with_for_update()
    )
    return list(session.scalars(statement))


def audit_statement(
    *,
    entity_kind: str | None = None,
    entity_id: UUID | None = None,
    actor_id: UUID | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Select[*tuple[Any, ...]]:
    """Select the columns of audit entries, ``since`` included and ``until`` excluded."""
    statement: Select[*tuple[Any, ...]] = select(*AUDIT_COLUMNS)
    if entity_kind is not None:
        statement = statement.where(AuditEntry.entity_kind == entity_kind)
    if entity_id is not None:
        statement = statement.where(AuditEntry.entity_id == entity_id)
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    if since is not None:
        statement = statement.where(AuditEntry.at >= since)
    if until is not None:
        statement = statement.where(AuditEntry.at < until)
    return statement
