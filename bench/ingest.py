"""Ingest per CPU second against a paho subscriber that does nothing with the same messages.

Counted is the CPU time of the one process that takes the messages in; not that of who sends them,
nor the broker's, nor PostgreSQL's. SQLite syncs every commit (``synchronous=FULL``).
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTProtocolVersion
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from iot_gateway.consumer import CLIENT_ID, TOPICS
from server import factory
from server.assets import api as assets
from server.auth import api as auth
from server.kernel import schema, settings
from server.kernel.actors import system
from server.kernel.uow import unit_of_work
from tests import servers
from tests.iot_gateway.mqtt import device as raw
from tests.iot_gateway.records import make_box

DEVICES, MESSAGES, ROUNDS = 20, 20_000, 3
PAYLOAD_BYTES = 218
WINDOW = 400
TARGETS = {"sqlite": 3.0, "postgresql": 2.0}
BROKER_TARGET = 0.6
BROKER = "allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 2000"


@dataclass
class Database:
    """A database with devices that may sign in."""

    name: str
    environment: dict[str, str]
    devices: list[tuple[str, str]]


def run() -> list[str]:
    """Return one row per ratio."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            databases = [*_databases(stack, home)]
            broker = servers.Mosquitto(BROKER)
        except servers.Missing as reason:
            return [f"ingest: not measured, {reason}"]
        stack.callback(broker.stop)
        costs: dict[tuple[str, str], list[float]] = defaultdict(list)
        for turn in range(ROUNDS):
            _measure(costs, databases, broker.port, turn)
    return [*_rows(costs)]


def _databases(stack: contextlib.ExitStack, home: Path) -> Iterator[Database]:
    yield _prepared("sqlite", f"sqlite:///{home / 'bench.sqlite'}", home)
    server = servers.PostGIS()
    stack.callback(server.stop)
    yield _prepared("postgresql", server.new_database("bench_ingest"), home)


def _prepared(name: str, url: str, home: Path) -> Database:
    environment = {
        "TRUCKROLL_HOME": str(home / name),
        "DATABASE_URL": url,
        "TRUCKROLL_SECRET_KEYS": "k" * 40,
    }
    chosen = settings.from_environment(environment)
    schema.upgrade(chosen)
    platform = factory.load(chosen, wake=False)
    with unit_of_work(platform, None) as session:
        tenant = auth.create_tenant(session, slug="acme", name="Acme", timezone="UTC")
        session.flush()
        session.expunge(tenant)
    devices = []
    with unit_of_work(platform, tenant.id) as session:
        for _ in range(DEVICES):
            box = make_box(session, tenant, limit={}, code={})
            device = assets.get_device(session, box.id)
            token = assets.issue_credential(session, actor=system(tenant.id), device=device)
            devices.append((box.name, token))
    platform.dispose()
    return Database(name, environment, devices)


def _measure(
    costs: dict[tuple[str, str], list[float]], databases: list[Database], broker: int, turn: int
) -> None:
    names = [name for name, _ in databases[0].devices]
    _fill(broker, "noop", names, turn)
    with _subject("noop", broker, {}) as subject:
        costs["noop", ""].append(_cost(subject))
    for database in databases:
        port = servers.free_port()
        with _subject("endpoint", port, database.environment) as subject:
            _heard(subject)
            _send(port, database.devices, f"{turn}a")
            costs["endpoint", database.name].append(_cost(subject))
            costs["evaluation", database.name].append(_cost(subject))
        _fill(broker, CLIENT_ID, [name for name, _ in database.devices], turn)
        with _subject("consumer", broker, database.environment) as subject:
            costs["consumer", database.name].append(_cost(subject))


def _rows(costs: dict[tuple[str, str], list[float]]) -> Iterator[str]:
    baseline = costs["noop", ""]
    yield f"paho subscriber that does nothing: {statistics.median(baseline):.0f} us CPU a message"
    for (role, database), micros in costs.items():
        if role == "evaluation":
            yield (
                f"evaluation afterwards, {database}:"
                f" {statistics.median(micros):.0f} us CPU a message"
            )
        elif role != "noop":
            target = TARGETS[database] if role == "endpoint" else BROKER_TARGET
            ratio = statistics.median(a / b for a, b in zip(baseline, micros, strict=True))
            verdict = "ok" if ratio >= target else "TOO SLOW"
            yield (
                f"{role}, {database}: {ratio:.2f} times as many messages per CPU second"
                f" (>= {target}) {verdict}; {statistics.median(micros):.0f} us CPU a message"
            )


@contextlib.contextmanager
def _subject(role: str, port: int, environment: dict[str, str]) -> Iterator[Any]:
    call = [sys.executable, "-m", "bench._gateway", role, str(MESSAGES), str(port)]
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | environment
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _heard(subject: Any) -> dict[str, Any]:
    line = subject.stdout.readline()
    assert line, "the measured process has ended"
    heard: dict[str, Any] = json.loads(line)
    return heard


def _cost(subject: Any) -> float:
    """Return the micromicros of CPU time a message."""
    return float(_heard(subject)["micros"])


def _payload(turn: str, number: int) -> bytes:
    document = {
        "ts": int(time.time() * 1000),
        "seq": number,
        "boot": turn,
        "values": {
            "temperature": 61.25 + number % 7,
            "vibration": 4.1875,
            "pressure": 101.325,
            "rpm": 1480 + number % 13,
            "current": 12.5,
        },
    }
    size = len(json.dumps(document))
    document["boot"] = turn + "x" * (PAYLOAD_BYTES - size)
    return json.dumps(document).encode()


def _fill(port: int, client_id: str, names: list[str], turn: int) -> None:
    """Let the broker keep all messages for a subscriber that is away."""
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    subscriber = Client(
        CallbackAPIVersion.VERSION2, client_id=client_id, protocol=MQTTProtocolVersion.MQTTv5
    )
    subscriber.on_connect = lambda client, *_: client.subscribe(TOPICS, qos=1)
    subscriber.on_subscribe = lambda client, *_: client.disconnect()
    subscriber.connect("127.0.0.1", port, clean_start=False, properties=properties)
    subscriber.loop_forever()
    _send(port, [(name, "") for name in names], f"{turn}b")


def _send(port: int, devices: list[tuple[str, str]], turn: str) -> None:
    """Publish all messages, each device over a connection of its own, a window at a time."""
    connections = []
    for name, token in devices:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(
            raw.connect(client_id=f"c-{name}", username=name, password=token.encode())
        )
        assert connection.recv(4) == b"\x20\x02\x00\x00"
        connections.append((connection, f"truckroll/v1/acme/{name}/telemetry"))
    each = MESSAGES // len(connections)
    for first in range(0, each, WINDOW):
        last = min(first + WINDOW, each)
        for connection, topic in connections:
            connection.sendall(
                b"".join(
                    raw.publish(topic, _payload(turn, number), number % 60_000 + 1)
                    for number in range(first, last)
                )
            )
        for connection, _ in connections:
            _read(connection, 4 * (last - first))
    for connection, _ in connections:
        connection.close()


def _read(connection: socket.socket, size: int) -> None:
    while size:
        got = len(connection.recv(65_536))
        assert got, "the connection was closed"
        size -= got
