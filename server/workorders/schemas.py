"""Shapes of work orders on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from server.kernel.fields import (
    BOX_EDGES,
    Count,
    Flag,
    Id,
    InputSchema,
    Instant,
    Numbers,
    OutputSchema,
    Position,
    Quantity,
    QueryFlag,
    Text,
    check_box,
)
from server.kernel.paging import PageQuerySchema
from server.kernel.priority import Priority
from server.tickets.api import WorkBookingSchema
from server.workorders.rules import DECIMAL_TEXT, LIFECYCLE, TaskKind, WorkOrderState

LONG = 20_000
MAX_MINUTES = 14 * 24 * 60
MAX_LEVEL = 5
MAX_STROKE_VALUES = 20_000
MAX_DOCUMENT_VALUES = 2_000
DECIMAL = validate.Regexp(
    rf"\A{DECIMAL_TEXT.pattern}\Z", error='Must be a decimal text, like "12.5".'
)
SHA256 = validate.Regexp(r"\A[0-9a-f]{64}\Z", error="Must be a SHA-256 in hexadecimal.")


class AnswerValue(fields.Field):  # type: ignore[type-arg]
    """True, false, a text, or a decimal text for a reading."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool | str:
        if isinstance(value, bool) or (isinstance(value, str) and len(value) <= LONG):
            return value
        message = "Must be true, false or a text; a reading is a decimal text."
        raise ValidationError(message)


class BoundedJson(fields.Field):  # type: ignore[type-arg]
    """A JSON document of limited size, kept as it is."""

    def __init__(self, kind: type, limit: int, **options: Any) -> None:
        """Allow at most ``limit`` values in a document whose outermost value is a ``kind``."""
        super().__init__(**options)
        self.kind, self.limit = kind, limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        if not isinstance(value, self.kind) or _size(value) > self.limit:
            message = f"Must be a JSON {self.kind.__name__} of at most {self.limit} values."
            raise ValidationError(message)
        return value


class RequiredSkillSchema(InputSchema):
    skill_id = Id(required=True)
    min_level = Count(1, MAX_LEVEL, load_default=1)


class WorkOrderOpenSchema(InputSchema):
    id = Id(metadata={"description": "Made by the client, so that a repeat opens no second one."})
    ticket_id = Id(required=True)
    title = Text(200)
    priority = fields.Enum(Priority, by_value=True)
    duration_minutes = Count(1, MAX_MINUTES)
    due_at = Instant()
    skills = fields.List(fields.Nested(RequiredSkillSchema), validate=validate.Length(max=20))
    is_draft = Flag(load_default=False)


class WorkOrderChangeSchema(InputSchema):
    title = Text(200)
    priority = fields.Enum(Priority, by_value=True)
    duration_minutes = Count(1, MAX_MINUTES)
    due_at = Instant()
    summary = Text(LONG, min_length=0)
    skills = fields.List(fields.Nested(RequiredSkillSchema), validate=validate.Length(max=20))


class WorkOrderMoveSchema(InputSchema):
    action = fields.String(required=True, validate=validate.OneOf(sorted(LIFECYCLE.actions)))
    reason = Text(2000, min_length=0, load_default="")
    summary = Text(LONG, min_length=0, load_default="")


class TaskAnswerSchema(InputSchema):
    value = AnswerValue(load_default=None, allow_none=True)
    is_not_applicable = Flag(load_default=False)
    remark = Text(500, min_length=0, load_default="")


class ReadingTakeSchema(InputSchema):
    id = Id()
    name = Text(200, required=True)
    value = fields.String(required=True, validate=DECIMAL)
    unit = Text(64, min_length=0, load_default="")
    taken_at = Instant()


class RepairRecordSchema(InputSchema):
    id = Id()
    action = Text(LONG, required=True)
    cause = Text(LONG, min_length=0, load_default="")
    fault_code_id = Id(
        allow_none=True,
        metadata={"description": "Not given: that of the work order; null: none that is listed."},
    )


class PartConsumeSchema(InputSchema):
    move_id = Id(metadata={"description": "Made by the client; the same move is booked once."})
    repair_id = Id(required=True)
    part_id = Id(required=True)
    quantity = Quantity(low=1, required=True)


class SignOffGiveSchema(InputSchema):
    id = Id()
    signer_name = Text(200, required=True)
    document = BoundedJson(
        dict,
        MAX_DOCUMENT_VALUES,
        required=True,
        metadata={"type": "object", "description": "What the customer saw and signed."},
    )
    digest = fields.String(
        required=True,
        validate=SHA256,
        metadata={"description": "SHA-256 of the document's canonical JSON (RFC 8785)."},
    )
    attachment_id = Id()
    strokes = BoundedJson(list, MAX_STROKE_VALUES, metadata={"type": "array", "items": {}})


