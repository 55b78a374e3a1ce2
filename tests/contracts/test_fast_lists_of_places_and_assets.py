from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.assets import schemas as asset_schemas
from server.assets.models import Asset, AssetModel, Device, DeviceBinding, FaultCode
from server.assets.rules import ChecklistKind, TaskDefinition
from server.kernel.events import EventRecord
from server.kernel.history import HistoryEntrySchema
from server.places import schemas as place_schemas
from server.places.models import Customer, Site, Territory
from tests.builders import a_device, a_fault_code, a_site, a_territory, an_asset
from tests.contracts.fast_lists import assert_fast_list_matches
from tests.platforms import ApiClient


@pytest.fixture
def made(working: Callable[..., Any]) -> dict[str, Any]:
    """One record of each kind, with and without what may be missing."""
    with working() as session:
        territory = a_territory(session)
        site, _ = a_site(session), a_site(session, at=(-8.4, 41.3))
        asset = an_asset(session, site_id=site.id, serial="S-1")
        device = a_device(session, asset_id=asset.id, expected_interval_seconds=60)
        a_device(session)
        a_fault_code(session, model_id=asset.model_id)
        tasks = [
            TaskDefinition(title="Locked out"),
            TaskDefinition(
                title="Pressure", kind=ChecklistKind.READING, unit="bar", low=-1_500, high=8_000
            ),
        ]
        a_fault_code(session, model_id=asset.model_id, tasks=tasks)
        return {
            "customer": site.customer_id,
            "site": site.id,
            "territory": territory.id,
            "model": asset.model_id,
            "asset": asset.id,
            "device": device.id,
        }


@pytest.mark.parametrize(
    "listed",
    [
        ("/customers", Customer, place_schemas.CustomerSchema, ()),
        ("/customers/{customer}/history", EventRecord, HistoryEntrySchema, ()),
        ("/sites", Site, place_schemas.ListedSiteSchema, ("distance_metres",)),
        (
            "/sites?near=-8.6,41.1",
            Site,
            place_schemas.ListedSiteSchema,
            ("distance_metres",),
        ),
        ("/sites/{site}/history", EventRecord, HistoryEntrySchema, ()),
        ("/territories", Territory, place_schemas.TerritorySchema, ()),
        ("/asset-models", AssetModel, asset_schemas.AssetModelSchema, ()),
        ("/asset-models/{model}/fault-codes", FaultCode, asset_schemas.FaultCodeSchema, ()),
        ("/assets", Asset, asset_schemas.AssetSchema, ()),
        ("/assets/{asset}/tree", Asset, asset_schemas.AssetInTreeSchema, ("depth",)),
        ("/assets/{asset}/history", EventRecord, HistoryEntrySchema, ()),
        ("/devices", Device, asset_schemas.DeviceSchema, ()),
        (
            "/devices/{device}/bindings",
            DeviceBinding,
            asset_schemas.DeviceBindingSchema,
            (),
        ),
    ],
    ids=lambda listed: listed[0],
)
def test_a_fast_list_is_what_its_schema_says(
    client: ApiClient,
    working: Callable[..., Any],
    made: dict[str, Any],
    listed: tuple[str, Any, Any, tuple[str, ...]],
) -> None:
    path, model, schema, apart_from = listed

    with working(write=False) as session:
        assert_fast_list_matches(
            client,
            session,
            "/api/v1" + path.format(**made),
            model=model,
            schema=schema,
            apart_from=apart_from,
        )
