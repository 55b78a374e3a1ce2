"""Tenants: the columns that scope a record, and the guards that keep tenants apart.

On PostgreSQL row-level security is the border (``ddl.py``); the criteria here are the border on
SQLite and the plan's help on PostgreSQL. Statements that the criteria cannot reach (Core, text,
bulk inserts) are refused unless they carry the execution option ``unscoped`` with one of the
reasons in ``UNSCOPED_REASONS``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import (
    Connection,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Table,
    TextClause,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import (
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.util import find_tables

from server.kernel import clock
from server.kernel.db import Base
from server.kernel.ids import new_id
from server.kernel.types import Code, Name

# Tables without row-level security, each with the reason why a tenant is not known there.
UNSCOPED_TABLES: dict[str, str] = {
    "tenant": "the list of tenants itself, read at sign-in",
    "outbox": "the relay claims jobs of every tenant",
    "sync_feed": "the stream process reads the height of every tenant, and nothing else",
    "alembic_version": "the state of the schema",
    "device_credential": "a device shows its token before its tenant is known",
    "heartbeat": "a process works for every tenant",
    "signin_failure": "a wrong login may name no tenant at all",
}
# Reasons a statement may carry; each place has its own two-tenant test.
UNSCOPED_REASONS = frozenset(
    {
        "feed",
        "geo",
        "health",
        "identity",
        "journal",
        "lookup",
        "numbers",
        "readings",
        "relay",
        "role",
        "schema",
    }
)


MOST_LOOKED_AT = 10_000
_looked_at: set[str] = set()


class CrossTenantError(RuntimeError):
    """Code tried to read or write outside the tenant of its unit of work: a bug, never input."""


class Tenant(Base):
    """An organisation that uses the platform; every record belongs to exactly one."""

    __tablename__ = "tenant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    timezone: Mapped[Code] = mapped_column(default="UTC")
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class Tenanted:
    """A record of one tenant. Other records refer to it by ``tenant_fk``.

    The audit trail keeps what was changed or removed; with ``__audit_inserts__`` also what was
    added, for rows such as grants that nobody reads by their id.
    """

    __audited__: ClassVar[bool] = True
    __audit_inserts__: ClassVar[bool] = False

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)

    @declared_attr
    def tenant_id(self) -> Mapped[UUID]:
        """The tenant; filled in from the unit of work."""
        return mapped_column(ForeignKey("tenant.id"))


class Versioned(Tenanted):
    """A record that people change: its revision is checked against ``If-Match``."""

    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now, onupdate=clock.now)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a class-level directive.
        return {"version_id_col": cast("Any", cls).revision}


def tenant_fk(column: str, target: str, **options: Any) -> ForeignKeyConstraint:
    """Return the foreign key ``(tenant_id, column)`` → ``target`` (``"table.id"``).

    Foreign-key checks bypass row-level security, so the tenant must be part of the key.
    """
    table = target.split(".", 1)[0]
    return ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", target], **{"ondelete": "RESTRICT", **options}
    )


@event.listens_for(Tenanted, "instrument_class", propagate=True)
def _add_tenant_key(mapper: Mapper[Any], _class: type) -> None:
    """Give every table the key that composite foreign keys point at."""
    table = cast("Any", mapper.local_table)
    table.append_constraint(UniqueConstraint("tenant_id", "id"))


def guard_session(session_class: type[Session]) -> None:
    """Install the criteria and the write check on a session class."""
    event.listen(session_class, "do_orm_execute", _add_criteria)
    event.listen(session_class, "before_flush", _check_writes)
    event.listen(session_class, "after_flush_postexec", _end_flush)
    event.listen(session_class, "after_soft_rollback", _end_flush)


def guard_engine(engine: Engine) -> None:
    """Refuse Core and text statements on tenant tables, except in marked places."""
    event.listen(engine, "before_execute", _refuse_unscoped)
    event.listen(engine, "before_cursor_execute", _refuse_hidden)


def _tenant_of(session: Session) -> UUID | None:
    return cast("UUID | None", session.info["unit"].tenant_id)


def _add_criteria(state: ORMExecuteState) -> None:
    if state.is_column_load or state.execution_options.get("unscoped") in UNSCOPED_REASONS:
        return
    tenant_id = _tenant_of(state.session)
    if tenant_id is None:
        if mappers := _models(state, Tenanted):
            msg = f"No tenant in this unit of work, reading {mappers[0].__name__}."
            raise CrossTenantError(msg)
        return
    if not state.is_select:
        _check_bulk(state)
    state.statement = state.statement.options(_criteria(state.session, tenant_id))


def _models(state: ORMExecuteState, kind: type) -> list[type]:
    return [mapper.class_ for mapper in state.all_mappers if issubclass(mapper.class_, kind)]


def _check_bulk(state: ORMExecuteState) -> None:
    if state.is_insert:
        msg = "Bulk inserts bypass the tenant check; add the objects to the session."
        raise CrossTenantError(msg)
    if _models(state, Versioned):
        msg = "Bulk changes of versioned records bypass revision, feed and audit trail."
        raise CrossTenantError(msg)
    if state.is_update and "tenant_id" in _changed_columns(state.statement):
        msg = "A bulk change cannot give rows to another tenant."
        raise CrossTenantError(msg)


def _criteria(session: Session, tenant_id: UUID) -> Any:
    """Return the tenant's criteria; a session has one tenant, so they are made once."""
    made = session.info.get("criteria")
    if made is None:
        made = session.info["criteria"] = with_loader_criteria(
            Tenanted,
            lambda cls: cls.tenant_id == tenant_id,
            include_aliases=True,
            track_closure_variables=True,
        )
    return made


