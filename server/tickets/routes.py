"""HTTP of the tickets room."""

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
from server.kernel.paging import Page, PageQuerySchema, fetch_page, json_response, page_schema
from server.kernel.problems import ProblemSchema
from server.tickets import queries, service
from server.tickets.lists import list_tickets, listed_ticket
from server.tickets.models import Ticket, TicketNote
from server.tickets.schemas import (
    ListedTicketSchema,
    TicketChangeSchema,
    TicketMoveSchema,
    TicketNoteAddSchema,
    TicketNoteSchema,
    TicketOpenSchema,
    TicketQuerySchema,
    TicketSchema,
)

blp = ApiBlueprint(
    "tickets", __name__, url_prefix="/api/v1/tickets", description="Reported problems"
)


def _whole(ticket: Ticket, status: int = 200) -> Response:
    current_session().flush()
    return document_response({name: getattr(ticket, name) for name in queries.LIST_COLUMNS}, status)


@blp.route("")
class Tickets(MethodView):
    @requires("tickets.read")
    @blp.arguments(TicketQuerySchema, location="query")
    @blp.response(200, page_schema(ListedTicketSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List tickets with site, asset, who has them, and how many alarms are active"""
        page = list_tickets(current_session(), query)
        return json_response({"items": page.items, "next": page.next})

    @requires("tickets.open")
    @blp.arguments(TicketOpenSchema)
    @blp.response(201, TicketSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Response:
        """Open a ticket"""
        return _whole(service.open_ticket(current_session(), actor=current_actor(), **args), 201)


@blp.route("/<uuid:ticket_id>")
class TicketById(MethodView):
    @requires("tickets.read")
    @blp.response(200, ListedTicketSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, ticket_id: UUID) -> Response:
        """Show a ticket as the list shows it"""
        document = listed_ticket(current_session(), ticket_id)
        if document is None:
            queries.get_ticket(current_session(), ticket_id)
        return document_response(document or {})

    @requires("tickets.change")
    @blp.arguments(TicketChangeSchema)
    @blp.response(200, TicketSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], ticket_id: UUID) -> Response:
        """Correct a ticket"""
        ticket = queries.lock_ticket(current_session(), ticket_id)
        require_match(ticket)
        return _whole(
            service.change_ticket(
                current_session(), actor=current_actor(), ticket=ticket, changes=args
            )
        )


@blp.route("/<uuid:ticket_id>/moves")
class TicketMoves(MethodView):
    @requires("tickets.change")
    @blp.arguments(TicketMoveSchema)
    @blp.response(200, TicketSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def post(self, args: dict[str, Any], ticket_id: UUID) -> Response:
        """Move a ticket to its next state"""
        ticket = queries.lock_ticket(current_session(), ticket_id)
        require_match(ticket)
        return _whole(
            service.move_ticket(current_session(), actor=current_actor(), ticket=ticket, **args)
        )


@blp.route("/<uuid:ticket_id>/notes")
class TicketNotes(MethodView):
    @requires("tickets.read")
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, page_schema(TicketNoteSchema))
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], ticket_id: UUID) -> Page:
        """List a ticket's notes, the oldest first"""
        queries.get_ticket(current_session(), ticket_id)
        statement = queries.notes_statement(ticket_id)
        return fetch_page(current_session(), statement, keys=[TicketNote.id], query=query)

    @requires("tickets.note")
    @blp.arguments(TicketNoteAddSchema)
    @blp.response(201, TicketNoteSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def post(self, args: dict[str, Any], ticket_id: UUID) -> TicketNote:
        """Add a note to a ticket"""
        return service.add_note(
            current_session(),
            actor=current_actor(),
            ticket_id=ticket_id,
            body=args["body"],
            note_id=args.get("id"),
            is_internal=args["is_internal"],
        )


@blp.route("/<uuid:ticket_id>/history")
class TicketHistory(MethodView):
    @requires("tickets.read")
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, page_schema(HistoryEntrySchema))
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], ticket_id: UUID) -> Response:
        """List what happened to a ticket, the newest first"""
        queries.get_ticket(current_session(), ticket_id)
        return history_response(current_session(), {"ticket": [ticket_id]}, query)
