"""Schema fields of the public contract: how ids, instants, positions and amounts look on the wire.

Every schema derives from ``InputSchema`` or ``OutputSchema``; input refuses unknown fields and
text that a database cannot hold.
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
from collections.abc import Mapping
from typing import Any

from geoalchemy2 import WKBElement
from marshmallow import RAISE, Schema, ValidationError, fields, post_dump, pre_load, validate

from server.kernel import geo
from server.kernel.types import MONEY_SCALE, QUANTITY_SCALE

INT_MAX = 2**31 - 1
MAX_AMOUNT = 10**12
EARLIEST = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
MAX_NESTING = 20
POSITION_EDGES = 2
BOX_EDGES = 4


class InputSchema(Schema):
    """What a client may send: unknown fields and unstorable text are refused by name."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE

    @pre_load
    def refuse_unstorable_text(self, data: Any, **_: Any) -> Any:
        """Refuse control characters and lone surrogates: no database can keep them."""
        if isinstance(data, Mapping):
            errors = {
                str(key)[:80].encode("utf-8", "replace").decode(): [
                    "Contains control characters or broken Unicode."
                ]
                for key, value in data.items()
                if _is_unstorable(key) or _is_unstorable(value)
            }
            if errors:
                raise ValidationError(errors)
        return data


