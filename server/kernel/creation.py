"""Records whose id the client made: the same creation sent twice makes one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.errors import DomainError

Model = TypeVar("Model")


class IdTaken(DomainError):
    """The id chosen by the client belongs to another record."""

    code = "id-taken"
    status = 409
    title = "Id taken"


def find_made(
    session: Session, model: type[Model], record_id: UUID | None, content: Mapping[str, Any]
) -> Model | None:
    """Return the record that an earlier try has made with this id, or None.

    Raises IdTaken when the record with that id has other content than ``content`` says.
    """
    if record_id is None:
        return None
    table: Any = model
    record: Model | None = session.scalar(select(table).where(table.id == record_id))
    if record is None:
        return None
    other = sorted(key for key, value in content.items() if differs(getattr(record, key), value))
    if other:
        raise IdTaken("This id belongs to a record with other content.", fields=other)
    return record


def differs(kept: Any, given: Any) -> bool:
    """Whether a value given anew is another one than the record has; geometries by their bytes."""
    if isinstance(kept, WKBElement) and isinstance(given, WKBElement):
        return _bytes(kept) != _bytes(given)
    return bool(kept != given)


def _bytes(value: WKBElement) -> bytes:
    return bytes.fromhex(value.data) if isinstance(value.data, str) else bytes(value.data)
