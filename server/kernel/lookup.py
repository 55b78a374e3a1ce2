"""One record by its id: the commonest question, so its statement is made once and kept."""

from __future__ import annotations

import functools
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Mapper, Session

from server.kernel.session import tenant_of
from server.kernel.tenancy import Tenanted

Record = TypeVar("Record", bound=Tenanted)
LOOKUP = {"unscoped": "lookup"}


def find_record(session: Session, model: type[Record], record_id: UUID) -> Record | None:
    """Return the tenant's record with that id, or None."""
    values = {"of_tenant": tenant_of(session), "of_id": record_id}
    found = session.scalar(_by_id(cast("Any", model)), values, execution_options=LOOKUP)
    return cast("Record | None", found)


def find_values(session: Session, model: type[Tenanted], record_id: UUID, *names: str) -> Any:
    """Return some columns of the tenant's record with that id as a row, or None.

    It costs half of the whole record.
    """
    session.flush()
    values = {"of_tenant": tenant_of(session), "of_id": record_id}
    statement = _columns_by_id(cast("Any", model), names)
    connection = session.connection()
    return connection.execute(statement, values, execution_options=LOOKUP).one_or_none()


@functools.cache
def _columns_by_id(model: type[Tenanted], names: tuple[str, ...]) -> Select[Any]:
    columns = cast("Table", cast("Any", model).__table__).c
    return select(*(columns[name] for name in names)).where(
        columns["tenant_id"] == bindparam("of_tenant"), columns["id"] == bindparam("of_id")
    )


@functools.cache
def _by_id(model: type[Tenanted]) -> Select[Any]:
    mapper = cast("Mapper[Any]", cast("Any", model).__mapper__)
    if mapper.relationships:
        msg = f"{model.__name__} brings other records along; select it in the ordinary way."
        raise TypeError(msg)
    return select(model).where(
        model.tenant_id == bindparam("of_tenant"), model.id == bindparam("of_id")
    )
