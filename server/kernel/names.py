"""Names of records as people search for them: by their beginning, whatever the case and the width.

The key is kept beside the name and compared byte by byte, so that both databases give the same
order and serve a search for a beginning from an ordinary index.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from sqlalchemy import ColumnElement, String, and_
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, validates

from server.kernel.types import Name

SORT_NAME_LENGTH = 200
_LAST_CHARACTER = "\U0010ffff"

SortName = Annotated[
    str,
    mapped_column(
        String(SORT_NAME_LENGTH).with_variant(String(SORT_NAME_LENGTH, collation="C"), "postgresql")
    ),
]


class Named:
    """A record with a name and the key that lists sort by and searches compare with."""

    name: Mapped[Name]
    sort_name: Mapped[SortName]

    @validates("name")
    def _keep_sort_name(self, _key: str, name: str) -> str:
        self.sort_name = sort_name(name)
        return name


def sort_name(text: str) -> str:
    """Return the key of a name: without differences of case, width and outer white space."""
    return unicodedata.normalize("NFKC", text).casefold().strip()[:SORT_NAME_LENGTH]


def begins_with(
    column: InstrumentedAttribute[str] | ColumnElement[Any], prefix: str
) -> ColumnElement[bool]:
    """Whether a ``sort_name`` begins with what somebody has typed so far."""
    first = sort_name(prefix)
    return and_(column >= first, column < first + _LAST_CHARACTER)
