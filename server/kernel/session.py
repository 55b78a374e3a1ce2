"""The session of one unit of work, and the facts that travel with it."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import orjson
from sqlalchemy import Connection, Table, TextClause, event, insert, text
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from server.kernel import clock, tenancy
from server.kernel.actors import Actor, system

if TYPE_CHECKING:
    from server.kernel.modules import Platform

JOURNAL = {"unscoped": "journal"}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a write came from; kept in the audit trail."""

    request_id: str = ""
    address: str = ""


@dataclass(kw_only=True)
class Unit:
    """What a unit of work knows: its tenant, who acts, and what it has changed so far.

    ``occurred_at`` is set while a command recorded on a device is applied: facts then carry the
    time when they happened, not the time when they arrived.
    """

    platform: Platform
    tenant_id: UUID | None
    write: bool
    actor: Actor | None = None
    origin: Origin = field(default_factory=Origin)
    occurred_at: dt.datetime | None = None
    touched: dict[tuple[str, UUID], bool] = field(default_factory=dict)
    # A session forgets what nobody holds; what was touched is looked at again before the commit.
    held: dict[tuple[str, UUID], Any] = field(default_factory=dict)
    journal: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    job_ids: list[UUID] = field(default_factory=list)
    height: tuple[str, int] | None = None


class UnitSession(Session):
    """A session bound to one Unit and so to one tenant."""

    def begin_nested(self) -> SessionTransaction:
        """Begin a savepoint; what was noted before it is not undone with it."""
        self.flush()
        write_notes(self)
        return super().begin_nested()


tenancy.guard_session(UnitSession)


def unit_of(session: Session) -> Unit:
    """Return the unit of work that ``session`` belongs to."""
    return cast("Unit", session.info["unit"])


def platform_of(session: Session) -> Platform:
    """Return the platform that ``session`` belongs to."""
    return unit_of(session).platform


def tenant_of(session: Session) -> UUID:
    """Return the tenant of ``session``; raises CrossTenantError where there is none."""
    tenant_id = unit_of(session).tenant_id
    if tenant_id is None:
        msg = "This needs a tenant, and the unit of work has none."
        raise tenancy.CrossTenantError(msg)
    return tenant_id


def actor_of(session: Session) -> Actor:
    """Return who acts; the system where nobody is signed in."""
    return unit_of(session).actor or system(tenant_of(session))


def note(session: Session, model: type[Any], row: dict[str, Any]) -> None:
    """Leave a row that is only ever added (a fact, an audit entry), its id and tenant included.

    Notes are written together, one statement for all of a kind: before somebody reads that kind,
    before a savepoint, and at the end of the unit of work.
    """
    unit_of(session).journal.setdefault(model.__table__, []).append(row)


def write_notes(session: Session) -> None:
    """Write what was noted."""
    unit = unit_of(session)
    if not unit.journal:
        return
    noted, unit.journal = unit.journal, {}
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        texts = {table.name: _json_text(rows) for table, rows in noted.items()}
        connection.execute(_insert_all(tuple(noted)), texts, execution_options=JOURNAL)
        return
    for table, rows in noted.items():
        connection.execute(insert(table), rows, execution_options=JOURNAL)


def _json_text(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


@functools.cache
def _insert_all(tables: tuple[Table, ...]) -> TextClause:
    """Return PostgreSQL's one statement for all notes: each table's rows are a JSON text."""
    parts = []
    for table in tables:
        name, columns = table.name, ", ".join(column.name for column in table.columns)
        rows = f"jsonb_populate_recordset(CAST(NULL AS {name}), CAST(:{name} AS jsonb))"
        insertion = f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {rows}"  # noqa: S608
        parts.append(f"noted_{name} AS ({insertion})")
    return text(f"WITH {', '.join(parts)} SELECT 1")


def occurred_at(session: Session) -> dt.datetime:
    """Return when the fact being recorded happened: on the device, else now."""
    return unit_of(session).occurred_at or clock.now()


def enter_tenant(session: Session, tenant_id: UUID) -> None:
    """Give a unit of work that began without tenant its one tenant (sign-in, device connect)."""
    unit = unit_of(session)
    if unit.tenant_id not in {None, tenant_id}:
        msg = "A unit of work cannot switch tenants."
        raise tenancy.CrossTenantError(msg)
    unit.tenant_id = tenant_id
    _announce_tenant(session.connection(), tenant_id)


@event.listens_for(UnitSession, "do_orm_execute")
def _write_before_reading(state: ORMExecuteState) -> None:
    journal = unit_of(state.session).journal
    if journal and any(mapper.local_table in journal for mapper in state.all_mappers):
        write_notes(state.session)


@event.listens_for(UnitSession, "after_soft_rollback")
def _forget_notes(session: Session, _transaction: SessionTransaction) -> None:
    # Only those since the savepoint are left: it began with an empty journal.
    unit_of(session).journal.clear()


@event.listens_for(UnitSession, "after_begin")
def _after_begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        _announce_tenant(connection, unit_of(session).tenant_id)


def _announce_tenant(connection: Connection, tenant_id: UUID | None) -> None:
    """Tell row-level security the tenant, until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        value: Any = str(tenant_id) if tenant_id else ""
        connection.exec_driver_sql("select set_config('app.tenant_id', %s, true)", (value,))
