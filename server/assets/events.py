"""Facts about asset models, assets and devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AssetModelCreated(Event):
    """A type of equipment became known."""

    type: ClassVar[str] = "asset_model.created"
    entity_kind: ClassVar[str] = "asset_model"

    name: str


@dataclass(frozen=True, kw_only=True)
class AssetModelChanged(Event):
    """Fields or fault codes of an asset model changed; the audit trail has the values."""

    type: ClassVar[str] = "asset_model.changed"
    entity_kind: ClassVar[str] = "asset_model"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class AssetCreated(Event):
    """An asset was installed at a site."""

    type: ClassVar[str] = "asset.created"
    entity_kind: ClassVar[str] = "asset"

    name: str
    model_id: UUID
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class AssetChanged(Event):
    """Fields of an asset changed; the audit trail has the values."""

    type: ClassVar[str] = "asset.changed"
    entity_kind: ClassVar[str] = "asset"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class AssetMoved(Event):
    """An asset went to another site, and what stands under it went along."""

    type: ClassVar[str] = "asset.moved"
    entity_kind: ClassVar[str] = "asset"

    from_site_id: UUID
    to_site_id: UUID


@dataclass(frozen=True, kw_only=True)
class AssetArchived(Event):
    """An asset is kept for the past only."""

    type: ClassVar[str] = "asset.archived"
    entity_kind: ClassVar[str] = "asset"


@dataclass(frozen=True, kw_only=True)
class AssetRestored(Event):
    """An archived asset is used again."""

    type: ClassVar[str] = "asset.restored"
    entity_kind: ClassVar[str] = "asset"


@dataclass(frozen=True, kw_only=True)
class DeviceBound(Event):
    """A device reports for an asset from now on; ``from_asset_id`` is None for a new device."""

    type: ClassVar[str] = "device.bound"
    entity_kind: ClassVar[str] = "device"

    name: str
    to_asset_id: UUID
    from_asset_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class DeviceChanged(Event):
    """Fields of a device changed; the audit trail has the values."""

    type: ClassVar[str] = "device.changed"
    entity_kind: ClassVar[str] = "device"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class DeviceArchived(Event):
    """A device reports no more; its credentials are void."""

    type: ClassVar[str] = "device.archived"
    entity_kind: ClassVar[str] = "device"


@dataclass(frozen=True, kw_only=True)
class DeviceRestored(Event):
    """An archived device is used again; it needs new credentials."""

    type: ClassVar[str] = "device.restored"
    entity_kind: ClassVar[str] = "device"
