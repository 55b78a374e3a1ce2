"""How customers, sites and territories look on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate, validates

from server.kernel.fields import (
    BOX_EDGES,
    INT_MAX,
    POSITION_EDGES,
    Area,
    Flag,
    Id,
    InputSchema,
    Instant,
    Number,
    Numbers,
    OutputSchema,
    Position,
    Text,
    check_box,
    check_position,
    position_document,
)
from server.kernel.geo import rings
from server.kernel.listing import NamedQuerySchema

NAME_LENGTH = 200
PHONE_LENGTH = 64
ADDRESS_LENGTH = 500
NOTES_LENGTH = 10_000
TIMEZONE_LENGTH = 64


class _EmailMixin:
    @validates("email")
    def check_email(self, value: str, **_: Any) -> None:
        """Refuse what cannot be an address; empty means that there is none."""
        if value:
            validate.Email()(value)


class CustomerSchema(OutputSchema):
    id = Id(required=True)
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True)
    notes = fields.String(required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class CustomerCreateSchema(_EmailMixin, InputSchema):
    id = Id(data_key="id", attribute="customer_id")
    name = Text(NAME_LENGTH, required=True)
    email = Text(NAME_LENGTH, min_length=0, load_default="")
    phone = Text(PHONE_LENGTH, min_length=0, load_default="")
    notes = Text(NOTES_LENGTH, min_length=0, load_default="")


class CustomerChangeSchema(_EmailMixin, InputSchema):
    name = Text(NAME_LENGTH)
    email = Text(NAME_LENGTH, min_length=0)
    phone = Text(PHONE_LENGTH, min_length=0)
    notes = Text(NOTES_LENGTH, min_length=0)
    is_archived = Flag()


class CustomerQuerySchema(NamedQuerySchema):
    number = fields.Integer(load_default=None, validate=validate.Range(1, INT_MAX))
    email = Text(NAME_LENGTH, load_default=None)
    phone = Text(PHONE_LENGTH, load_default=None)


class SiteSchema(OutputSchema):
    id = Id(required=True)
    number = fields.Integer(required=True)
    name = fields.String(required=True)
    customer_id = Id(required=True)
    address = fields.String(required=True)
    position = Position(required=True)
    timezone = fields.String(required=True)
    territory_id = Id(required=True, allow_none=True)
    is_territory_chosen = fields.Boolean(required=True)
    access_notes = fields.String(required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class ListedSiteSchema(SiteSchema):
    distance_metres = Number(
        required=True,
        allow_none=True,
        metadata={"description": "How far from `near`; null without it."},
    )


class SiteCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="site_id")
    name = Text(NAME_LENGTH, required=True)
    customer_id = Id(required=True)
    address = Text(ADDRESS_LENGTH, required=True)
    position = Position(required=True)
    timezone = Text(TIMEZONE_LENGTH)
    territory_id = Id(allow_none=True)
    access_notes = Text(NOTES_LENGTH, min_length=0, load_default="")


class SiteChangeSchema(InputSchema):
    name = Text(NAME_LENGTH)
    customer_id = Id()
    address = Text(ADDRESS_LENGTH)
    position = Position()
    timezone = Text(TIMEZONE_LENGTH)
    territory_id = Id(
        allow_none=True, metadata={"description": "Null: the territory follows the position."}
    )
    access_notes = Text(NOTES_LENGTH, min_length=0)
    is_archived = Flag()


class SiteQuerySchema(NamedQuerySchema):
    number = fields.Integer(load_default=None, validate=validate.Range(1, INT_MAX))
    customer_id = Id(load_default=None)
    territory_id = Id(load_default=None)
    near = Numbers(POSITION_EDGES, "-8.61,41.15", load_default=None, validate=check_position)
    bbox = Numbers(BOX_EDGES, "-8.7,41.1,-8.5,41.2", load_default=None, validate=check_box)


class TerritorySchema(OutputSchema):
    id = Id(required=True)
    name = fields.String(required=True)
    area = Area(required=True)
    square_metres = Number(required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class TerritoryCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="territory_id")
    name = Text(NAME_LENGTH, required=True)
    area = Area(required=True)


class TerritoryChangeSchema(InputSchema):
    name = Text(NAME_LENGTH)
    area = Area()
    is_archived = Flag()


def area_document(value: Any) -> dict[str, Any]:
    """Return the GeoJSON Polygon of a stored area."""
    return {"type": "Polygon", "coordinates": rings(value)}


CUSTOMER_NAMES = tuple(CustomerSchema().fields)
SITE_NAMES = tuple(SiteSchema().fields)
TERRITORY_NAMES = tuple(TerritorySchema().fields)
SITE_CONVERT = {"position": position_document}
TERRITORY_CONVERT = {"area": area_document}
