"""HTTP of reservations and discrepancies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from inventory import queries, service
from inventory.models import Discrepancy, Reservation
from inventory.queries.lists import (
    DISCREPANCY_NAMES,
    RESERVATION_NAMES,
    discrepancies_statement,
    reservations_statement,
)
from inventory.schemas import (
    QUANTITY_CONVERT,
    DiscrepancyQuerySchema,
    DiscrepancyResolveSchema,
    DiscrepancySchema,
    PartAvailabilitiesSchema,
    ReservationListSchema,
    ReservationMakeSchema,
    ReservationMoveSchema,
    ReservationQuerySchema,
    ReservationSchema,
)
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.paging import fetch_page, page_response, page_schema
from server.kernel.problems import ProblemSchema
from server.workorders.api import get_work_order

reservations = ApiBlueprint(
    "reservations",
    __name__,
    url_prefix="/api/v1/reservations",
    description="Claims of work orders on parts",
)
needs = ApiBlueprint(
    "work-order-parts",
    __name__,
    url_prefix="/api/v1/work-orders",
    description="What work orders need of the stock",
)
discrepancies = ApiBlueprint(
    "discrepancies",
    __name__,
    url_prefix="/api/v1/discrepancies",
    description="Parts that were used and not known to be there",
)


@reservations.route("")
class Reservations(MethodView):
    @requires("stock.read")
    @reservations.arguments(ReservationQuerySchema, location="query")
    @reservations.response(200, page_schema(ReservationSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List reservations"""
        statement = reservations_statement(query)
        page = fetch_page(current_session(), statement, keys=[Reservation.id], query=query)
        return page_response(page, RESERVATION_NAMES, QUANTITY_CONVERT)

    @requires("stock.reserve")
    @reservations.arguments(ReservationMakeSchema)
    @reservations.response(201, ReservationListSchema)
    @reservations.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> dict[str, Any]:
        """Claim more of a part for a work order; shows all its open claims on the part"""
        claims = service.reserve_part(current_session(), actor=current_actor(), **args)
        return {"items": claims}


@reservations.route("/<uuid:reservation_id>/moves")
class ReservationMoves(MethodView):
    @requires("stock.reserve")
    @reservations.arguments(ReservationMoveSchema)
    @reservations.response(200, ReservationSchema)
    @reservations.alt_response(404, schema=ProblemSchema)
    @reservations.alt_response(409, schema=ProblemSchema)
    @reservations.alt_response(412, schema=ProblemSchema)
    @reservations.alt_response(428, schema=ProblemSchema)
    def post(self, args: dict[str, Any], reservation_id: UUID) -> Reservation:
        """Give a reservation back"""
        del args  # There is one action, and the schema has checked it.
        reservation = queries.lock_reservation(current_session(), reservation_id)
        require_match(reservation)
        return service.release_claim(
            current_session(), actor=current_actor(), reservation=reservation
        )


@needs.route("/<uuid:work_order_id>/part-availability")
class PartAvailability(MethodView):
    @requires("stock.read")
    @needs.response(200, PartAvailabilitiesSchema)
    @needs.alt_response(404, schema=ProblemSchema)
    def get(self, work_order_id: UUID) -> dict[str, Any]:
        """Show what a work order needs, and where there is some of it"""
        session = current_session()
        get_work_order(session, work_order_id)
        found = queries.needs_of(session, [work_order_id])[work_order_id]
        places = queries.places_of(session, [need.part_id for need in found])
        names = ("part_id", "number", "name", "unit", "quantity", "reserved")
        return {
            "items": [
                {name: getattr(need, name) for name in names}
                | {"places": places.get(need.part_id, [])}
                for need in found
            ]
        }


@discrepancies.route("")
class Discrepancies(MethodView):
    @requires("stock.read")
    @discrepancies.arguments(DiscrepancyQuerySchema, location="query")
    @discrepancies.response(200, page_schema(DiscrepancySchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List discrepancies, the newest first"""
        page = fetch_page(
            current_session(),
            discrepancies_statement(query),
            keys=[Discrepancy.id],
            query=query,
            descending=True,
        )
        return page_response(page, DISCREPANCY_NAMES, QUANTITY_CONVERT)


@discrepancies.route("/<uuid:discrepancy_id>")
class DiscrepancyById(MethodView):
    @requires("stock.read")
    @discrepancies.response(200, DiscrepancySchema)
    @discrepancies.alt_response(404, schema=ProblemSchema)
    def get(self, discrepancy_id: UUID) -> Discrepancy:
        """Show a discrepancy"""
        return queries.get_discrepancy(current_session(), discrepancy_id)


@discrepancies.route("/<uuid:discrepancy_id>/resolution")
class DiscrepancyResolutions(MethodView):
    @requires("stock.write")
    @discrepancies.arguments(DiscrepancyResolveSchema)
    @discrepancies.response(200, DiscrepancySchema)
    @discrepancies.alt_response(404, schema=ProblemSchema)
    @discrepancies.alt_response(409, schema=ProblemSchema)
    @discrepancies.alt_response(412, schema=ProblemSchema)
    @discrepancies.alt_response(428, schema=ProblemSchema)
    def post(self, args: dict[str, Any], discrepancy_id: UUID) -> Discrepancy:
        """Say why more was taken than was known to be there"""
        discrepancy = queries.lock_discrepancy(current_session(), discrepancy_id)
        require_match(discrepancy)
        return service.resolve_discrepancy(
            current_session(), actor=current_actor(), discrepancy=discrepancy, **args
        )
