"""Credentials of devices: one table behind every way in, read before a tenant is known."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.auth import queries, tokens
from server.auth.events import DeviceCredentialIssued, DeviceCredentialRevoked
from server.auth.models import DeviceCredential, RolePermission
from server.auth.rules import BuiltInRole
from server.kernel import clock, events
from server.kernel.actors import Actor, ActorKind
from server.kernel.ids import new_id
from server.kernel.session import platform_of, tenant_of
from server.kernel.tenancy import Tenant


@dataclass(frozen=True, kw_only=True)
class DeviceIdentity:
    """The device that a token proves, and the tenant it belongs to."""

    credential_id: UUID
    device_id: UUID
    device_name: str
    tenant_id: UUID
    tenant_slug: str


def issue_device_credential(session: Session, *, device_id: UUID, device_name: str) -> str:
    """Give a device one more token and return it; it cannot be shown again.

    Older tokens stay good, so that a fleet can be changed over; ``revoke_device_credentials``
    voids them. ``device_name`` is the name in topics.
    """
    token = tokens.new_device_token()
    _keep(session, device_id, device_name, token)
    return token


def _keep(session: Session, device_id: UUID, device_name: str, token: str) -> None:
    tenant = queries.get_tenant(session)
    credential = DeviceCredential(
        id=new_id(),
        tenant_id=tenant.id,
        tenant_slug=tenant.slug,
        device_id=device_id,
        device_name=device_name,
        token_sha256=tokens.digest(token),
    )
    session.add(credential)
    events.record(session, DeviceCredentialIssued(entity_id=device_id, credential_id=credential.id))


def give_demo_token(session: Session, *, device_id: UUID, device_name: str) -> str:
    """Give a device of the demonstration a token that everybody may read in the guide.

    It is good only while the demonstration is switched on.
    """
    tenant = queries.get_tenant(session)
    if not tenant.is_demo:
        msg = f"The tenant {tenant.slug} is real; its tokens are secrets."
        raise ValueError(msg)
    token = f"{tenant.slug}-{device_name}"
    if queries.find_device_credential(session, tokens.digest(token)) is None:
        _keep(session, device_id, device_name, token)
    return token


def revoke_device_credentials(session: Session, *, device_id: UUID) -> int:
    """Void every token of a device; how many there were."""
    credentials = queries.lock_device_credentials(session, device_id)
    for credential in credentials:
        credential.disabled_at = clock.now()
        events.record(
            session, DeviceCredentialRevoked(entity_id=device_id, credential_id=credential.id)
        )
    return len(credentials)


def rename_device(session: Session, *, device_id: UUID, device_name: str) -> None:
    """Let the credentials of a device follow its name in topics."""
    for credential in queries.lock_device_credentials(session, device_id):
        credential.device_name = device_name


def authenticate_device(session: Session, token: str) -> DeviceIdentity | None:
    """Return the device that ``token`` proves, None when it proves nothing.

    May be called in a unit of work without tenant. Devices of the demonstration prove nothing
    unless it is switched on: their tokens are no secrets.
    """
    credential = queries.find_device_credential(session, tokens.digest(token))
    if credential is None or credential.disabled_at is not None:
        return None
    tenant = session.get_one(Tenant, credential.tenant_id)
    if tenant.is_demo and not platform_of(session).settings.demo:
        return None
    return DeviceIdentity(
        credential_id=credential.id,
        device_id=credential.device_id,
        device_name=credential.device_name,
        tenant_id=credential.tenant_id,
        tenant_slug=credential.tenant_slug,
    )


def device_actor(session: Session, identity: DeviceIdentity) -> Actor:
    """Return a device as actor, with what the role device may do today."""
    role = queries.find_role(session, BuiltInRole.DEVICE)
    permissions: frozenset[str] = frozenset()
    if role is not None:
        statement = select(RolePermission.permission).where(RolePermission.role_id == role.id)
        permissions = frozenset(session.scalars(statement))
    return Actor(
        id=identity.device_id,
        kind=ActorKind.DEVICE,
        tenant_id=tenant_of(session),
        permissions=permissions,
        name=identity.device_name,
    )
