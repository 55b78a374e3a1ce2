"""Roles are rows of permissions: seeded from what the modules declare, changed at run time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.auth import queries, rules
from server.auth.errors import (
    ExceedsOwnPermissions,
    RoleBuiltIn,
    RoleInUse,
    RoleTaken,
)
from server.auth.models import Role, RolePermission, UserRole
from server.auth.rules import BuiltInRole
from server.kernel import changes
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.session import platform_of


def sync_roles(session: Session, _payload: dict[str, Any] | None = None) -> None:
    """Give the built-in roles what the modules newly declare for them.

    Runs for a new tenant and after each upgrade; what an administrator has taken away stays away.
    """
    declared = platform_of(session).permissions
    present = {role.name: role for role in queries.list_roles(session)}
    for built_in in BuiltInRole:
        role = present.get(built_in)
        if role is None:
            role = Role(id=new_id(), name=built_in, title=built_in.capitalize(), is_built_in=True)
            role.known_permissions = []
            session.add(role)
        known = set(role.known_permissions)
        if known >= declared.keys():
            continue
        wanted = {name for name, roles in declared.items() if built_in in roles}
        _add(session, role, wanted - known)
        role.known_permissions = sorted(known | declared.keys())
    session.flush()


def create_role(
    session: Session, *, actor: Actor, name: str, title: str, permissions: Collection[str]
) -> Role:
    """Add a role of the tenant's own."""
    _check(session, actor, permissions)
    if not rules.is_role_name(name):
        raise InvalidInput(
            "The name cannot be used.",
            name="A lower-case letter, then letters, digits, hyphens and underscores; 2 to 40.",
        )
    if queries.find_role(session, name) is not None:
        raise RoleTaken("There is already a role with this name.", name=name)
    declared = platform_of(session).permissions
    role = Role(name=name, title=title, known_permissions=sorted(declared))
    session.add(role)
    session.flush()
    _add(session, role, set(permissions))
    return role


def set_permissions(
    session: Session, *, actor: Actor, role: Role, permissions: Collection[str]
) -> Role:
    """Give a role exactly these permissions; whoever holds it feels it at the next request."""
    wanted = set(permissions)
    rows = {
        row.permission: row
        for row in session.scalars(select(RolePermission).where(RolePermission.role_id == role.id))
    }
    # What nobody declares any more may stay, but cannot be given anew.
    _check(session, actor, wanted - rows.keys())
    if role.name == BuiltInRole.ADMIN and not wanted >= rules.ADMIN_KEYS:
        missing = sorted(rules.ADMIN_KEYS - wanted)
        raise RoleBuiltIn("The role admin keeps these permissions.", permissions=missing)
    for permission in rows.keys() - wanted:
        session.delete(rows[permission])
    _add(session, role, wanted - rows.keys())
    changes.touch(session, role)
    session.flush()
    return role


def remove_role(session: Session, *, actor: Actor, role: Role) -> None:
    """Remove a role of the tenant's own that nobody holds."""
    actor.require("roles.manage")
    if role.is_built_in:
        raise RoleBuiltIn("A built-in role cannot be removed.", name=role.name)
    if session.scalar(select(UserRole.id).where(UserRole.role_id == role.id).limit(1)):
        raise RoleInUse("Take the role from its users first.", name=role.name)
    for row in session.scalars(select(RolePermission).where(RolePermission.role_id == role.id)):
        session.delete(row)
    session.flush()
    session.delete(role)


def require_power(actor: Actor, permissions: Collection[str]) -> None:
    """Refuse an actor who would give, or govern, more than he or she holds.

    Whoever may change roles could do so anyway and is not asked.
    """
    if actor.kind is ActorKind.SYSTEM or actor.may("roles.manage"):
        return
    if not rules.covers(actor.permissions, permissions):
        lacking = sorted(set(permissions) - actor.permissions)
        raise ExceedsOwnPermissions("This goes beyond your own permissions.", permissions=lacking)


def _check(session: Session, actor: Actor, permissions: Collection[str]) -> None:
    actor.require("roles.manage")
    unknown = sorted(set(permissions) - platform_of(session).permissions.keys())
    if unknown:
        raise InvalidInput(
            "Some permissions do not exist.", permissions=f"Unknown: {', '.join(unknown)}."
        )


def _add(session: Session, role: Role, permissions: Collection[str]) -> None:
    session.add_all(
        RolePermission(role_id=role.id, permission=permission) for permission in sorted(permissions)
    )
