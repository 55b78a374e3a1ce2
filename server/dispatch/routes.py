"""Routes of proposals and bookings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.dispatch import queries, service
from server.dispatch.models import Booking, Proposal
from server.dispatch.schemas import (
    BookingMakeSchema,
    BookingMoveSchema,
    BookingQuerySchema,
    BookingSchema,
    ListedBookingSchema,
    ProposalMakeSchema,
    ProposalSchema,
)
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.paging import fetch_page, json_response, page_schema
from server.kernel.problems import ProblemSchema

work_orders = ApiBlueprint(
    "work-order-bookings",
    __name__,
    url_prefix="/api/v1/work-orders/<uuid:work_order_id>",
    description="Who goes to a work order",
)
proposals = ApiBlueprint(
    "proposals", __name__, url_prefix="/api/v1/proposals", description="Rankings with reasons"
)
bookings = ApiBlueprint(
    "bookings", __name__, url_prefix="/api/v1/bookings", description="Engineers' time slots"
)


@work_orders.route("/proposals")
class WorkOrderProposals(MethodView):
    @requires("bookings.manage")
    @work_orders.arguments(ProposalMakeSchema)
    @work_orders.response(201, ProposalSchema)
    @work_orders.alt_response(404, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> Proposal:
        """Rank the engineers for a work order, with reasons"""
        return service.rank_engineers(
            current_session(), actor=current_actor(), work_order_id=work_order_id, **args
        )


@work_orders.route("/bookings")
class WorkOrderBookings(MethodView):
    @requires("bookings.manage")
    @work_orders.arguments(BookingMakeSchema)
    @work_orders.response(201, BookingSchema)
    @work_orders.alt_response(404, schema=ProblemSchema)
    @work_orders.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> Booking:
        """Book the proposed engineer or another one"""
        return service.book(
            current_session(), actor=current_actor(), work_order_id=work_order_id, **args
        )


@proposals.route("/<uuid:proposal_id>")
class ProposalById(MethodView):
    @requires("proposals.read")
    @proposals.response(200, ProposalSchema)
    @proposals.alt_response(404, schema=ProblemSchema)
    def get(self, proposal_id: UUID) -> Proposal:
        """Show a ranking as it was made"""
        return queries.get_proposal(current_session(), proposal_id)


@bookings.route("")
class Bookings(MethodView):
    @requires("bookings.read")
    @bookings.arguments(BookingQuerySchema, location="query")
    @bookings.response(200, page_schema(ListedBookingSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List bookings by start with their work orders; engineers see their own"""
        actor = current_actor()
        statement = queries.bookings_statement(
            engineer_id=query["engineer_id"],
            engineer_user_id=None if actor.may("feed.desk") else actor.id,
            work_order_id=query["work_order_id"],
            state=query["state"],
            from_at=query["from_at"],
            until_at=query["until_at"],
        )
        keys = [Booking.starts_at, Booking.id]
        page = fetch_page(current_session(), statement, keys=keys, query=query)
        items = queries.listed_bookings(current_session(), page.items)
        return json_response({"items": items, "next": page.next})


@bookings.route("/<uuid:booking_id>")
class BookingById(MethodView):
    @requires("bookings.read")
    @bookings.response(200, BookingSchema)
    @bookings.alt_response(404, schema=ProblemSchema)
    def get(self, booking_id: UUID) -> Booking:
        """Show a booking"""
        return queries.get_visible_booking(current_session(), current_actor(), booking_id)


@bookings.route("/<uuid:booking_id>/moves")
class BookingMoves(MethodView):
    @requires("bookings.perform")
    @bookings.arguments(BookingMoveSchema)
    @bookings.response(200, BookingSchema)
    @bookings.alt_response(403, schema=ProblemSchema)
    @bookings.alt_response(404, schema=ProblemSchema)
    @bookings.alt_response(409, schema=ProblemSchema)
    @bookings.alt_response(412, schema=ProblemSchema)
    @bookings.alt_response(428, schema=ProblemSchema)
    def post(self, args: dict[str, Any], booking_id: UUID) -> Booking:
        """Confirm, travel, arrive, finish or cancel"""
        session = current_session()
        actor = current_actor()
        queries.get_visible_booking(session, actor, booking_id)
        booking = queries.lock_booking(session, booking_id)
        require_match(booking)
        return service.move_booking(session, actor=actor, booking=booking, **args)


@bookings.route("/<uuid:booking_id>/reassignments")
class BookingReassignments(MethodView):
    @requires("bookings.manage")
    @bookings.arguments(BookingMakeSchema)
    @bookings.response(201, BookingSchema)
    @bookings.alt_response(404, schema=ProblemSchema)
    @bookings.alt_response(409, schema=ProblemSchema)
    @bookings.alt_response(412, schema=ProblemSchema)
    @bookings.alt_response(428, schema=ProblemSchema)
    def post(self, args: dict[str, Any], booking_id: UUID) -> Booking:
        """Give the work order to another engineer or another time"""
        session = current_session()
        booking = queries.lock_booking(session, booking_id)
        require_match(booking)
        return service.reassign(session, actor=current_actor(), booking=booking, **args)
