"""What an exception means to a caller: a refusal with a stable code, or a bug of ours."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from server.kernel.db import Base
from server.kernel.errors import Busy, Conflicting, DomainError, InvalidInput, StaleRevision
from server.kernel.modules import Platform
from server.kernel.uow import is_busy


def as_refusal(error: Exception, platform: Platform) -> DomainError | None:
    """Return the refusal an exception means, or None when it is a bug of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, ValidationError):
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        return InvalidInput("The input is not valid.", **messages)
    if isinstance(error, StaleDataError):
        return StaleRevision("The record was changed by somebody else just now.")
    if isinstance(error, IntegrityError):
        return _from_constraint(error, platform)
    return _from_database(error) if isinstance(error, DBAPIError | PoolTimeout) else None


def _from_database(error: DBAPIError | PoolTimeout) -> DomainError | None:
    if isinstance(error, DataError):
        return InvalidInput("A value is outside what can be stored.")
    return Busy() if is_busy(error) else None


def constraint_name(error: IntegrityError) -> str:
    """Return the name of the violated constraint, the same on both databases where it can be."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return str(diagnostics.constraint_name or "")
    message = str(error.orig)
    if found := re.match(r"(?:CHECK|UNIQUE) constraint failed: (?:index )?'?(\w+)'?$", message):
        return found[1]
    if found := re.match(r"UNIQUE constraint failed: (.+)", message):
        columns = [part.strip().split(".") for part in found[1].split(",")]
        return _unique_name(columns[0][0], {column for _, column in columns})
    return "foreign-key" if message.startswith("FOREIGN KEY") else message.split(":", 1)[0]


def _unique_name(table_name: str, columns: set[str]) -> str:
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return ""
    candidates: list[Any] = [*table.indexes, *table.constraints]
    for candidate in candidates:
        names = {column.name for column in getattr(candidate, "columns", ())}
        if names == columns and candidate.name:
            return str(candidate.name)
    return ""


def _from_constraint(error: IntegrityError, platform: Platform) -> DomainError:
    name = constraint_name(error)
    kind = platform.constraints.get(name, Conflicting)
    if name.startswith("fk_") or name == "foreign-key":
        return Conflicting("A record it refers to does not exist or is still in use.")
    return kind("The change contradicts what is already stored.", constraint=name)
