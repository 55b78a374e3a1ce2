"""HTTP of the catalogue: parts, bills of materials and the parts of fault codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from inventory import queries, service
from inventory.models import BOMLine, FaultCodePart, Part
from inventory.queries.lists import (
    LINE_NAMES,
    PART_NAMES,
    columns,
    lines_statement,
    part_filters,
)
from inventory.schemas import (
    MAX_LINES,
    PART_CONVERT,
    QUANTITY_CONVERT,
    PartChangeSchema,
    PartCreateSchema,
    PartLineSchema,
    PartLinesSetSchema,
    PartQuerySchema,
    PartSchema,
)
from server.assets import api as assets
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.listing import fetch_named_page, named_filters
from server.kernel.paging import PageQuerySchema, fetch_page, page_response, page_schema
from server.kernel.problems import ProblemSchema

PART_COLUMNS = columns(Part, PART_NAMES)
FIRST_PAGE = {"limit": MAX_LINES, "cursor": None}

parts = ApiBlueprint(
    "parts", __name__, url_prefix="/api/v1/parts", description="The catalogue of parts"
)
lines = ApiBlueprint(
    "part-lines",
    __name__,
    url_prefix="/api/v1",
    description="Which parts an asset model consists of and a fault takes",
)


@parts.route("")
class Parts(MethodView):
    @requires("parts.read")
    @parts.arguments(PartQuerySchema, location="query")
    @parts.response(200, page_schema(PartSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List parts by name"""
        where = [*named_filters(Part, query), *part_filters(query)]
        page = fetch_named_page(current_session(), Part, PART_COLUMNS, where=where, query=query)
        return page_response(page, PART_NAMES, PART_CONVERT)

    @requires("parts.write")
    @parts.arguments(PartCreateSchema)
    @parts.response(201, PartSchema)
    @parts.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Part:
        """Add a part to the catalogue"""
        return service.create_part(current_session(), actor=current_actor(), **args)


@parts.route("/<uuid:part_id>")
class PartById(MethodView):
    @requires("parts.read")
    @parts.response(200, PartSchema)
    @parts.alt_response(404, schema=ProblemSchema)
    def get(self, part_id: UUID) -> Part:
        """Show a part"""
        return queries.get_part(current_session(), part_id)

    @requires("parts.write")
    @parts.arguments(PartChangeSchema)
    @parts.response(200, PartSchema)
    @parts.alt_response(404, schema=ProblemSchema)
    @parts.alt_response(409, schema=ProblemSchema)
    @parts.alt_response(412, schema=ProblemSchema)
    @parts.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], part_id: UUID) -> Part:
        """Change or archive a part"""
        part = queries.lock_part(current_session(), part_id)
        require_match(part)
        return service.change_part(
            current_session(), actor=current_actor(), part=part, changes=args
        )


@lines.route("/asset-models/<uuid:model_id>/bom-lines")
class BOMLines(MethodView):
    @requires("parts.read")
    @lines.arguments(PageQuerySchema, location="query")
    @lines.response(200, page_schema(PartLineSchema))
    @lines.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], model_id: UUID) -> Response:
        """List the parts an asset model consists of"""
        assets.get_model(current_session(), model_id)
        return _page_of(BOMLine, BOMLine.model_id, model_id, query)

    @requires("parts.write")
    @lines.arguments(PartLinesSetSchema)
    @lines.response(200, page_schema(PartLineSchema))
    @lines.alt_response(404, schema=ProblemSchema)
    def put(self, args: dict[str, Any], model_id: UUID) -> Response:
        """Say which parts an asset model consists of"""
        service.set_bom_lines(
            current_session(), actor=current_actor(), model_id=model_id, lines=_given(args)
        )
        return _page_of(BOMLine, BOMLine.model_id, model_id, FIRST_PAGE)


@lines.route("/fault-codes/<uuid:fault_code_id>/parts")
class FaultCodeParts(MethodView):
    @requires("parts.read")
    @lines.arguments(PageQuerySchema, location="query")
    @lines.response(200, page_schema(PartLineSchema))
    @lines.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], fault_code_id: UUID) -> Response:
        """List the parts a fault usually takes"""
        assets.get_fault_code(current_session(), fault_code_id)
        return _page_of(FaultCodePart, FaultCodePart.fault_code_id, fault_code_id, query)

    @requires("parts.write")
    @lines.arguments(PartLinesSetSchema)
    @lines.response(200, page_schema(PartLineSchema))
    @lines.alt_response(404, schema=ProblemSchema)
    def put(self, args: dict[str, Any], fault_code_id: UUID) -> Response:
        """Say which parts a fault usually takes"""
        service.set_fault_code_parts(
            current_session(),
            actor=current_actor(),
            fault_code_id=fault_code_id,
            lines=_given(args),
        )
        return _page_of(FaultCodePart, FaultCodePart.fault_code_id, fault_code_id, FIRST_PAGE)


def _given(args: Mapping[str, Any]) -> list[service.Line]:
    return [service.Line(**line) for line in args["lines"]]


def _page_of(
    model: type[BOMLine | FaultCodePart],
    column: Any,
    owner_id: UUID,
    query: Mapping[str, Any],
) -> Response:
    statement = lines_statement(model, column, owner_id)
    page = fetch_page(current_session(), statement, keys=[model.id], query=query)
    return page_response(page, LINE_NAMES, QUANTITY_CONVERT)
