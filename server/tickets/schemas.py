"""Shapes of tickets on the wire."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from server.kernel.actors import ActorKind
from server.kernel.fields import (
    BOX_EDGES,
    INT_MAX,
    Count,
    Flag,
    Id,
    InputSchema,
    Instant,
    Numbers,
    OutputSchema,
    Position,
    QueryFlag,
    Text,
    check_box,
)
from server.kernel.paging import PageQuerySchema
from server.kernel.priority import Priority
from server.tickets.models import TicketChannel
from server.tickets.rules import LIFECYCLE, TicketState

LONG = 20_000


class TicketOrder(StrEnum):
    """What a list of tickets begins with."""

    NEWEST = "-number"
    DUE = "due_at"
    URGENT = "-priority"


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
    site_id = Id(metadata={"description": "Only for a ticket that has no site yet."})
    asset_id = Id(metadata={"description": "Only for a ticket that has no site yet."})
    fault_code_id = Id(metadata={"description": "Only for a ticket that has no site yet."})
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
    state = fields.List(
        fields.Enum(TicketState, by_value=True),
        validate=validate.Length(max=len(TicketState)),
        metadata={"description": "One or several: `state=open&state=in_progress`."},
    )
    priority = fields.List(
        fields.Enum(Priority, by_value=True),
        validate=validate.Length(max=len(Priority)),
        metadata={"description": "One or several."},
    )
    channel = fields.Enum(TicketChannel, by_value=True)
    customer_id = Id()
    site_id = Id()
    territory_id = Id(metadata={"description": "Tickets at sites of a territory."})
    asset_id = Id()
    engineer_id = Id(metadata={"description": "Tickets whose unfinished work is booked for him."})
    number = fields.Integer(validate=validate.Range(1, INT_MAX))
    q = Text(
        100,
        metadata={
            "description": "A ticket's number, words in its title, or the beginning of the name of"
            " its site or asset, or of the serial number."
        },
    )
    is_unassigned = QueryFlag(
        metadata={"description": "True: only unfinished work that nobody is booked for."}
    )
    is_late = QueryFlag(metadata={"description": "True: only what is not settled and past due."})
    has_alarm = QueryFlag(metadata={"description": "True: only with an alarm not yet cleared."})
    booked_from = Instant(
        metadata={"description": "With `booked_until`: somebody is booked in that time."}
    )
    booked_until = Instant()
    bbox = Numbers(BOX_EDGES, "-8.7,41.1,-8.5,41.2", validate=check_box)
    sort = fields.Enum(
        TicketOrder,
        by_value=True,
        load_default=TicketOrder.NEWEST,
        metadata={
            "description": "`-number`: the newest first; `due_at`: what is due first;"
            " `-priority`: the most urgent first, among them what is due first."
        },
    )


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


class WorkBookingSchema(OutputSchema):
    """When somebody is booked for a work order, and how far that has come."""

    id = Id(required=True)
    engineer_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    state = fields.String(required=True)
    revision = Count(required=True)


class TicketWorkSchema(OutputSchema):
    """The latest work order of a ticket and who has it."""

    id = Id(required=True)
    number = Count(required=True)
    state = fields.String(required=True)
    engineer_id = Id(required=True, allow_none=True)
    engineer_name = Text(required=True, allow_none=True)
    due_at = Instant(required=True)
    duration_minutes = Count(required=True)
    revision = Count(required=True)
    booking = fields.Nested(WorkBookingSchema, required=True, allow_none=True)


class ListedTicketSchema(TicketSchema):
    """A ticket with what a list and a map show beside it."""

    customer_name = Text(required=True, allow_none=True)
    site_name = Text(required=True, allow_none=True)
    territory_id = Id(required=True, allow_none=True)
    position = Position(required=True, allow_none=True)
    asset_name = Text(required=True, allow_none=True)
    asset_serial = Text(required=True, allow_none=True)
    fault_code = Text(required=True, allow_none=True)
    fault_title = Text(required=True, allow_none=True)
    work_order = fields.Nested(TicketWorkSchema, required=True, allow_none=True)
    active_alarms = Count(required=True)


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
