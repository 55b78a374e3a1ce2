"""Shapes of the gateway's records on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from iot_gateway.models import AlarmState
from iot_gateway.rules import Comparator, Severity
from server.kernel.fields import (
    Count,
    Flag,
    Id,
    InputSchema,
    Instant,
    Number,
    OutputSchema,
    Text,
)
from server.kernel.paging import PageQuerySchema

MAX_DELAY_SECONDS = 7 * 24 * 3600
LIMIT = validate.Range(-1e15, 1e15)
DELAY = validate.Range(0, MAX_DELAY_SECONDS)


class AlertRuleFieldsSchema(InputSchema):
    name = Text(200)
    metric = Text(128, allow_none=True)
    comparator = fields.Enum(Comparator, by_value=True, allow_none=True)
    raise_at = Number(allow_none=True, validate=LIMIT)
    clear_at = Number(allow_none=True, validate=LIMIT)
    on_delay_seconds = Number(validate=DELAY)
    off_delay_seconds = Number(validate=DELAY)
    event_code = Text(128, allow_none=True)
    severity = fields.Enum(Severity, by_value=True)
    is_active = Flag()


class AlertRuleCreateSchema(AlertRuleFieldsSchema):
    id = Id()
    model_id = Id(required=True)
    name = Text(200, required=True)
    fault_code_id = Id(required=True)


class AlertRuleChangeSchema(AlertRuleFieldsSchema):
    fault_code_id = Id()


class AlertRuleSchema(OutputSchema):
    id = Id(required=True)
    model_id = Id(required=True)
    name = Text(required=True)
    metric = Text(required=True, allow_none=True)
    comparator = fields.Enum(Comparator, by_value=True, required=True, allow_none=True)
    raise_at = Number(required=True, allow_none=True)
    clear_at = Number(required=True, allow_none=True)
    on_delay_seconds = Number(required=True)
    off_delay_seconds = Number(required=True)
    event_code = Text(required=True, allow_none=True)
    severity = fields.Enum(Severity, by_value=True, required=True)
    fault_code_id = Id(required=True)
    is_active = fields.Boolean(required=True)
    revision = Count(required=True)


class AlertRuleQuerySchema(PageQuerySchema):
    model_id = Id()


class AlarmQuerySchema(PageQuerySchema):
    state = fields.Enum(AlarmState, by_value=True)
    device_id = Id()
    asset_id = Id()
    episode_id = Id()
    ticket_id = Id()


class AlarmSchema(OutputSchema):
    id = Id(required=True)
    rule_id = Id(required=True)
    device_id = Id(required=True)
    asset_id = Id(required=True)
    episode_id = Id(required=True)
    state = fields.Enum(AlarmState, by_value=True, required=True)
    severity = fields.Enum(Severity, by_value=True, required=True)
    message = Text(required=True)
    value = Number(required=True, allow_none=True)
    occurrences = Count(required=True)
    raised_at = Instant(required=True)
    last_at = Instant(required=True)
    cleared_at = Instant(required=True, allow_none=True)
    acknowledged_at = Instant(required=True, allow_none=True)
    acknowledged_by = Id(required=True, allow_none=True)
    revision = Count(required=True)
    ticket_id = Id(required=True, allow_none=True)
    rule_name = Text(required=True)
    metric = Text(required=True, allow_none=True)
    comparator = fields.Enum(Comparator, by_value=True, required=True, allow_none=True)
    raise_at = Number(required=True, allow_none=True)
    clear_at = Number(required=True, allow_none=True)
    device_name = Text(required=True)
    asset_name = Text(required=True)


class SeriesQuerySchema(InputSchema):
    metric = Text(128, required=True)
    since = Instant(metadata={"description": "Default: a day before `until`."})
    until = Instant(metadata={"description": "Default: now."})
    points = fields.Integer(
        load_default=300,
        validate=validate.Range(2, 2000),
        metadata={"description": "At most so many points; each stands for a stretch of time."},
    )


class SeriesPointSchema(OutputSchema):
    """The readings of a stretch of time: the last of them, and the extremes."""

    at = Instant(required=True)
    value = Number(required=True)
    low = Number(required=True)
    high = Number(required=True)
    count = Count(required=True)


class SeriesSchema(OutputSchema):
    device_id = Id(required=True)
    metric = Text(required=True)
    since = Instant(required=True)
    until = Instant(required=True)
    is_cut = fields.Boolean(
        required=True,
        metadata={"description": "True: the series begins later, because there are too many."},
    )
    points = fields.List(fields.Nested(SeriesPointSchema), required=True)


class ReadingQuerySchema(PageQuerySchema):
    since = Instant()
    until = Instant()


class ReadingSchema(OutputSchema):
    id = Id(required=True)
    at = Instant(required=True)
    received_at = Instant(required=True)
    kind = fields.String(required=True)
    is_suspect = fields.Boolean(required=True)
    values = fields.Dict(keys=fields.String(), required=True)
    fault = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    meta = fields.Dict(keys=fields.String(), required=True)


class DeviceStateSchema(OutputSchema):
    device_id = Id(required=True)
    is_online = fields.Boolean(required=True)
    online_changed_at = Instant(required=True, allow_none=True)
    last_at = Instant(required=True, allow_none=True)
    last_received_at = Instant(required=True, allow_none=True)
    values = fields.Dict(keys=fields.String(), required=True)
    forbidden_count = fields.Integer(required=True)


class DeadLetterQuerySchema(PageQuerySchema):
    device_id = Id()


class DeadLetterSchema(OutputSchema):
    id = Id(required=True)
    device_id = Id(required=True)
    topic = fields.String(required=True)
    payload = fields.Function(
        lambda letter: letter.payload[:4096].decode("utf-8", "replace"),
        required=True,
        metadata={"type": "string", "description": "The first 4096 bytes, as text."},
    )
    code = fields.String(required=True)
    detail = fields.String(required=True)
    received_at = Instant(required=True)
    last_received_at = Instant(required=True)
    occurrences = fields.Integer(required=True)
