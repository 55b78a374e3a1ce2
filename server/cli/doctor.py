"""``truckroll doctor``: what is configured, what can be reached, and what is missing."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from server.cli.broker import FOLDER_BROKER, find_program
from server.kernel import db, ddl, schema, settings
from server.kernel.settings import Settings
from server.kernel.storage import StorageUnavailable, blob_key, file_store
from server.supervisor import HTTPReady, PortReady, Ready

# A package by which an extra is known, and what cannot be done without it.
EXTRAS = {
    "optimize": ("numba", "plans are made by rules and minutes only"),
    "roads": ("pyroutingkit", "travel times are estimated from the distance"),
    "ml": ("lightgbm", "failures are predicted by rules only"),
}
APPS = ("console", "field")
MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}


class State(StrEnum):
    """How a finding reads; only ``failed`` makes the exit code 1."""

    OK = "ok"
    OFF = "off"
    MISSING = "missing"
    FAILED = "FAILED"


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    name: str
    state: State
    detail: str


@click.command()
def doctor() -> None:
    """Check settings, database, queue, MQTT, files and processes; exit code 1 if one failed."""
    findings = list(examine(settings.from_environment(os.environ)))
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        click.echo(f"{finding.state:8}{finding.name:{width}}  {finding.detail}")
    if any(finding.state is State.FAILED for finding in findings):
        sys.exit(1)


def examine(configuration: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which parts depend on each other."""
    yield _home(configuration)
    yield from _database(configuration)
    yield _queue(configuration)
    yield _files(configuration)
    yield _apps(configuration)
    yield _map(configuration)
    yield _mqtt(configuration)
    host, port = _probe_host(configuration.host), configuration.port
    yield _running("api", HTTPReady(port, host=host), f"{host}:{port}")
    port = configuration.stream_port
    yield _running("stream", HTTPReady(port, host=host), f"{host}:{port}")
    yield from _extras()


def _home(configuration: Settings) -> Finding:
    home = configuration.home
    if not home.exists():
        return Finding("home", State.OFF, f"{home} is made at the first start")
    if not os.access(home, os.W_OK):
        return Finding("home", State.FAILED, f"{home} cannot be written")
    return Finding("home", State.OK, str(home))


def _database(configuration: Settings) -> Iterator[Finding]:
    url = configuration.database_url
    if configuration.is_embedded and not configuration.home.exists():
        yield Finding("database", State.OFF, "SQLite; made at the first start")
        return
    if not configuration.is_embedded and importlib.util.find_spec("psycopg") is None:
        yield Finding("database", State.FAILED, "PostgreSQL needs the extra `postgres`")
        return
    shown = make_url(url).render_as_string()  # Without the password.
    owner = db.make_engine(configuration.migration_url, as_owner=True)
    try:
        with owner.connect() as connection:
            yield Finding("database", State.OK, shown)
            yield from _server_parts(connection)
            yield _schema(configuration, connection)
        yield from _role(db.make_engine(url))
    except (SQLAlchemyError, OSError) as error:
        yield Finding("database", State.FAILED, f"{shown}: {_first_line(error)}")
    finally:
        owner.dispose()


def _server_parts(connection: Connection) -> Iterator[Finding]:
    """What an administrator of PostgreSQL must have installed in the database."""
    if connection.dialect.name != "postgresql":
        return
    present = set(connection.scalars(text("select extname from pg_extension")))
    missing = [name for name in ddl.EXTENSIONS if name not in present]
    if missing:
        statements = " ".join(f"CREATE EXTENSION {name};" for name in missing)
        yield Finding("extensions", State.FAILED, f"run as administrator: {statements}")
    else:
        yield Finding("extensions", State.OK, ", ".join(ddl.EXTENSIONS))


def _schema(configuration: Settings, connection: Connection) -> Finding:
    scripts = ScriptDirectory.from_config(schema.alembic_config(configuration))
    newest = scripts.get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == newest:
        return Finding("schema", State.OK, str(current))
    return Finding("schema", State.FAILED, f"is {current}, needs {newest}: truckroll migrate")


