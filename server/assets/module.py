"""Wiring of assets."""

from __future__ import annotations

from server.assets import demo, feed, routes, service
from server.assets.errors import DeviceNameTaken, FaultCodeExists, ModelExists, SerialTaken
from server.kernel.creation import IdTaken
from server.kernel.modules import Module
from server.places.api import SiteArchived

DESK = ("admin", "director", "dispatcher", "agent", "lead")

MODULE = Module(
    name="assets",
    blueprints=routes.BLUEPRINTS,
    subscribers={SiteArchived: (service.keep_site_with_assets,)},
    feed_kinds=feed.FEED_KINDS,
    permissions={
        "assets.read": (*DESK, "engineer", "storekeeper"),
        "assets.write": ("admin", "dispatcher", "agent", "lead"),
        "asset_models.write": ("admin", "lead"),
        "devices.read": DESK,
        "devices.write": ("admin", "lead"),
        "devices.credentials": ("admin",),
    },
    constraints={
        "pk_asset_model": IdTaken,
        "pk_fault_code": IdTaken,
        "pk_asset": IdTaken,
        "pk_device": IdTaken,
        "uq_asset_model_tenant_id_manufacturer_name": ModelExists,
        "uq_fault_code_tenant_id_model_id_code": FaultCodeExists,
        "uq_asset_tenant_id_model_id_serial": SerialTaken,
        "uq_device_tenant_id_name": DeviceNameTaken,
    },
    demo=demo.seed,
)
