"""Shapes of parts and stock on the wire; quantities and prices are decimal texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import fields, validate

from inventory.rules import DiscrepancyState, LocationKind, MoveReason, ReservationState
from server.kernel.actors import ActorKind
from server.kernel.fields import (
    MAX_AMOUNT,
    Flag,
    Id,
    InputSchema,
    Instant,
    Money,
    OutputSchema,
    Position,
    Quantity,
    QueryFlag,
    Text,
    position_document,
)
from server.kernel.listing import NamedQuerySchema
from server.kernel.paging import PageQuerySchema

Convert = Mapping[str, Callable[[Any], Any]]

NAME = 200
NUMBER = 64
UNIT = 64
REMARK = 500
RESOLUTION = 2000
MAX_LINES = 200
CURRENCY = validate.Regexp(r"^[A-Z]{3}$", error="Must be an ISO 4217 code, like EUR.")
MADE_BY_CLIENT = {"description": "Made by the client, so that a repeat is booked once."}
# The books of a storekeeper; everything else is written by its own command.
BOOKED_BY_HAND = (MoveReason.RECEIPT, MoveReason.RETURN, MoveReason.ADJUSTMENT)

PART_CONVERT: Convert = {"price_amount": Money.to_text}
LOCATION_CONVERT: Convert = {"position": position_document}
LEVEL_CONVERT: Convert = {"on_hand": Quantity.to_text, "reserved": Quantity.to_text}
QUANTITY_CONVERT: Convert = {"quantity": Quantity.to_text}


class PartSchema(OutputSchema):
    id = Id(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    price_amount = Money(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class PartCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="part_id", metadata=MADE_BY_CLIENT)
    number = Text(NUMBER, required=True)
    name = Text(NAME, required=True)
    unit = Text(UNIT, load_default="pcs")
    price_amount = Money(allow_none=True, load_default=None)
    currency = fields.String(allow_none=True, load_default=None, validate=CURRENCY)


class PartChangeSchema(InputSchema):
    number = Text(NUMBER)
    name = Text(NAME)
    unit = Text(UNIT)
    price_amount = Money(allow_none=True)
    currency = fields.String(allow_none=True, validate=CURRENCY)
    is_archived = Flag()


class PartQuerySchema(NamedQuerySchema):
    number = Text(NUMBER, load_default=None)


class PartLineSchema(OutputSchema):
    id = Id(required=True)
    part_id = Id(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    quantity = Quantity(required=True)


class PartLineSetSchema(InputSchema):
    part_id = Id(required=True)
    quantity = Quantity(low=1, required=True)


class PartLinesSetSchema(InputSchema):
    lines = fields.List(
        fields.Nested(PartLineSetSchema), required=True, validate=validate.Length(max=MAX_LINES)
    )


class StockLocationSchema(OutputSchema):
    id = Id(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(LocationKind, by_value=True, required=True)
    engineer_id = Id(required=True, allow_none=True)
    parent_id = Id(required=True, allow_none=True)
    position = Position(required=True, allow_none=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class StockLocationCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="location_id", metadata=MADE_BY_CLIENT)
    name = Text(NAME, required=True)
    kind = fields.Enum(LocationKind, by_value=True, required=True)
    engineer_id = Id(allow_none=True, load_default=None)
    parent_id = Id(allow_none=True, load_default=None)
    position = Position(allow_none=True, load_default=None)


class StockLocationChangeSchema(InputSchema):
    name = Text(NAME)
    engineer_id = Id(allow_none=True)
    position = Position(allow_none=True)
    is_archived = Flag()


class StockLocationQuerySchema(NamedQuerySchema):
    kind = fields.Enum(LocationKind, by_value=True, load_default=None)
    engineer_id = Id(load_default=None)
    parent_id = Id(load_default=None)


class StockLevelSchema(OutputSchema):
    id = Id(required=True)
    part_id = Id(required=True)
    location_id = Id(required=True)
    on_hand = Quantity(required=True)
    reserved = Quantity(required=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class StockLevelQuerySchema(PageQuerySchema):
    part_id = Id(load_default=None)
    location_id = Id(load_default=None)
    engineer_id = Id(load_default=None, metadata={"description": "Whose van."})


class StockMoveSchema(OutputSchema):
    id = Id(required=True)
    part_id = Id(required=True)
    location_id = Id(required=True)
    quantity = Quantity(required=True)
    reason = fields.Enum(MoveReason, by_value=True, required=True)
    work_order_id = Id(required=True, allow_none=True)
    repair_id = Id(required=True, allow_none=True)
    transfer_id = Id(required=True, allow_none=True)
    consumption_id = Id(required=True, allow_none=True)
    remark = fields.String(required=True)
    occurred_at = Instant(required=True)
    recorded_at = Instant(required=True)
    actor_kind = fields.Enum(ActorKind, by_value=True, required=True)
    actor_id = Id(required=True)
    actor_name = fields.String(required=True)


class StockMoveBookSchema(InputSchema):
    id = Id(data_key="id", attribute="move_id", metadata=MADE_BY_CLIENT)
    reason = fields.Enum(
        MoveReason,
        by_value=True,
        required=True,
        validate=validate.OneOf(BOOKED_BY_HAND, error="Must be receipt, return or adjustment."),
        metadata={"enum": [str(reason) for reason in BOOKED_BY_HAND]},
    )
    part_id = Id(required=True)
    location_id = Id(required=True)
    quantity = Quantity(
        low=-MAX_AMOUNT,
        required=True,
        metadata={"description": "Only an adjustment may be negative."},
    )
    work_order_id = Id(metadata={"description": "Only of a return: where the part came from."})
    remark = Text(REMARK, min_length=0, load_default="")


class StockMoveQuerySchema(PageQuerySchema):
    part_id = Id(load_default=None)
    location_id = Id(load_default=None)
    work_order_id = Id(load_default=None)
    repair_id = Id(load_default=None)
    reason = fields.Enum(MoveReason, by_value=True, load_default=None)


class StockCountSchema(InputSchema):
    id = Id(data_key="id", attribute="move_id", metadata=MADE_BY_CLIENT)
    part_id = Id(required=True)
    location_id = Id(required=True)
    counted = Quantity(required=True)
    remark = Text(REMARK, min_length=0, load_default="")


class TransferSchema(OutputSchema):
    id = Id(required=True)
    part_id = Id(required=True)
    from_location_id = Id(required=True)
    to_location_id = Id(required=True)
    quantity = Quantity(required=True)
    work_order_id = Id(required=True, allow_none=True)
    remark = fields.String(required=True)
    occurred_at = Instant(required=True)
    recorded_at = Instant(required=True)


class TransferBookSchema(InputSchema):
    id = Id(data_key="id", attribute="transfer_id", metadata=MADE_BY_CLIENT)
    part_id = Id(required=True)
    from_location_id = Id(required=True)
    to_location_id = Id(required=True)
    quantity = Quantity(low=1, required=True)
    work_order_id = Id(
        metadata={"description": "Parts claimed for this work go first, with their claims."}
    )
    remark = Text(REMARK, min_length=0, load_default="")


class StockPlaceSchema(OutputSchema):
    """How much of a part lies somewhere, and how much of it no work order has claimed."""

    location_id = Id(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(LocationKind, by_value=True, required=True)
    engineer_id = Id(required=True, allow_none=True)
    on_hand = Quantity(required=True)
    reserved = Quantity(required=True)
    free = Quantity(required=True)


class PartAvailabilitySchema(OutputSchema):
    """A part that a work order needs, and where there is some of it."""

    part_id = Id(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    quantity = Quantity(required=True)
    reserved = Quantity(required=True)
    places = fields.List(fields.Nested(StockPlaceSchema), required=True)


class PartAvailabilitiesSchema(OutputSchema):
    items = fields.List(fields.Nested(PartAvailabilitySchema), required=True)


class ReservationSchema(OutputSchema):
    id = Id(required=True)
    work_order_id = Id(required=True)
    part_id = Id(required=True)
    location_id = Id(
        required=True, allow_none=True, metadata={"description": "Null: nothing is there yet."}
    )
    quantity = Quantity(required=True)
    state = fields.Enum(ReservationState, by_value=True, required=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ReservationListSchema(OutputSchema):
    items = fields.List(fields.Nested(ReservationSchema), required=True)


class ReservationMakeSchema(InputSchema):
    id = Id(data_key="id", attribute="reservation_id", metadata=MADE_BY_CLIENT)
    work_order_id = Id(required=True)
    part_id = Id(required=True)
    quantity = Quantity(low=1, required=True)


class ReservationMoveSchema(InputSchema):
    action = fields.String(required=True, validate=validate.OneOf(["release"]))


class ReservationQuerySchema(PageQuerySchema):
    work_order_id = Id(load_default=None)
    part_id = Id(load_default=None)
    location_id = Id(load_default=None)
    state = fields.Enum(ReservationState, by_value=True, load_default=None)
    is_short = QueryFlag(load_default=None)


class DiscrepancySchema(OutputSchema):
    id = Id(required=True)
    part_id = Id(required=True)
    location_id = Id(required=True)
    quantity = Quantity(required=True)
    work_order_id = Id(required=True)
    repair_id = Id(required=True)
    consumption_id = Id(required=True)
    state = fields.Enum(DiscrepancyState, by_value=True, required=True)
    resolution = fields.String(required=True)
    occurred_at = Instant(required=True)
    resolved_at = Instant(required=True, allow_none=True)
    resolved_by = Id(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class DiscrepancyResolveSchema(InputSchema):
    resolution = Text(RESOLUTION, required=True)


class DiscrepancyQuerySchema(PageQuerySchema):
    state = fields.Enum(DiscrepancyState, by_value=True, load_default=None)
    part_id = Id(load_default=None)
    location_id = Id(load_default=None)
    work_order_id = Id(load_default=None)
