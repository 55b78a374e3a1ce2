"""Tenants and the first administrator."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from server.auth import queries, rules
from server.auth.errors import TenantTaken
from server.auth.rules import BuiltInRole
from server.auth.service.roles import sync_roles
from server.auth.service.users import create_user
from server.kernel import changes
from server.kernel.actors import system
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.session import enter_tenant
from server.kernel.tenancy import Tenant

FIRST_TENANT = "main"
FIRST_LOGIN = "admin"


def create_tenant(
    session: Session, *, slug: str, name: str, timezone: str, is_demo: bool = False
) -> Tenant:
    """Add an organisation with its built-in roles and its change feed.

    The unit of work must have begun without tenant; afterwards it is the new tenant's.
    """
    if not rules.is_slug(slug):
        raise InvalidInput(
            "The slug cannot be used.", slug="Lower-case letters, digits, hyphens; at most 40."
        )
    if queries.find_tenant(session, slug) is not None:
        raise TenantTaken("Another tenant has this slug.", slug=slug)
    tenant = Tenant(id=new_id(), slug=slug, name=name, timezone=timezone, is_demo=is_demo)
    session.add(tenant)
    session.flush()
    enter_tenant(session, tenant.id)
    changes.start_feed(session, tenant.id)
    sync_roles(session)
    return tenant


def ensure_admin(session: Session) -> str | None:
    """Make ``admin@main`` at the first start and return the password, to be shown once.

    The unit of work must have begun without tenant. None when that user exists already.
    """
    tenant = queries.find_tenant(session, FIRST_TENANT)
    if tenant is None:
        tenant = create_tenant(session, slug=FIRST_TENANT, name="Main", timezone="UTC")
    else:
        enter_tenant(session, tenant.id)
        sync_roles(session)
    if queries.find_user_by_login(session, FIRST_LOGIN) is not None:
        return None
    password = secrets.token_urlsafe(15)
    create_user(
        session,
        actor=system(tenant.id),
        login=FIRST_LOGIN,
        display_name="Administrator",
        password=password,
        roles=[BuiltInRole.ADMIN],
    )
    return password
