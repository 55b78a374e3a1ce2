"""HTTP routes of installed assets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.assets import queries, service
from server.assets.feed import ASSET_COLUMNS
from server.assets.models import Asset
from server.assets.schemas import (
    ASSET_NAMES,
    AssetChangeSchema,
    AssetCreateSchema,
    AssetQuerySchema,
    AssetSchema,
    AssetTreeSchema,
)
from server.kernel.history import HistoryEntrySchema, Subjects, history_response
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    current_session,
    require_match,
    requires,
)
from server.kernel.listing import fetch_named_page, named_filters
from server.kernel.paging import PageQuerySchema, json_response, page_response, page_schema
from server.kernel.problems import ProblemSchema

assets = ApiBlueprint(
    "assets", __name__, url_prefix="/api/v1/assets", description="Installed equipment."
)


@assets.route("")
class Assets(MethodView):
    @requires("assets.read")
    @assets.arguments(AssetQuerySchema, location="query")
    @assets.response(200, page_schema(AssetSchema))
    @assets.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List assets by name"""
        where = named_filters(Asset, query)
        for name in ("site_id", "model_id", "parent_id", "serial"):
            if query[name] is not None:
                where.append(getattr(Asset, name) == query[name])
        page = fetch_named_page(current_session(), Asset, ASSET_COLUMNS, where=where, query=query)
        return page_response(page, ASSET_NAMES)

    @requires("assets.write")
    @assets.arguments(AssetCreateSchema)
    @assets.response(201, AssetSchema)
    @assets.alt_response(409, schema=ProblemSchema)
    @assets.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Asset:
        """Install an asset at a site"""
        return service.create_asset(current_session(), actor=current_actor(), **args)


@assets.route("/<uuid:asset_id>")
class AssetById(MethodView):
    @requires("assets.read")
    @assets.response(200, AssetSchema)
    @assets.alt_response(404, schema=ProblemSchema)
    def get(self, asset_id: UUID) -> Asset:
        """Show an asset"""
        return queries.get_asset(current_session(), asset_id)

    @requires("assets.write")
    @assets.arguments(AssetChangeSchema)
    @assets.response(200, AssetSchema)
    @assets.alt_response(404, schema=ProblemSchema)
    @assets.alt_response(409, schema=ProblemSchema)
    @assets.alt_response(412, schema=ProblemSchema)
    @assets.alt_response(422, schema=ProblemSchema)
    @assets.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], asset_id: UUID) -> Asset:
        """Change, move, archive or restore an asset"""
        asset = queries.lock_asset(current_session(), asset_id)
        require_match(asset)
        return service.change_asset(
            current_session(), actor=current_actor(), asset=asset, changes=args
        )


@assets.route("/<uuid:asset_id>/tree")
class AssetTree(MethodView):
    @requires("assets.read")
    @assets.response(200, AssetTreeSchema)
    @assets.alt_response(404, schema=ProblemSchema)
    def get(self, asset_id: UUID) -> Response:
        """List an asset and everything that stands under it, level by level"""
        asset = queries.get_asset(current_session(), asset_id)
        levels = [[asset], *queries.levels_below(current_session(), asset)]
        items = [
            {**{name: getattr(part, name) for name in ASSET_NAMES}, "depth": depth}
            for depth, parts in enumerate(levels)
            for part in parts
        ]
        return json_response({"items": items})


@assets.route("/<uuid:asset_id>/history")
class AssetHistory(MethodView):
    @requires("assets.read")
    @assets.arguments(PageQuerySchema, location="query")
    @assets.response(200, page_schema(HistoryEntrySchema))
    @assets.alt_response(404, schema=ProblemSchema)
    @assets.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any], asset_id: UUID) -> Response:
        """List what happened to an asset, to its devices and in the work done on it"""
        session = current_session()
        asset = queries.get_asset(session, asset_id)
        subjects: Any = current_platform().port(Subjects)  # type: ignore[type-abstract]
        return history_response(
            session,
            {
                **subjects.about(session, current_actor(), "asset", [asset.id]),
                "asset": [asset.id],
                "device": queries.device_ids_of(session, asset.id),
            },
            query,
        )