class OutputSchema(Schema):
    """What the platform answers; every field is always present."""

    class Meta:
        """Keep the declared order."""

        ordered = True

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        """Leave out the lengths of input: what is kept may be empty, and is shown as it is."""
        if isinstance(field_obj, Text):
            field_obj.validators = []

    @post_dump
    def keep(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the document as dumped."""
        return data


class Text(fields.String):
    """Text of 1 to ``max_length`` characters, stripped of outer white space."""

    def __init__(self, max_length: int = 200, *, min_length: int = 1, **options: Any) -> None:
        """Bound the length; ``min_length=0`` allows the empty text."""
        super().__init__(validate=validate.Length(min=min_length, max=max_length), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        return text.strip()


class Id(fields.UUID):
    """An identifier: a UUID in its usual text form."""


class Instant(fields.AwareDateTime):
    """An instant: RFC 3339 with a zone, between 1970 and 2200; shown in UTC."""

    def __init__(self, **options: Any) -> None:
        """Refuse a time without zone instead of guessing one."""
        super().__init__(format="iso", default_timezone=None, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> dt.datetime:
        if not isinstance(value, str) or "T" not in value.upper():
            message = "Not a valid instant: use RFC 3339 with a zone, like 2026-03-01T08:00:00Z."
            raise ValidationError(message)
        try:
            instant = super()._deserialize(value, attr, data, **options)
            instant = instant.astimezone(dt.UTC)
        except OverflowError:
            instant = LATEST + dt.timedelta(days=1)
        if not EARLIEST <= instant <= LATEST:
            message = "Must lie between 1970 and 2200."
            raise ValidationError(message)
        return instant


class Day(fields.Date):
    """A calendar day, like 2026-03-01."""


class Count(fields.Integer):
    """A whole number within bounds; booleans and fractions are refused."""

    def __init__(self, low: int = 0, high: int = INT_MAX, **options: Any) -> None:
        """Bound the number."""
        super().__init__(strict=True, validate=validate.Range(low, high), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class Number(fields.Float):
    """A finite number."""

    def __init__(self, **options: Any) -> None:
        """Refuse NaN and infinities."""
        super().__init__(allow_nan=False, **options)


class Flag(fields.Boolean):
    """True or false, nothing that merely looks like it."""

    truthy = {True}  # noqa: RUF012 - marshmallow's own class attribute.
    falsy = {False}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


class QueryFlag(fields.Boolean):
    """True or false in a query string."""


class _Scaled(fields.Field):  # type: ignore[type-arg]
    """A whole number of parts of a unit in Python, a decimal text on the wire."""

    scale = 1
    places = 0

    def __init__(self, *, low: int = 0, **options: Any) -> None:
        """``low`` is the smallest value allowed, in parts."""
        super().__init__(**options)
        self.low = low

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else self.to_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        message = f'Must be a decimal text with at most {self.places} places, like "1.5".'
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", value):
            raise ValidationError(message)
        parts = decimal.Decimal(value) * self.scale
        if parts != parts.to_integral_value():
            raise ValidationError(message)
        if not self.low <= parts <= MAX_AMOUNT:
            lowest = self.to_text(self.low)
            raise ValidationError(f"Must be at least {lowest}, and not beyond reason.")
        return int(parts)

    @classmethod
    def to_text(cls, value: int) -> str:
        """Return the decimal text of ``value`` parts, without trailing zeros."""
        text = f"{decimal.Decimal(value) / cls.scale:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class Quantity(_Scaled):
    """A quantity in the part's unit, kept as a whole number of thousandths."""

    scale = QUANTITY_SCALE
    places = 3


class Money(_Scaled):
    """An amount of money, kept as a whole number of ten-thousandths."""

    scale = MONEY_SCALE
    places = 4


class Position(fields.Field):  # type: ignore[type-arg]
    """A GeoJSON Point (RFC 7946): ``{"type": "Point", "coordinates": [lon, lat]}``."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        return None if value is None else position_document(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> WKBElement:
        coordinates = value.get("coordinates") if isinstance(value, Mapping) else None
        if not isinstance(value, Mapping) or value.get("type") != "Point":
            message = 'Must be a GeoJSON Point: {"type": "Point", "coordinates": [lon, lat]}.'
            raise ValidationError(message)
        return geo.point(*_checked_pair(coordinates))


class Area(fields.Field):  # type: ignore[type-arg]
    """A GeoJSON Polygon (RFC 7946); the first ring is the border, the others are holes."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:
        if value is None:
            return None
        return {"type": "Polygon", "coordinates": geo.rings(value)}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> WKBElement:
        message = "Must be a GeoJSON Polygon whose rings are closed."
        if not isinstance(value, Mapping) or value.get("type") != "Polygon":
            raise ValidationError(message)
        rings = value.get("coordinates")
        if not isinstance(rings, list) or not 1 <= len(rings) <= 100:  # noqa: PLR2004
            raise ValidationError(message)
        checked = []
        for ring in rings:
            if not isinstance(ring, list) or not 4 <= len(ring) <= 10_000:  # noqa: PLR2004
                raise ValidationError(message)
            points = [_checked_pair(pair) for pair in ring]
            if points[0] != points[-1]:
                raise ValidationError(message)
            checked.append(points)
        try:
            return geo.polygon(checked)
        except ValueError as error:
            raise ValidationError(f"{message} {error}") from None


class Numbers(fields.Field):  # type: ignore[type-arg]
    """Degrees in a query string: so many numbers with commas between, longitude before latitude."""

    def __init__(self, count: int, example: str, **options: Any) -> None:
        """``count`` is 2 for a position and 4 for a box: west, south, east, north."""
        super().__init__(metadata={"type": "string", "example": example}, **options)
        self.count = count
        self.example = example

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[float, ...]:
        parts = str(value).split(",")
        try:
            degrees = tuple(float(part) for part in parts)
        except ValueError:
            degrees = ()
        if len(degrees) != self.count or not all(math.isfinite(number) for number in degrees):
            message = f"Must be {self.count} numbers with commas between, like {self.example}."
            raise ValidationError(message)
        return degrees


def check_position(degrees: tuple[float, ...]) -> None:
    """Refuse what is no longitude and latitude, and say when they look swapped."""
    lon, lat = degrees[:2]
    if not -180 <= lon <= 180 or not -90 <= lat <= 90:  # noqa: PLR2004 - degrees
        hint = " They look swapped." if abs(lon) <= 90 and abs(lat) <= 180 else ""  # noqa: PLR2004
        limits = "Longitude lies within ±180, latitude within ±90 degrees."
        raise ValidationError(f"{limits}{hint}")


def check_box(degrees: tuple[float, ...]) -> None:
    """Refuse a box whose corners are no positions, or whose south lies north of its north."""
    check_position(degrees[:2])
    check_position(degrees[2:])
    if degrees[1] > degrees[3]:
        message = "South must not lie north of north: west, south, east, north."
        raise ValidationError(message)


def position_document(value: Any) -> dict[str, Any]:
    """Return the GeoJSON Point of a stored position."""
    lon, lat = geo.lon_lat(value)
    return {"type": "Point", "coordinates": [lon, lat]}


def _checked_pair(pair: Any) -> tuple[float, float]:
    message = "Coordinates are two numbers in the order longitude, latitude."
    if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - longitude and latitude
        raise ValidationError(message)
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in pair):
        raise ValidationError(message)
    lon, lat = float(pair[0]), float(pair[1])
    if not -180 <= lon <= 180 or not -90 <= lat <= 90:  # noqa: PLR2004 - degrees
        hint = " They look swapped." if abs(lon) <= 90 and abs(lat) <= 180 else ""  # noqa: PLR2004
        limits = "Longitude lies within ±180, latitude within ±90 degrees."
        raise ValidationError(f"{limits}{hint}")
    return lon, lat


def _is_unstorable(value: Any, depth: int = 0) -> bool:
    if isinstance(value, str):
        return CONTROL.search(value) is not None
    if depth > MAX_NESTING:
        return True
    if isinstance(value, Mapping):
        return any(
            _is_unstorable(key, depth + 1) or _is_unstorable(item, depth + 1)
            for key, item in value.items()
        )
    if isinstance(value, list):
        return any(_is_unstorable(item, depth + 1) for item in value)
    return False
