"""HTTP routes of asset models and their fault codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from sqlalchemy import select

from server.assets import queries, service
from server.assets.feed import MODEL_COLUMNS
from server.assets.models import AssetModel, FaultCode
from server.assets.schemas import (
    MODEL_NAMES,
    AssetModelChangeSchema,
    AssetModelCreateSchema,
    AssetModelSchema,
    FaultCodeChangeSchema,
    FaultCodeCreateSchema,
    FaultCodeSchema,
    fault_code_document,
)
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.listing import NamedQuerySchema, fetch_named_page, named_filters
from server.kernel.paging import (
    PageQuerySchema,
    fetch_page,
    json_response,
    page_response,
    page_schema,
)
from server.kernel.problems import ProblemSchema

models = ApiBlueprint(
    "asset_models",
    __name__,
    url_prefix="/api/v1/asset-models",
    description="Types of equipment and how they fail.",
)
fault_codes = ApiBlueprint(
    "fault_codes",
    __name__,
    url_prefix="/api/v1/fault-codes",
    description="What a fault calls for: skills, time, checklist.",
)


@models.route("")
class AssetModels(MethodView):
    @requires("assets.read")
    @models.arguments(NamedQuerySchema, location="query")
    @models.response(200, page_schema(AssetModelSchema))
    @models.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List asset models by name"""
        page = fetch_named_page(
            current_session(),
            AssetModel,
            MODEL_COLUMNS,
            where=named_filters(AssetModel, query),
            query=query,
        )
        return page_response(page, MODEL_NAMES)

    @requires("asset_models.write")
    @models.arguments(AssetModelCreateSchema)
    @models.response(201, AssetModelSchema)
    @models.alt_response(409, schema=ProblemSchema)
    @models.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> AssetModel:
        """Create an asset model"""
        return service.create_model(current_session(), actor=current_actor(), **args)


@models.route("/<uuid:model_id>")
class AssetModelById(MethodView):
    @requires("assets.read")
    @models.response(200, AssetModelSchema)
    @models.alt_response(404, schema=ProblemSchema)
    def get(self, model_id: UUID) -> AssetModel:
        """Show an asset model"""
        return queries.get_model(current_session(), model_id)

    @requires("asset_models.write")
    @models.arguments(AssetModelChangeSchema)
    @models.response(200, AssetModelSchema)
    @models.alt_response(404, schema=ProblemSchema)
    @models.alt_response(409, schema=ProblemSchema)
    @models.alt_response(412, schema=ProblemSchema)
    @models.alt_response(422, schema=ProblemSchema)
    @models.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], model_id: UUID) -> AssetModel:
        """Change, archive or restore an asset model"""
        model = queries.lock_model(current_session(), model_id)
        require_match(model)
        return service.change_model(
            current_session(), actor=current_actor(), model=model, changes=args
        )


@models.route("/<uuid:model_id>/fault-codes")
class FaultCodesOfModel(MethodView):
    @requires("assets.read")
    @models.arguments(PageQuerySchema, location="query")
    @models.response(200, page_schema(FaultCodeSchema))
    @models.alt_response(404, schema=ProblemSchema)
    @models.alt_response(422, schema=ProblemSchema)
    def get(self, query: dict[str, Any], model_id: UUID) -> Response:
        """List the fault codes of an asset model, archived ones included"""
        model = queries.get_model(current_session(), model_id)
        statement = select(FaultCode).where(FaultCode.model_id == model.id)
        page = fetch_page(
            current_session(), statement, keys=[FaultCode.code, FaultCode.id], query=query
        )
        items = [fault_code_document(fault_code) for fault_code in page.items]
        return json_response({"items": items, "next": page.next})

    @requires("asset_models.write")
    @models.arguments(FaultCodeCreateSchema)
    @models.response(201, FaultCodeSchema)
    @models.alt_response(404, schema=ProblemSchema)
    @models.alt_response(409, schema=ProblemSchema)
    @models.alt_response(422, schema=ProblemSchema)
    def post(self, args: dict[str, Any], model_id: UUID) -> FaultCode:
        """Create a fault code of an asset model, with its skills and checklist"""
        model = queries.get_model(current_session(), model_id)
        return service.create_fault_code(
            current_session(), actor=current_actor(), model_id=model.id, **args
        )


@fault_codes.route("/<uuid:fault_code_id>")
class FaultCodeById(MethodView):
    @requires("assets.read")
    @fault_codes.response(200, FaultCodeSchema)
    @fault_codes.alt_response(404, schema=ProblemSchema)
    def get(self, fault_code_id: UUID) -> FaultCode:
        """Show a fault code with its skills and checklist"""
        return queries.get_fault_code(current_session(), fault_code_id)

    @requires("asset_models.write")
    @fault_codes.arguments(FaultCodeChangeSchema)
    @fault_codes.response(200, FaultCodeSchema)
    @fault_codes.alt_response(404, schema=ProblemSchema)
    @fault_codes.alt_response(409, schema=ProblemSchema)
    @fault_codes.alt_response(412, schema=ProblemSchema)
    @fault_codes.alt_response(422, schema=ProblemSchema)
    @fault_codes.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], fault_code_id: UUID) -> FaultCode:
        """Change, archive or restore a fault code; lists are replaced as a whole"""
        fault_code = queries.lock_fault_code(current_session(), fault_code_id)
        require_match(fault_code)
        return service.change_fault_code(
            current_session(), actor=current_actor(), fault_code=fault_code, changes=args
        )
