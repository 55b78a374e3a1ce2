"""Shapes of tickets on the wire."""

from __future__ import annotations

from marshmallow import fields

from server.kernel.actors import ActorKind
from server.kernel.fields import Count, Flag, Id, InputSchema, Instant, OutputSchema, Text
from server.kernel.paging import PageQuerySchema
from server.kernel.priority import Priority
from server.tickets.models import TicketChannel
from server.tickets.rules import LIFECYCLE, TicketState

LONG = 20_000


class TicketOpenSchema(InputSchema):
    id = Id(metadata={"description": "Made by the client, so that a repeat is no second ticket."})
    title = Text(200, required=True)
    description = Text(LONG, min_length=0)
    priority = fields.Enum(Priority, by_value=True)
    channel = fields.Enum(TicketChannel, by_value=True, load_default=TicketChannel.API)
    customer_id = Id()
    site_id = Id()
    asset_id = Id()
    fault_code_id = Id()
    source_key = Text(200)
    reporter_name = Text(200, min_length=0)
    opened_at = Instant()


class TicketChangeSchema(InputSchema):
    title = Text(200)
    description = Text(LONG, min_length=0)
    priority = fields.Enum(Priority, by_value=True)
    reporter_name = Text(200, min_length=0)
    due_at = Instant()


class TicketMoveSchema(InputSchema):
    action = Text(
        32,
        required=True,
        metadata={"enum": sorted(LIFECYCLE.actions)},
    )
    reason = Text(2000, min_length=0, load_default="")


class TicketNoteAddSchema(InputSchema):
    id = Id()
    body = Text(LONG, required=True)
    is_internal = Flag(load_default=True)


class TicketQuerySchema(PageQuerySchema):
    state = fields.Enum(TicketState, by_value=True)
    priority = fields.Enum(Priority, by_value=True)
    channel = fields.Enum(TicketChannel, by_value=True)
    customer_id = Id()
    site_id = Id()
    asset_id = Id()
    number = fields.Integer(validate=lambda n: 0 < n < 2**31)
    q = Text(100, metadata={"description": "Words in the title."})


class TicketSchema(OutputSchema):
    id = Id(required=True)
    number = Count(required=True)
    title = Text(required=True)
    description = Text(LONG, required=True)
    state = fields.Enum(TicketState, by_value=True, required=True)
    priority = fields.Enum(Priority, by_value=True, required=True)
    channel = fields.Enum(TicketChannel, by_value=True, required=True)
    customer_id = Id(required=True, allow_none=True)
    site_id = Id(required=True, allow_none=True)
    asset_id = Id(required=True, allow_none=True)
    fault_code_id = Id(required=True, allow_none=True)
    source_key = Text(required=True, allow_none=True)
    reporter_name = Text(required=True)
    opened_at = Instant(required=True)
    due_at = Instant(required=True)
    resolved_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    resolution = Text(required=True)
    revision = Count(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class TicketNoteSchema(OutputSchema):
    id = Id(required=True)
    ticket_id = Id(required=True)
    body = Text(LONG, required=True)
    author_kind = fields.Enum(ActorKind, by_value=True, required=True)
    author_id = Id(required=True)
    author_name = Text(required=True)
    is_internal = fields.Boolean(required=True)
    occurred_at = Instant(required=True)
    recorded_at = Instant(required=True)
