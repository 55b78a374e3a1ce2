"""HTTP of the work-orders room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.kernel.history import HistoryEntrySchema, history_response
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    document_response,
    require_match,
    requires,
)
from server.kernel.paging import PageQuerySchema, json_response, page_schema
from server.kernel.problems import ProblemSchema
from server.workorders import queries, service
from server.workorders.access import own_work_order, visible_work_order
from server.workorders.documents import fitted_document, work_order_documents
from server.workorders.lists import list_work_orders
from server.workorders.models import AssetReading, Repair, SignOff, WorkOrder
from server.workorders.schemas import (
    AssetReadingSchema,
    FittedPartSchema,
    ListedWorkOrderSchema,
    PartConsumeSchema,
    ReadingTakeSchema,
    RepairRecordSchema,
    RepairSchema,
    SignOffGiveSchema,
    SignOffSchema,
    TaskAnswerSchema,
    WorkOrderChangeSchema,
    WorkOrderMoveSchema,
    WorkOrderOpenSchema,
    WorkOrderQuerySchema,
    WorkOrderSchema,
)

blp = ApiBlueprint(
    "work-orders", __name__, url_prefix="/api/v1/work-orders", description="Field work"
)


def _whole(work_order: WorkOrder, status: int = 200) -> Response:
    current_session().flush()
    document = work_order_documents(current_session(), [work_order.id])[work_order.id]
    return document_response(document, status)


@blp.route("")
class WorkOrders(MethodView):
    @requires("work_orders.read")
    @blp.arguments(WorkOrderQuerySchema, location="query")
    @blp.response(200, page_schema(ListedWorkOrderSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List work orders with site, asset and who is booked, the newest first"""
        page = list_work_orders(current_session(), query)
        return json_response({"items": page.items, "next": page.next})

    @requires("work_orders.change")
    @blp.arguments(WorkOrderOpenSchema)
    @blp.response(201, WorkOrderSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Response:
        """Open a work order for a ticket"""
        if "skills" in args:
            args["skills"] = [(s["skill_id"], s["min_level"]) for s in args["skills"]]
        made = service.open_work_order(current_session(), actor=current_actor(), **args)
        return _whole(made, 201)


@blp.route("/<uuid:work_order_id>")
class WorkOrderById(MethodView):
    @requires("work_orders.see_own")
    @blp.response(200, WorkOrderSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, work_order_id: UUID) -> Response:
        """Show a work order with everything that belongs to it"""
        return _whole(visible_work_order(current_session(), current_actor(), work_order_id))

    @requires("work_orders.change")
    @blp.arguments(WorkOrderChangeSchema)
    @blp.response(200, WorkOrderSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], work_order_id: UUID) -> Response:
        """Correct a work order"""
        work_order = queries.lock_work_order(current_session(), work_order_id)
        require_match(work_order)
        if "skills" in args:
            args["skills"] = [(s["skill_id"], s["min_level"]) for s in args["skills"]]
        service.change_work_order(
            current_session(), actor=current_actor(), work_order=work_order, changes=args
        )
        return _whole(work_order)


@blp.route("/<uuid:work_order_id>/moves")
class WorkOrderMoves(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(WorkOrderMoveSchema)
    @blp.response(200, WorkOrderSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> Response:
        """Move a work order to its next state"""
        session, actor = current_session(), current_actor()
        work_order = own_work_order(session, actor, work_order_id)
        require_match(work_order)
        action = args["action"]
        if action in {"release", "cancel"}:
            actor.require("work_orders.change")
        options = {name: args[name] for name in _OPTIONS.get(action, ())}
        getattr(service, action)(session, actor=actor, work_order=work_order, **options)
        return _whole(work_order)


_OPTIONS = {"pause": ("reason",), "cancel": ("reason",), "complete": ("summary",)}


@blp.route("/<uuid:work_order_id>/tasks/<uuid:task_id>")
class TaskAnswers(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(TaskAnswerSchema)
    @blp.response(200, WorkOrderSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def put(self, args: dict[str, Any], work_order_id: UUID, task_id: UUID) -> Response:
        """Answer a step of the checklist"""
        session, actor = current_session(), current_actor()
        work_order = own_work_order(session, actor, work_order_id)
        service.answer_task(session, actor=actor, work_order=work_order, task_id=task_id, **args)
        return _whole(work_order)


@blp.route("/<uuid:work_order_id>/readings")
class Readings(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(ReadingTakeSchema)
    @blp.response(201, AssetReadingSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> AssetReading:
        """Record a value read off the asset"""
        session, actor = current_session(), current_actor()
        work_order = own_work_order(session, actor, work_order_id)
        return service.take_reading(session, actor=actor, work_order=work_order, **args)


@blp.route("/<uuid:work_order_id>/repairs")
class Repairs(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(RepairRecordSchema)
    @blp.response(201, RepairSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> Repair:
        """Record what was done to the asset"""
        session, actor = current_session(), current_actor()
        work_order = own_work_order(session, actor, work_order_id)
        return service.record_repair(session, actor=actor, work_order=work_order, **args)


@blp.route("/<uuid:work_order_id>/parts")
class FittedParts(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(PartConsumeSchema)
    @blp.response(201, FittedPartSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> Response:
        """Book a part fitted on a repair out of the van"""
        session, actor = current_session(), current_actor()
        work_order = own_work_order(session, actor, work_order_id)
        fitted = service.consume_part(session, actor=actor, work_order=work_order, **args)
        return json_response(fitted_document(fitted), 201)


@blp.route("/<uuid:work_order_id>/sign-off")
class SignOffs(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(SignOffGiveSchema)
    @blp.response(201, SignOffSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any], work_order_id: UUID) -> SignOff:
        """Keep the customer's signature"""
        session, actor = current_session(), current_actor()
        work_order = own_work_order(session, actor, work_order_id)
        return service.sign_off(session, actor=actor, work_order=work_order, **args)


@blp.route("/<uuid:work_order_id>/history")
class WorkOrderHistory(MethodView):
    @requires("work_orders.see_own")
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, page_schema(HistoryEntrySchema))
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], work_order_id: UUID) -> Response:
        """List what happened to a work order, the newest first"""
        visible_work_order(current_session(), current_actor(), work_order_id)
        return history_response(current_session(), {"work_order": [work_order_id]}, query)
