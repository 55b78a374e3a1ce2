"""Shapes of sync on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from server.kernel.commands import CommandStatus
from server.kernel.fields import Count, Id, InputSchema, Instant, OutputSchema, QueryFlag, Text
from server.kernel.paging import PageQuerySchema
from sync.rules import MAX_COMMANDS, InstallationState, PullStart, Resolution

MAX_SEQ = 2**53 - 1
MAX_CURSOR = 1000
MAX_RECEIPT = 500
SHA256 = validate.Regexp(r"\A[0-9a-f]{64}\Z", error="Must be a SHA-256 in hexadecimal.")


class InstallationEnrolSchema(InputSchema):
    id = Id(required=True, metadata={"description": "Made by the app at its first start."})
    name = Text(200, required=True)
    platform = Text(200, min_length=0, load_default="")
    app_version = Text(64, min_length=0, load_default="")


class InstallationSchema(OutputSchema):
    id = Id(required=True)
    user_id = Id(required=True)
    name = Text(required=True)
    platform = Text(required=True)
    app_version = Text(required=True)
    state = fields.Enum(InstallationState, by_value=True, required=True)
    last_seq = Count(high=MAX_SEQ, required=True)
    clock_offset_ms = fields.Integer(required=True)
    enrolled_at = Instant(required=True)
    last_seen_at = Instant(required=True)
    revision = Count(required=True)


class CommandSchema(InputSchema):
    seq = Count(1, MAX_SEQ, required=True, metadata={"description": "1, 2, 3 … per installation."})
    id = Id(required=True)
    type = Text(64, required=True)
    entity_id = Id(required=True)
    base_revision = Count(allow_none=True, load_default=None)
    args = fields.Dict(keys=fields.String(), load_default=dict)
    device_at = Instant(required=True)
    v = Count(1, 1000, load_default=1, metadata={"description": "Version of the arguments."})


class PushSchema(InputSchema):
    installation_id = Id(required=True)
    sent_at = Instant(
        load_default=None, metadata={"description": "The device's clock when it sent this."}
    )
    commands = fields.List(
        fields.Nested(CommandSchema), required=True, validate=validate.Length(max=MAX_COMMANDS)
    )


class CommandResultSchema(OutputSchema):
    seq = Count(high=MAX_SEQ, required=True)
    id = Id(required=True)
    status = fields.Enum(CommandStatus, by_value=True, required=True)
    details = fields.Dict(keys=fields.String(), required=True)
    occurred_at = Instant(required=True)
    replayed = fields.Boolean(required=True)


class PushResultSchema(OutputSchema):
    ack_seq = Count(high=MAX_SEQ, required=True)
    results = fields.List(fields.Nested(CommandResultSchema), required=True)
    height = fields.Integer(required=True)
    epoch = fields.String(required=True)
    server_time = Instant(required=True)
    receipt = fields.String(required=True)


class PullQuerySchema(InputSchema):
    cursor = Text(MAX_CURSOR, load_default=None)
    from_ = fields.Enum(
        PullStart,
        by_value=True,
        data_key="from",
        load_default=PullStart.START,
        metadata={
            "description": "Where to begin without a cursor: `start` gives everything that is"
            " visible, `head` gives nothing but the cursor of what comes next."
        },
    )
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))


class ChangeSchema(OutputSchema):
    kind = fields.String(required=True)
    id = Id(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["visible", "out", "deleted"]))
    revision = fields.Integer(required=True)
    document = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class PullSchema(OutputSchema):
    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    height = fields.Integer(required=True)
    epoch = fields.String(required=True)
    server_time = Instant(required=True)


class KindDigestSchema(OutputSchema):
    count = fields.Integer(required=True)
    digest = fields.String(required=True)


class DigestSchema(OutputSchema):
    height = fields.Integer(required=True)
    epoch = fields.String(required=True)
    kinds = fields.Dict(keys=fields.String(), values=fields.Nested(KindDigestSchema), required=True)


class ReceiptAskSchema(InputSchema):
    commands = fields.List(Id(), load_default=list, validate=validate.Length(max=MAX_RECEIPT))
    blobs = fields.List(
        fields.String(validate=SHA256), load_default=list, validate=validate.Length(max=MAX_RECEIPT)
    )


class ReceiptSchema(OutputSchema):
    commands = fields.List(Id(), required=True)
    blobs = fields.List(fields.String(), required=True)
    missing_commands = fields.List(Id(), required=True)
    missing_blobs = fields.List(fields.String(), required=True)
    receipt = fields.String(required=True)


class CommandQuerySchema(PageQuerySchema):
    status = fields.Enum(CommandStatus, by_value=True)
    entity_id = Id()
    installation_id = Id()
    user_id = Id()
    is_waiting = QueryFlag(
        metadata={"description": "True: only what waits for a person's decision."}
    )


class SyncCommandSchema(OutputSchema):
    id = Id(required=True)
    installation_id = Id(required=True)
    user_id = Id(required=True)
    seq = Count(high=MAX_SEQ, required=True)
    type = Text(required=True)
    entity_id = Id(required=True)
    base_revision = Count(required=True, allow_none=True)
    args = fields.Dict(keys=fields.String(), required=True)
    device_at = Instant(required=True)
    occurred_at = Instant(required=True)
    received_at = Instant(required=True)
    is_skewed = fields.Boolean(required=True)
    status = fields.Enum(CommandStatus, by_value=True, required=True)
    details = fields.Dict(keys=fields.String(), required=True)
    resolution = fields.Enum(Resolution, by_value=True, required=True, allow_none=True)
    resolution_note = Text(required=True)
    resolved_at = Instant(required=True, allow_none=True)
    resolved_by = Id(required=True, allow_none=True)


class ListedSyncCommandSchema(SyncCommandSchema):
    user_name = Text(required=True)
    installation_name = Text(required=True)


class ResolutionSchema(InputSchema):
    resolution = fields.Enum(Resolution, by_value=True, required=True)
    note = Text(2000, min_length=0, load_default="")


class KeySetSchema(OutputSchema):
    keys = fields.List(fields.Dict(keys=fields.String()), required=True)
