"""References to records of rooms that must not be imported: checked by the name of their table.

Row-level security does not bind foreign-key checks, and SQLite does not name the violated key, so
a service asks here before it writes.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.db import Base
from server.kernel.errors import InvalidInput


def require(
    session: Session,
    table: str,
    ids: Collection[UUID],
    *,
    field: str,
    even_archived: bool = False,
) -> None:
    """Refuse the input unless every id is a record of ``table`` in this tenant, not archived.

    ``even_archived`` is for facts: what was used on site may have been archived since.
    """
    model = _model_of(table)
    wanted = set(ids)
    if not wanted:
        return
    found = {
        record.id: record for record in session.scalars(select(model).where(model.id.in_(wanted)))
    }
    noun = table.replace("_", " ")
    if wanted - found.keys():
        raise InvalidInput(f"There is no such {noun}.", **{field: "unknown"})
    if not even_archived and any(getattr(record, "archived_at", None) for record in found.values()):
        raise InvalidInput(f"The {noun} is archived.", **{field: "archived"})


def _model_of(table: str) -> Any:
    for mapper in Base.registry.mappers:
        if getattr(mapper.local_table, "name", None) == table:
            return mapper.class_
    msg = f"No loaded module has the table {table}."
    raise LookupError(msg)