class WorkOrderQuerySchema(PageQuerySchema):
    state = fields.List(
        fields.Enum(WorkOrderState, by_value=True),
        validate=validate.Length(max=len(WorkOrderState)),
        metadata={"description": "One or several: `state=ready&state=on_hold`."},
    )
    priority = fields.List(
        fields.Enum(Priority, by_value=True),
        validate=validate.Length(max=len(Priority)),
        metadata={"description": "One or several."},
    )
    ticket_id = Id()
    site_id = Id()
    territory_id = Id()
    asset_id = Id()
    engineer_id = Id()
    q = Text(
        100,
        metadata={
            "description": "Words in the title, or the beginning of the site's or asset's name."
        },
    )
    is_open = QueryFlag(metadata={"description": "True: neither done nor cancelled."})
    is_booked = QueryFlag(metadata={"description": "False: nobody has it."})
    booked_from = Instant(
        metadata={"description": "With `booked_until`: somebody is booked in that time."}
    )
    booked_until = Instant()
    bbox = Numbers(BOX_EDGES, "-8.7,41.1,-8.5,41.2", validate=check_box)


class WorkOrderRowSchema(OutputSchema):
    id = Id(required=True)
    number = Count(required=True)
    ticket_id = Id(required=True)
    site_id = Id(required=True)
    asset_id = Id(required=True, allow_none=True)
    fault_code_id = Id(required=True, allow_none=True)
    title = Text(required=True)
    state = fields.Enum(WorkOrderState, by_value=True, required=True)
    priority = fields.Enum(Priority, by_value=True, required=True)
    duration_minutes = Count(required=True)
    due_at = Instant(required=True)
    engineer_id = Id(required=True, allow_none=True)
    started_at = Instant(required=True, allow_none=True)
    completed_at = Instant(required=True, allow_none=True)
    summary = Text(required=True)
    revision = Count(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class RequiredSkillOutSchema(OutputSchema):
    skill_id = Id(required=True)
    min_level = Count(required=True)


class ListedWorkOrderSchema(WorkOrderRowSchema):
    """A work order with what a list, a map and a timeline show beside it."""

    ticket_number = Count(required=True)
    ticket_state = fields.String(required=True)
    site_name = Text(required=True)
    territory_id = Id(required=True, allow_none=True)
    position = Position(required=True)
    asset_name = Text(required=True, allow_none=True)
    fault_code = Text(required=True, allow_none=True)
    engineer_name = Text(required=True, allow_none=True)
    skills = fields.List(fields.Nested(RequiredSkillOutSchema), required=True)
    booking = fields.Nested(WorkBookingSchema, required=True, allow_none=True)


class TaskSchema(OutputSchema):
    id = Id(required=True)
    position = Count(required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    title = Text(required=True)
    unit = Text(required=True)
    is_required = fields.Boolean(required=True)
    minimum = fields.String(required=True, allow_none=True)
    maximum = fields.String(required=True, allow_none=True)
    choices = fields.List(fields.String(), required=True)
    value = fields.Raw(required=True, allow_none=True)
    is_not_applicable = fields.Boolean(required=True)
    remark = Text(required=True)
    answered_at = Instant(required=True, allow_none=True)
    answered_by = Id(required=True, allow_none=True)


class AssetReadingSchema(OutputSchema):
    id = Id(required=True)
    name = Text(required=True)
    value = fields.String(required=True)
    unit = Text(required=True)
    taken_at = Instant(required=True)
    taken_by = Id(required=True)


class RepairSchema(OutputSchema):
    id = Id(required=True)
    work_order_id = Id(required=True)
    asset_id = Id(required=True, allow_none=True)
    fault_code_id = Id(required=True, allow_none=True)
    cause = Text(required=True)
    action = Text(required=True)
    occurred_at = Instant(required=True)
    recorded_at = Instant(required=True)
    recorded_by = Id(required=True)


class PartNeedSchema(OutputSchema):
    part_id = Id(required=True)
    number = Text(required=True)
    name = Text(required=True)
    unit = Text(required=True)
    quantity = Quantity(required=True)
    reserved = Quantity(required=True)


class FittedPartSchema(OutputSchema):
    move_id = Id(required=True)
    repair_id = Id(required=True)
    part_id = Id(required=True)
    number = Text(required=True)
    name = Text(required=True)
    unit = Text(required=True)
    quantity = Quantity(required=True)
    found = Quantity(required=True)


class SignOffSchema(OutputSchema):
    id = Id(required=True)
    work_order_id = Id(required=True)
    signer_name = Text(required=True)
    document = fields.Dict(required=True)
    digest = fields.String(required=True)
    attachment_id = Id(required=True, allow_none=True)
    signed_at = Instant(required=True)
    recorded_at = Instant(required=True)
    recorded_by = Id(required=True)


class WorkOrderSchema(WorkOrderRowSchema):
    """A work order with everything a phone needs to do the work without signal."""

    ticket = fields.Dict(keys=fields.String(), required=True)
    site = fields.Dict(keys=fields.String(), required=True)
    asset = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    asset_history = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        metadata={"description": "The latest repairs of the asset on other work orders."},
    )
    fault_code = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    skills = fields.List(fields.Nested(RequiredSkillOutSchema), required=True)
    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    parts_needed = fields.List(fields.Nested(PartNeedSchema), required=True)
    parts_fitted = fields.List(fields.Nested(FittedPartSchema), required=True)
    readings = fields.List(fields.Nested(AssetReadingSchema), required=True)
    repairs = fields.List(fields.Nested(RepairSchema), required=True)
    sign_off = fields.Nested(SignOffSchema, required=True, allow_none=True)


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(_size(item) for item in value.values())
    if isinstance(value, list):
        return 1 + sum(_size(item) for item in value)
    return 1
