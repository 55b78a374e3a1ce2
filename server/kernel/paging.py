"""Keyset paging, and the fast path of lists: rows straight to JSON, without objects between.

A page never counts what is behind it; ``next`` is opaque and stays right while rows come and go.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import enum
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from flask import Response
from marshmallow import fields, validate
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

from server.kernel.errors import DomainError
from server.kernel.fields import InputSchema, OutputSchema, Text

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000


class CursorInvalid(DomainError):
    """The cursor was not made by this list."""

    code = "cursor-invalid"
    status = 422
    title = "Cursor invalid"


class PageQuerySchema(InputSchema):
    """The query of every list; rooms add their filters."""

    cursor = Text(
        1000,
        load_default=None,
        metadata={"description": "The `next` of the page before; leave out for the first page."},
    )
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT),
    )


@dataclass(frozen=True)
class Page:
    """One page of rows and the cursor of the next, or None at the end."""

    items: Sequence[Any]
    next: str | None


@functools.cache
def page_schema(item: type[OutputSchema]) -> type[OutputSchema]:
    """Return the schema of a page of ``item``: ``{"items": […], "next": cursor or null}``."""
    name = item.__name__.removesuffix("Schema") + "PageSchema"
    return type(
        name,
        (OutputSchema,),
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
    )


def fetch_page(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    *,
    keys: Sequence[Any],
    query: Mapping[str, Any],
    descending: bool = False,
) -> Page:
    """Run ``statement`` for one page in the order of ``keys``, columns that it selects.

    The last key must be unique. All keys go the same way, so that a row value compares them.
    """
    limit = query["limit"]
    if query.get("cursor"):
        values = _decode(query["cursor"], keys)
        here = tuple_(*keys)
        statement = statement.where(here < values if descending else here > values)
    ordered = statement.order_by(*(key.desc() if descending else key.asc() for key in keys))
    result = session.execute(ordered.limit(limit + 1))
    single = len(result.keys()) == 1
    rows: Sequence[Any] = result.scalars().all() if single else result.all()
    if len(rows) <= limit:
        return Page(rows, None)
    rows = rows[:limit]
    return Page(rows, _encode([getattr(rows[-1], key.key) for key in keys]))


def page_response(
    page: Page,
    names: Sequence[str],
    convert: Mapping[str, Callable[[Any], Any]] | None = None,
) -> Response:
    """Answer a page of column rows as JSON; ``names`` are the columns in order.

    ``convert`` maps a name to what turns its stored value into the value on the wire. A contract
    test holds each fast list against the dump of its schema.
    """
    items: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in page.items]
    for name, function in (convert or {}).items():
        for item in items:
            if item[name] is not None:
                item[name] = function(item[name])
    return json_response({"items": items, "next": page.next})


def json_response(document: Any, status: int = 200) -> Response:
    """Answer ``document`` as JSON; UUIDs, instants and enums are written as the contract says."""
    return Response(orjson.dumps(document), status, mimetype="application/json")


def _encode(values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, dt.datetime) else v for v in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Any]) -> tuple[Any, ...]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = orjson.loads(raw)
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError(cursor)  # noqa: TRY301 - one refusal for every way to be wrong.
        return tuple(
            _typed(value, key.type.python_type) for value, key in zip(values, keys, strict=True)
        )
    except (ValueError, TypeError, AttributeError, binascii.Error, OverflowError):
        raise CursorInvalid("The cursor is not from this list; start without one.") from None


def _typed(value: Any, kind: type) -> Any:
    if kind is UUID:
        return UUID(value)
    if issubclass(kind, dt.datetime):
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    if issubclass(kind, enum.Enum):
        return kind(value)
    if kind is int and type(value) is int and abs(value) < 2**63:
        return value
    if kind is str and isinstance(value, str) and "\x00" not in value:
        return value
    raise ValueError(value)