def _check_writes(session: Session, _context: Any, _instances: Any) -> None:
    tenant_id = _tenant_of(session)
    for record in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(record, Tenanted):
            continue
        if cast("UUID | None", record.tenant_id) is None and tenant_id is not None:
            record.tenant_id = tenant_id
        if record.tenant_id != tenant_id:
            msg = f"{type(record).__name__} of another tenant."
            raise CrossTenantError(msg)
    session.info["flushing_on"] = session.connection().info
    session.info["flushing_on"]["flushing"] = True


def _end_flush(session: Session, *_rest: Any) -> None:
    # Kept by hand: after a savepoint was rolled back the session gives no connection yet.
    session.info.pop("flushing_on", {}).pop("flushing", None)


def _refuse_unscoped(
    connection: Connection, statement: Any, _multi: Any, _params: Any, options: Any
) -> None:
    if options.get("unscoped") in UNSCOPED_REASONS or connection.info.get("flushing"):
        return
    if getattr(statement, "_propagate_attrs", {}).get("compile_state_plugin") == "orm":
        return
    if isinstance(statement, TextClause):
        msg = "Text statements need the execution option `unscoped` with a known reason."
        raise CrossTenantError(msg)
    if not hasattr(statement, "get_children"):
        return
    for table in find_tables(statement, include_crud=True, include_joins=True):
        if "tenant_id" in getattr(table, "c", ()) and table.name not in UNSCOPED_TABLES:
            msg = f"A Core statement on {table.name} bypasses the tenant criteria."
            raise CrossTenantError(msg)


def _refuse_hidden(
    connection: Connection, _cursor: Any, sql: str, _params: Any, context: Any, _many: Any
) -> None:
    """Refuse what hides inside a statement of models: raw text, or a table beside its model.

    The criteria do not reach it. Looked at once per text of SQL: the walk costs more than many a
    query.
    """
    if sql in _looked_at or connection.info.get("flushing"):
        return
    statement = context.invoked_statement
    if context.execution_options.get("unscoped") in UNSCOPED_REASONS:
        return
    if hasattr(statement, "get_children"):
        _require_models(statement)
    if len(_looked_at) >= MOST_LOOKED_AT:
        _looked_at.clear()
    _looked_at.add(sql)


def _require_models(statement: Any) -> None:
    tables, of_models = set(), set()
    for element in visitors.iterate(statement):
        if element.__visit_name__ in {"textclause", "textual_select"}:
            msg = "Text in a statement needs the execution option `unscoped` with a known reason."
            raise CrossTenantError(msg)
        entity = getattr(element, "_annotations", {}).get("parententity")
        table = getattr(element, "table", element)
        if entity is not None:
            of_models.add(entity.mapper.local_table.name)
        elif element.__visit_name__ in {"table", "column"} and _is_scoped(table):
            tables.add(cast("Any", table).name)
    if beside := tables - of_models:
        msg = f"{', '.join(sorted(beside))} beside models: the tenant criteria miss it."
        raise CrossTenantError(msg)


def _is_scoped(table: Any) -> bool:
    return (
        isinstance(table, Table)
        and "tenant_id" in table.columns
        and table.name not in UNSCOPED_TABLES
    )


def _changed_columns(statement: Any) -> set[str]:
    values = statement._values or {}  # noqa: SLF001 - there is no public way to ask.
    return {str(getattr(column, "key", column)) for column in values}
