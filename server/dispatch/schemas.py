"""How bookings and proposals look on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from server.dispatch.rules import LIFECYCLE, BookingState
from server.dispatch.service.ranking import HORIZON_DAYS
from server.kernel.fields import Count, Id, InputSchema, Instant, OutputSchema, Position, Text
from server.kernel.paging import PageQuerySchema
from server.kernel.priority import Priority
from server.workorders.api import RequiredSkillOutSchema
from server.workorders.rules import WorkOrderState

MAX_HORIZON_DAYS = 28


class ReasonSchema(OutputSchema):
    """One fact behind a proposal: a code with its values, and the English sentence."""

    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    text = fields.String(required=True)


class ProposedSlotSchema(OutputSchema):
    """A slot for one engineer; the terms are seconds and add up to ``total_seconds``."""

    engineer_id = fields.UUID(required=True)
    engineer_name = fields.String(required=True)
    starts_at = fields.String(required=True, metadata={"format": "date-time"})
    ends_at = fields.String(required=True, metadata={"format": "date-time"})
    travel_seconds = fields.Integer(required=True)
    terms = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    total_seconds = fields.Integer(required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class RejectionSchema(OutputSchema):
    """Why an engineer cannot come."""

    engineer_id = fields.UUID(required=True)
    engineer_name = fields.String(required=True)
    code = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    text = fields.String(required=True)


class ProposalSchema(OutputSchema):
    """The record of one ranking: the best first, and everybody else with the reason."""

    id = Id(required=True)
    work_order_id = Id(required=True)
    made_at = Instant(required=True)
    made_by = Id(required=True)
    made_by_name = fields.String(required=True)
    from_at = Instant(required=True)
    until_at = Instant(required=True)
    proposals = fields.List(
        fields.Nested(ProposedSlotSchema), attribute="ranking.proposals", required=True
    )
    rejected = fields.List(
        fields.Nested(RejectionSchema), attribute="ranking.rejected", required=True
    )


class ProposalMakeSchema(InputSchema):
    horizon_days = Count(1, MAX_HORIZON_DAYS, load_default=HORIZON_DAYS)


class BookedWorkSchema(OutputSchema):
    """A work order as the timeline shows it."""

    id = Id(required=True)
    number = Count(required=True)
    title = Text(required=True)
    state = fields.Enum(WorkOrderState, by_value=True, required=True)
    priority = fields.Enum(Priority, by_value=True, required=True)
    due_at = Instant(required=True)
    duration_minutes = Count(required=True)
    ticket_id = Id(required=True)
    ticket_number = Count(required=True)
    site_id = Id(required=True)
    site_name = Text(required=True)
    position = Position(required=True)
    asset_name = Text(required=True, allow_none=True)
    skills = fields.List(fields.Nested(RequiredSkillOutSchema), required=True)
    revision = Count(required=True)


class BookingSchema(OutputSchema):
    id = Id(required=True)
    work_order_id = Id(required=True)
    engineer_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    state = fields.Enum(BookingState, by_value=True, required=True)
    travel_seconds = fields.Integer(required=True, allow_none=True)
    proposal_id = Id(required=True, allow_none=True)
    override_reason = fields.String(required=True)
    cancel_reason = fields.String(required=True)
    travelling_at = Instant(required=True, allow_none=True)
    on_site_at = Instant(required=True, allow_none=True)
    finished_at = Instant(required=True, allow_none=True)
    cancelled_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)


class ListedBookingSchema(BookingSchema):
    """A booking with what a timeline shows of its work order."""

    engineer_name = fields.String(required=True)
    work_order = fields.Nested(BookedWorkSchema, required=True)


class BookingMakeSchema(InputSchema):
    """Who goes and when; without times the proposed slot is taken."""

    engineer_id = Id(required=True)
    starts_at = Instant(load_default=None, allow_none=True)
    ends_at = Instant(load_default=None, allow_none=True)
    proposal_id = Id(load_default=None, allow_none=True)
    override_reason = Text(500, min_length=0, load_default="")


class BookingMoveSchema(InputSchema):
    action = fields.String(required=True, validate=validate.OneOf(sorted(LIFECYCLE.actions)))
    reason = Text(500, min_length=0, load_default="")


class BookingQuerySchema(PageQuerySchema):
    engineer_id = Id(load_default=None)
    work_order_id = Id(load_default=None)
    state = fields.Enum(BookingState, by_value=True, load_default=None)
    from_at = Instant(load_default=None)
    until_at = Instant(load_default=None)


class BookingReportSchema(InputSchema):
    """Arguments of what an engineer reports about a booking: none; the time travels with it."""
