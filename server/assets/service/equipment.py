"""What is done with installed assets and the tree they form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.assets import queries, rules
from server.assets.errors import TreeRefused
from server.assets.events import (
    AssetArchived,
    AssetChanged,
    AssetCreated,
    AssetMoved,
    AssetRestored,
)
from server.assets.models import Asset, Device
from server.kernel import clock, creation, events
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.reference_data import StillInUse, assign, is_to_archive, is_to_restore
from server.places import api as places


def create_asset(
    session: Session,
    *,
    actor: Actor,
    model_id: UUID,
    site_id: UUID,
    name: str,
    serial: str | None = None,
    installed_on: dt.date | None = None,
    parent_id: UUID | None = None,
    asset_id: UUID | None = None,
) -> Asset:
    """Install an asset at a site; the same id and content again is the same asset.

    ``parent_id`` names the larger asset at the same site that it is a part of.
    """
    actor.require("assets.write")
    content = {
        "model_id": model_id,
        "site_id": site_id,
        "name": name,
        "serial": serial or None,
        "installed_on": installed_on,
        "parent_id": parent_id,
    }
    if made := creation.find_made(session, Asset, asset_id, content):
        return made
    queries.get_usable_model(session, model_id)
    places.get_usable_site(session, site_id)
    asset = Asset(id=asset_id or new_id(), **content)
    if parent_id is not None:
        _check_parent(session, asset, parent_id, levels_below=0)
    session.add(asset)
    events.record(
        session,
        AssetCreated(entity_id=asset.id, name=name, model_id=model_id, site_id=site_id),
    )
    return asset


def change_asset(
    session: Session, *, actor: Actor, asset: Asset, changes: Mapping[str, Any]
) -> Asset:
    """Change fields of an asset; ``is_archived`` archives or restores.

    At another site it stands under nothing unless ``parent_id`` names an asset there; what stands
    under it goes along.
    """
    actor.require("assets.write")
    wanted = dict(changes)
    if "serial" in wanted:
        wanted["serial"] = wanted["serial"] or None
    if wanted.get("model_id", asset.model_id) != asset.model_id:
        queries.get_usable_model(session, wanted["model_id"])
    from_site_id = asset.site_id
    if wanted.get("site_id", from_site_id) != from_site_id:
        wanted.setdefault("parent_id", None)
        places.get_usable_site(session, wanted["site_id"])
    below: list[list[Asset]] = []
    if not {"site_id", "parent_id"}.isdisjoint(wanted):
        # Two parts put under each other at the same time would make a circle.
        for site_id in sorted({from_site_id, wanted.get("site_id", from_site_id)}):
            places.lock_site(session, site_id)
        below = queries.levels_below(session, asset)
    changed = assign(asset, wanted)
    if asset.parent_id is not None and not {"parent_id", "site_id"}.isdisjoint(changed):
        _check_parent(session, asset, asset.parent_id, levels_below=len(below))
    if "site_id" in changed:
        _take_along(session, asset, below, from_site_id)
    if changed:
        events.record(session, AssetChanged(entity_id=asset.id, fields=changed))
    _archive_or_restore(session, asset, changes)
    return asset


def keep_site_with_assets(session: Session, event: Any) -> None:
    """Refuse to archive a site at which assets stand that are not archived."""
    count = queries.count_active(session, Asset, Asset.site_id == event.entity_id)
    if count:
        raise StillInUse("The site has assets that are not archived.", assets=count)


def _check_parent(session: Session, asset: Asset, parent_id: UUID, *, levels_below: int) -> None:
    with session.no_autoflush:
        parent = queries.get_usable_asset(session, parent_id, field="parent_id")
        above = queries.ids_above(session, parent_id)
    problem = rules.tree_problem(asset.id, above=above, levels_below=levels_below)
    if problem is not None:
        raise TreeRefused(
            "The asset cannot stand there.", problem=problem, most_levels=rules.MAX_TREE_DEPTH
        )
    if parent.site_id != asset.site_id:
        raise InvalidInput("A part stands at the site of the whole.", parent_id="At another site.")


def _take_along(
    session: Session, asset: Asset, below: list[list[Asset]], from_site_id: UUID
) -> None:
    parts = [part for level in below for part in level]
    if len(parts) >= queries.MOST_OF_A_TREE:
        raise TreeRefused("Too much stands under the asset to move it as a whole.")
    for moved in (asset, *parts):
        moved.site_id = asset.site_id
        events.record(
            session,
            AssetMoved(entity_id=moved.id, from_site_id=from_site_id, to_site_id=asset.site_id),
        )


def _archive_or_restore(session: Session, asset: Asset, changes: Mapping[str, Any]) -> None:
    if is_to_archive(asset, changes):
        parts = queries.count_active(session, Asset, Asset.parent_id == asset.id)
        devices = queries.count_active(session, Device, Device.asset_id == asset.id)
        if parts or devices:
            raise StillInUse(
                "Parts or devices of the asset are not archived.", parts=parts, devices=devices
            )
        asset.archived_at = clock.now()
        events.record(session, AssetArchived(entity_id=asset.id))
    elif is_to_restore(asset, changes):
        queries.get_usable_model(session, asset.model_id)
        places.get_usable_site(session, asset.site_id)
        if asset.parent_id is not None:
            queries.get_usable_asset(session, asset.parent_id, field="parent_id")
        asset.archived_at = None
        events.record(session, AssetRestored(entity_id=asset.id))
