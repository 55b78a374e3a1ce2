"""The database: declarative base, engines for PostgreSQL and SQLite, and what both must set up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.orm import DeclarativeBase

from server.kernel import geo
from server.kernel.ddl import APP_ROLE
from server.kernel.types import TYPE_MAP

BUSY_TIMEOUT_SECONDS = 5
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _json_text(value: Any) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


_JSON: dict[str, Any] = {"json_serializer": _json_text, "json_deserializer": orjson.loads}


class Base(DeclarativeBase):
    """Base of every table; constraints are named, so that errors and migrations can name them."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = TYPE_MAP


class UnsafeRoleError(RuntimeError):
    """The database role could read every tenant; the platform does not start with it."""


def make_engine(url: str, *, as_owner: bool = False) -> Engine:
    """Return an engine with the traps of its dialect handled.

    ``as_owner`` is for migrations: no role switch on PostgreSQL, no foreign keys during SQLite's
    batch operations.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, as_owner=as_owner)
    engine = create_engine(url, pool_size=10, max_overflow=10, **_JSON)
    if not as_owner:
        event.listen(engine, "connect", _enter_app_role)
    return engine


def reader(engine: Engine) -> Engine:
    """Return the engine for reading: deferred on SQLite, a read-only transaction on PostgreSQL."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(postgresql_readonly=True)
    return engine.execution_options(write=False)


def check_role(engine: Engine) -> None:
    """Refuse to run with a role that row-level security does not bind."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        unsafe = connection.execute(
            text("select rolsuper or rolbypassrls from pg_roles where rolname = current_user"),
            execution_options={"unscoped": "role"},
        ).scalar_one()
    if unsafe:
        msg = "The database role bypasses row-level security; use a role without that right."
        raise UnsafeRoleError(msg)


def _sqlite_engine(url: str, *, as_owner: bool) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=20,
        **_JSON,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver must not open transactions itself: it would make savepoints meaningless.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL: what was accepted survives a power cut, not only a crash of the process.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA foreign_keys={'OFF' if as_owner else 'ON'}")
        connection.execute("PRAGMA temp_store=MEMORY")
        # SQLite's own knows only ASCII; PostgreSQL's, and so every search by words, knows the rest.
        connection.create_function("lower", 1, _lower, deterministic=True)
        geo.register_functions(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that starts deferred cannot wait for another writer: it fails at once.
        write = connection.get_execution_options().get("write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _enter_app_role(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute(f"SET ROLE {APP_ROLE}")
    connection.execute("SET lock_timeout = '5s'")
    connection.execute("SET statement_timeout = '60s'")
    connection.execute("SET timezone = 'UTC'")
    connection.execute("SET jit = off")  # Spatial functions look dear: compiling took 150 ms.
    connection.autocommit = False
