from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest

from server.assets import api
from server.assets.schemas import AssetModelSchema, AssetSchema, DeviceSchema, FaultCodeSchema
from server.kernel import changes
from server.kernel.actors import Actor, ActorKind
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.places.schemas import CustomerSchema, SiteSchema, TerritorySchema
from tests.builders import a_device, a_fault_code, a_territory

SCHEMAS = {
    "customer": CustomerSchema,
    "site": SiteSchema,
    "territory": TerritorySchema,
    "asset_model": AssetModelSchema,
    "asset": AssetSchema,
    "device": DeviceSchema,
}
SCOPES = {
    "customer": "desk",
    "site": "t",
    "territory": "desk",
    "asset_model": "t",
    "asset": "t",
    "device": "desk",
}


Fed = dict[str, set[tuple[str, UUID]]]


@pytest.fixture
def fed(working: Callable[..., Any]) -> Fed:
    """What the feed has after one record of each kind was made: kind and id by scope."""
    with working() as session:
        device = a_device(session)
        a_territory(session)
        a_fault_code(session, api.get_asset(session, device.asset_id).model_id)
    with working(write=False) as session:
        top = changes.height(session).seq
        return {
            scope: {
                (change.kind, change.entity_id)
                for change in changes.changes_after(
                    session, scopes=[scope], after=0, up_to=top, limit=1000
                )
                if change.kind in SCHEMAS
            }
            for scope in ("t", "desk")
        }


def test_every_record_is_in_the_scope_of_those_who_hold_it(fed: Fed) -> None:
    for scope, found in fed.items():
        assert {kind for kind, _ in found} == {k for k, s in SCOPES.items() if s == scope}


def test_a_document_has_the_fields_of_the_rest_schema(
    fed: Fed, platform: Platform, working: Callable[..., Any], actor: Actor
) -> None:
    with working(write=False) as session:
        for kind, record_id in fed["t"] | fed["desk"]:
            document = platform.feed_kinds[kind].documents(session, actor, [record_id])[record_id]
            orjson.dumps(document)

            fault_codes = document.pop("fault_codes", [])

            assert set(document) == set(SCHEMAS[kind]().fields)
            assert len(fault_codes) == (kind == "asset_model")
            assert all(set(one) == set(FaultCodeSchema().fields) for one in fault_codes)


def test_who_may_not_read_a_record_gets_no_document(
    fed: Fed, platform: Platform, working: Callable[..., Any], actor: Actor
) -> None:
    stranger = Actor(id=new_id(), kind=ActorKind.CUSTOMER, tenant_id=actor.tenant_id)

    with working(write=False) as session:
        for kind, record_id in fed["t"] | fed["desk"]:
            documents = platform.feed_kinds[kind].documents(session, stranger, [record_id])
            assert documents == {}
