"""Column types that mean the same on PostgreSQL and on SQLite, and the units of numbers."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, Enum, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

ENUM_LENGTH = 32
QUANTITY_SCALE = 1_000  # A quantity is a whole number of thousandths of the part's unit.
MONEY_SCALE = 10_000  # An amount is a whole number of ten-thousandths of the currency.


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant: aware in Python; ``timestamptz`` on PostgreSQL, UTC text on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[dt.datetime]:
        """An instant, so that cursors of lists can be read back."""
        return dt.datetime

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        """Refuse a time without zone: it would mean something else on the other database."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "An instant needs a time zone."
            raise ValueError(msg)
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, _coltype: object) -> Any:
        """Give the stored instant back in UTC.

        Overridden as a whole, because lists read many: one call for each on SQLite, and none on
        PostgreSQL, whose sessions are in UTC.
        """
        return _instant_of_text if dialect.name == "sqlite" else None


def _instant_of_text(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(f"{text}+00:00")


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
Code = Annotated[str, mapped_column(String(64))]
Name = Annotated[str, mapped_column(String(200))]
Line = Annotated[str, mapped_column(String(500))]
LongText = Annotated[str, mapped_column(Text)]
Document = Annotated[dict[str, Any], mapped_column(Json)]
Documents = Annotated[list[Any], mapped_column(Json)]

TYPE_MAP: dict[Any, Any] = {
    UUID: Uuid(),
    dt.datetime: UtcDateTime(),
    dict[str, Any]: Json,
    list[Any]: Json,
    enum.Enum: Enum(
        enum.Enum,
        native_enum=False,
        create_constraint=True,
        length=ENUM_LENGTH,
        values_callable=lambda kind: [member.value for member in kind],
    ),
}
