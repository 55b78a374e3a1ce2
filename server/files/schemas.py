"""What clients send and see of attachments."""

from __future__ import annotations

from marshmallow import fields, validate

from server.files.rules import MAX_FILE_SIZE, AttachmentKind, AttachmentState
from server.kernel.fields import Count, Id, InputSchema, Instant, OutputSchema, Text
from server.kernel.paging import PageQuerySchema


class AttachmentArgsSchema(InputSchema):
    """What a phone tells of a file before it sends the bytes; arguments of ``attachment.add``."""

    entity_kind = Text(40, required=True, metadata={"example": "work_order"})
    entity_id = Id(required=True)
    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z"))
    size = Count(1, MAX_FILE_SIZE, required=True)
    mime = Text(64, required=True, metadata={"example": "image/jpeg"})
    kind = fields.Enum(AttachmentKind, by_value=True, required=True)
    name = Text(200, min_length=0, load_default="")
    taken_at = Instant(load_default=None, allow_none=True)


class AttachmentAddSchema(AttachmentArgsSchema):
    """The same over REST, with the id that the sender has made."""

    id = Id(required=True)


class AttachmentQuerySchema(PageQuerySchema):
    """Of which record."""

    entity_kind = Text(40, required=True)
    entity_id = Id(required=True)


class ThumbnailQuerySchema(InputSchema):
    """Which small picture."""

    size = fields.Integer(
        load_default=320,
        validate=validate.OneOf((320, 1600)),
        metadata={"description": "Longest side in pixels."},
    )


class PlaceSchema(OutputSchema):
    """A GeoJSON Point."""

    type = fields.String(required=True)
    coordinates = fields.List(fields.Float(), required=True)


class AttachmentSchema(OutputSchema):
    """An attachment as its record's readers see it; ``place`` only for those who see places."""

    id = Id(required=True)
    revision = fields.Integer(required=True)
    entity_kind = fields.String(required=True)
    entity_id = Id(required=True)
    kind = fields.Enum(AttachmentKind, by_value=True, required=True)
    name = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    mime = fields.String(required=True)
    state = fields.Enum(AttachmentState, by_value=True, required=True)
    refusal = fields.String(required=True)
    taken_at = Instant(required=True)
    added_by = Id(required=True)
    installation_id = Id(required=True, allow_none=True)
    created_at = Instant(required=True)
    receipted_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "When the device that sent it got the server's receipt."},
    )
    added_by_name = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    thumbnails = fields.List(fields.Integer(), required=True)
    place = fields.Nested(PlaceSchema, required=True, allow_none=True)