def _role(engine: Engine) -> Iterator[Finding]:
    if engine.dialect.name != "postgresql":
        return
    try:
        db.check_role(engine)
        yield Finding("role", State.OK, "bound by row-level security")
    except db.UnsafeRoleError as error:
        yield Finding("role", State.FAILED, str(error))
    finally:
        engine.dispose()


def _queue(configuration: Settings) -> Finding:
    url = configuration.broker_url
    if not url:
        program = find_program()
        if program:
            return Finding("queue", State.OK, f"embedded: {program}")
        return Finding("queue", State.MISSING, "no Valkey here: tasks go through a folder")
    if url.startswith(FOLDER_BROKER):
        return Finding("queue", State.OK, "a folder")
    shown = url.rsplit("@", 1)[-1]
    try:
        with Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3) as redis:
            redis.ping()
    except (RedisError, OSError, ValueError) as error:
        return Finding("queue", State.FAILED, f"{shown}: {_first_line(error)}")
    return Finding("queue", State.OK, shown)


def _files(configuration: Settings) -> Finding:
    place = configuration.files_url.partition("?")[0]
    try:
        file_store(configuration.files_url).stat(blob_key(UUID(int=0), "0" * 64))
    except (StorageUnavailable, ValueError, OSError) as error:
        return Finding("files", State.FAILED, f"{place}: {_first_line(error)}")
    return Finding("files", State.OK, place)


def _apps(configuration: Settings) -> Finding:
    folder = configuration.web_dist
    missing = [app for app in APPS if not (folder / app / "index.html").is_file()]
    if missing:
        detail = f"not built in {folder}: {', '.join(missing)}; `make run` builds them"
        return Finding("apps", State.MISSING, detail)
    return Finding("apps", State.OK, str(folder))


def _map(configuration: Settings) -> Finding:
    chosen = configuration.map
    if chosen.kind == "none":
        return Finding("map", State.OFF, "a coastline; TRUCKROLL_MAP_KIND and _URL name a map")
    if chosen.file is not None and not chosen.file.is_file():
        return Finding("map", State.FAILED, f"there is no file {chosen.file}")
    # Without what follows the path: that is where keys are.
    shown = chosen.file or (chosen.url or "").partition("?")[0]
    return Finding("map", State.OK, f"{chosen.kind}, {chosen.crs}: {shown}")


def _mqtt(configuration: Settings) -> Finding:
    if not configuration.mqtt_broker_url:
        host, port = _probe_host(configuration.mqtt_host), configuration.mqtt_port
        return _running("mqtt", PortReady(port, host), f"own endpoint, {host}:{port}")
    parts = urlsplit(configuration.mqtt_broker_url)
    port = parts.port or MQTT_PORTS.get(parts.scheme, 1883)
    if _answers(PortReady(port, parts.hostname or "127.0.0.1")):
        return Finding("mqtt", State.OK, f"broker {parts.hostname}:{port}")
    return Finding("mqtt", State.FAILED, f"broker {parts.hostname}:{port} does not answer")


def _running(name: str, ready: Ready, detail: str) -> Finding:
    is_there = _answers(ready)
    state = State.OK if is_there else State.OFF
    return Finding(name, state, detail if is_there else f"not running on {detail}")


def _extras() -> Iterable[Finding]:
    for extra, (package, lack) in EXTRAS.items():
        if importlib.util.find_spec(package):
            yield Finding(f"extra {extra}", State.OK, "installed")
        else:
            yield Finding(f"extra {extra}", State.MISSING, f"not installed: {lack}")


def _answers(ready: Ready) -> bool:
    async def ask() -> bool:
        return await ready.is_ready()

    return asyncio.run(ask())


def _probe_host(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared with


def _first_line(error: BaseException) -> str:
    return (str(error) or repr(error)).splitlines()[0]
