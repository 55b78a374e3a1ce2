"""HTTP of stock: locations, levels, moves, counts and transfers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from inventory import queries, service
from inventory.models import StockLevel, StockLocation, StockMove
from inventory.queries.lists import (
    LEVEL_NAMES,
    LOCATION_NAMES,
    MOVE_NAMES,
    columns,
    levels_statement,
    location_filters,
    moves_statement,
)
from inventory.rules import MoveReason
from inventory.schemas import (
    LEVEL_CONVERT,
    LOCATION_CONVERT,
    QUANTITY_CONVERT,
    StockCountSchema,
    StockLevelQuerySchema,
    StockLevelSchema,
    StockLocationChangeSchema,
    StockLocationCreateSchema,
    StockLocationQuerySchema,
    StockLocationSchema,
    StockMoveBookSchema,
    StockMoveQuerySchema,
    StockMoveSchema,
    TransferBookSchema,
    TransferSchema,
)
from server.kernel.errors import InvalidInput, NotFound
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.listing import fetch_named_page, named_filters
from server.kernel.paging import fetch_page, page_response, page_schema
from server.kernel.problems import ProblemSchema

LOCATION_COLUMNS = columns(StockLocation, LOCATION_NAMES)
BOOK = {
    MoveReason.RECEIPT: service.receive_stock,
    MoveReason.RETURN: service.return_stock,
    MoveReason.ADJUSTMENT: service.adjust_stock,
}

locations = ApiBlueprint(
    "stock-locations",
    __name__,
    url_prefix="/api/v1/stock-locations",
    description="Where parts lie",
)
levels = ApiBlueprint(
    "stock-levels",
    __name__,
    url_prefix="/api/v1/stock-levels",
    description="How much of a part lies where",
)
moves = ApiBlueprint(
    "stock-moves", __name__, url_prefix="/api/v1/stock-moves", description="The ledger of stock"
)
counts = ApiBlueprint(
    "stock-counts", __name__, url_prefix="/api/v1/stock-counts", description="Counting stock"
)
transfers = ApiBlueprint(
    "transfers",
    __name__,
    url_prefix="/api/v1/transfers",
    description="Stock that goes from one location to another",
)


@locations.route("")
class StockLocations(MethodView):
    @requires("stock.see_own")
    @locations.arguments(StockLocationQuerySchema, location="query")
    @locations.response(200, page_schema(StockLocationSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List stock locations by name; an engineer sees the own van"""
        where = [
            *named_filters(StockLocation, query),
            *location_filters(query, own_user_id=_own_user_id()),
        ]
        page = fetch_named_page(
            current_session(), StockLocation, LOCATION_COLUMNS, where=where, query=query
        )
        return page_response(page, LOCATION_NAMES, LOCATION_CONVERT)

    @requires("stock.write")
    @locations.arguments(StockLocationCreateSchema)
    @locations.response(201, StockLocationSchema)
    @locations.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> StockLocation:
        """Make a stock location"""
        return service.create_location(current_session(), actor=current_actor(), **args)


@locations.route("/<uuid:location_id>")
class StockLocationById(MethodView):
    @requires("stock.see_own")
    @locations.response(200, StockLocationSchema)
    @locations.alt_response(404, schema=ProblemSchema)
    def get(self, location_id: UUID) -> StockLocation:
        """Show a stock location"""
        location = queries.get_location(current_session(), location_id)
        if _own_user_id() not in {None, location.engineer_user_id}:
            raise NotFound("There is no such stock location.", stock_location_id=str(location_id))
        return location

    @requires("stock.write")
    @locations.arguments(StockLocationChangeSchema)
    @locations.response(200, StockLocationSchema)
    @locations.alt_response(404, schema=ProblemSchema)
    @locations.alt_response(409, schema=ProblemSchema)
    @locations.alt_response(412, schema=ProblemSchema)
    @locations.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], location_id: UUID) -> StockLocation:
        """Change or archive a stock location"""
        location = queries.lock_location(current_session(), location_id)
        require_match(location)
        return service.change_location(
            current_session(), actor=current_actor(), location=location, changes=args
        )


@levels.route("")
class StockLevels(MethodView):
    @requires("stock.see_own")
    @levels.arguments(StockLevelQuerySchema, location="query")
    @levels.response(200, page_schema(StockLevelSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List stock levels; an engineer sees those of the own van"""
        statement = levels_statement(query, own_user_id=_own_user_id())
        page = fetch_page(current_session(), statement, keys=[StockLevel.id], query=query)
        return page_response(page, LEVEL_NAMES, LEVEL_CONVERT)


@moves.route("")
class StockMoves(MethodView):
    @requires("stock.read")
    @moves.arguments(StockMoveQuerySchema, location="query")
    @moves.response(200, page_schema(StockMoveSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List stock moves, the newest first"""
        page = fetch_page(
            current_session(),
            moves_statement(query),
            keys=[StockMove.recorded_at, StockMove.id],
            query=query,
            descending=True,
        )
        return page_response(page, MOVE_NAMES, QUANTITY_CONVERT)

    @requires("stock.write")
    @moves.arguments(StockMoveBookSchema)
    @moves.response(201, StockMoveSchema)
    @moves.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> StockMove:
        """Book a receipt, a return or an adjustment"""
        reason = args.pop("reason")
        if "work_order_id" in args and reason is not MoveReason.RETURN:
            message = "Only a return names a work order."
            raise InvalidInput(message, work_order_id=message)
        return BOOK[reason](current_session(), actor=current_actor(), **args)


@counts.route("")
class StockCounts(MethodView):
    @requires("stock.write")
    @counts.arguments(StockCountSchema)
    @counts.response(201, StockLevelSchema)
    @counts.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> StockLevel:
        """Make a level what was counted"""
        return service.count_stock(current_session(), actor=current_actor(), **args)


@transfers.route("")
class Transfers(MethodView):
    @requires("stock.write")
    @transfers.arguments(TransferBookSchema)
    @transfers.response(201, TransferSchema)
    @transfers.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> service.Transfer:
        """Take stock from one location to another"""
        return service.transfer_stock(current_session(), actor=current_actor(), **args)


@transfers.route("/<uuid:transfer_id>")
class TransferById(MethodView):
    @requires("stock.read")
    @transfers.response(200, TransferSchema)
    @transfers.alt_response(404, schema=ProblemSchema)
    def get(self, transfer_id: UUID) -> service.Transfer:
        """Show a transfer"""
        return service.transfer_of(queries.get_transfer(current_session(), transfer_id))


def _own_user_id() -> UUID | None:
    """Return the user whose van is all that may be seen, or None when everything may."""
    actor = current_actor()
    return None if actor.may("stock.read") else actor.id
