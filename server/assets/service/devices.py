"""What is done with devices: bind them to assets, and give them credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.assets import queries, rules
from server.assets.events import DeviceArchived, DeviceBound, DeviceChanged, DeviceRestored
from server.assets.models import Device, DeviceBinding
from server.auth import api as auth
from server.kernel import clock, creation, events
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.reference_data import assign, is_to_archive, is_to_restore
from server.kernel.session import occurred_at


def create_device(
    session: Session,
    *,
    actor: Actor,
    asset_id: UUID,
    name: str,
    expected_interval_seconds: int | None = None,
    device_id: UUID | None = None,
) -> Device:
    """Register the sensor box that reports for an asset under ``name``.

    The same id and content again is the same device. It can sign in once it has a credential.
    """
    actor.require("devices.write")
    content = {
        "asset_id": asset_id,
        "name": name,
        "expected_interval_seconds": expected_interval_seconds,
    }
    if made := creation.find_made(session, Device, device_id, content):
        return made
    if not rules.is_device_name(name):
        raise InvalidInput(
            "A device is named like one level of a topic.",
            name="Letters, digits, dot, hyphen and underscore, at most 64, like pump-17.",
        )
    queries.get_usable_asset(session, asset_id)
    device = Device(id=device_id or new_id(), **content)
    session.add(device)
    session.flush()
    _bind(session, device, from_asset_id=None)
    return device


def change_device(
    session: Session, *, actor: Actor, device: Device, changes: Mapping[str, Any]
) -> Device:
    """Change a device; another ``asset_id`` binds it anew and keeps the old binding as past."""
    actor.require("devices.write")
    from_asset_id = device.asset_id
    if changes.get("asset_id", from_asset_id) != from_asset_id:
        queries.get_usable_asset(session, changes["asset_id"])
    changed = assign(device, changes)
    if "asset_id" in changed:
        _bind(session, device, from_asset_id=from_asset_id)
        changed.remove("asset_id")
    if changed:
        events.record(session, DeviceChanged(entity_id=device.id, fields=changed))
    if is_to_archive(device, changes):
        auth.revoke_device_credentials(session, device_id=device.id)
        device.archived_at = clock.now()
        events.record(session, DeviceArchived(entity_id=device.id))
    elif is_to_restore(device, changes):
        queries.get_usable_asset(session, device.asset_id)
        device.archived_at = None
        events.record(session, DeviceRestored(entity_id=device.id))
    return device


def issue_credential(session: Session, *, actor: Actor, device: Device) -> str:
    """Give a device one more token and return it; it is shown this once."""
    actor.require("devices.credentials")
    if device.archived_at is not None:
        raise InvalidInput("The device is archived.", device_id="archived")
    return auth.issue_device_credential(session, device_id=device.id, device_name=device.name)


def revoke_credentials(session: Session, *, actor: Actor, device: Device) -> int:
    """Void every token of a device; how many there were."""
    actor.require("devices.credentials")
    return auth.revoke_device_credentials(session, device_id=device.id)


def _bind(session: Session, device: Device, *, from_asset_id: UUID | None) -> None:
    now = occurred_at(session)
    binding = queries.find_open_binding(session, device.id)
    if binding is not None:
        binding.unbound_at = max(now, binding.bound_at)
        now = binding.unbound_at
        session.flush()
    session.add(DeviceBinding(device_id=device.id, asset_id=device.asset_id, bound_at=now))
    events.record(
        session,
        DeviceBound(
            entity_id=device.id,
            name=device.name,
            to_asset_id=device.asset_id,
            from_asset_id=from_asset_id,
        ),
    )
