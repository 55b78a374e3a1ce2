"""The gateway as a process of its own, which a test may kill, and devices that talk to it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from server import factory
from server.assets import api as assets
from server.auth import api as auth
from server.kernel import heartbeat, schema, settings
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.iot_gateway.records import Box, alarms_of, make_box, readings_of
from tests.servers import free_port

START_SECONDS = 60.0


class Installation:
    """A migrated database with a tenant and a device, and the gateway process that serves it."""

    def __init__(self, database_url: str, home: Path, broker_url: str = "") -> None:
        self.port = free_port()
        self.environment = {
            "TRUCKROLL_HOME": str(home),
            "DATABASE_URL": database_url,
            "TRUCKROLL_SECRET_KEYS": "k" * 40,
            "MQTT_PORT": str(self.port),
            "TRUCKROLL_MQTT_BROKER_URL": broker_url,
        }
        self.log = home / "gateway.log"
        self.settings = settings.from_environment(self.environment)
        schema.upgrade(self.settings)
        self.platform: Platform = factory.load(self.settings, wake=False)
        with unit_of_work(self.platform, None) as session:
            tenant: Tenant = auth.create_tenant(session, slug="acme", name="Acme", timezone="UTC")
            session.flush()
            session.expunge(tenant)
        self.tenant = tenant
        with self.working() as session:
            self.box = make_box(session, tenant, code={}, limit={})
            self.token = self.issue(session, self.box)
        self._process: subprocess.Popen[bytes] | None = None

    def working(self, **options: Any) -> Any:
        return unit_of_work(self.platform, self.tenant.id, **options)

    def issue(self, session: Any, box: Box) -> str:
        device = assets.get_device(session, box.id)
        return assets.issue_credential(session, actor=system(self.tenant.id), device=device)

    def start(self) -> None:
        """Start the process and wait until it serves."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "iot_gateway.main"],
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        ready = self._is_alive if self.settings.mqtt_broker_url else self._is_listening
        wait_until(lambda: self._process is not None and (self._has_ended() or ready()))
        assert not self._has_ended(), self.log.read_text()[-2000:]

    def kill(self) -> None:
        """Let the process die without warning."""
        if self._process is not None and not self._has_ended():
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._forget_life()

    def terminate(self) -> int:
        """Ask the process to leave; returns how it went."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def close(self) -> None:
        self.kill()
        self.platform.dispose()

    def life(self) -> heartbeat.Life:
        with unit_of_work(self.platform, None, write=False) as session:
            return heartbeat.life_of(session, "gateway")

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _is_listening(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False

    def _is_alive(self) -> bool:
        return self.life() is heartbeat.Life.OK

    def _forget_life(self) -> None:
        with unit_of_work(self.platform, None) as session:
            heartbeat.end(session, "gateway")


class Device:
    """A device on paho: numbers its readings, and knows which of them were acknowledged."""

    def __init__(self, port: int, box: Box, token: str | None, *, version: int = 4) -> None:
        self.box = box
        self._numbers: dict[int, int] = {}
        self._reasons: dict[int, int] = {}
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"{box.name}-{version}",
            protocol=MQTTProtocolVersion(version),
            clean_session=False if version == MQTTProtocolVersion.MQTTv311 else None,
        )
        if token is not None:
            self.client.username_pw_set(box.name, token)
        self.client.max_queued_messages_set(0)
        self.client.max_inflight_messages_set(100)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_publish = self._on_publish
        self._port = port

    def __enter__(self) -> Self:
        self.client.connect_async("127.0.0.1", self._port)
        self.client.loop_start()
        wait_until(self.client.is_connected)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    @property
    def acknowledged(self) -> dict[int, int]:
        """The MQTT 5 reason of each acknowledged reading, by its number."""
        reasons = dict(self._reasons)
        return {n: reasons[mid] for mid, n in self._numbers.items() if mid in reasons}

    def say(self, number: int, document: Any = None, channel: str = "telemetry") -> None:
        """Publish reading ``number``, a harmless one unless told otherwise."""
        said = document or {"ts": now(), "seq": number, "boot": "b1", "values": {"n": number}}
        payload = said if isinstance(said, bytes) else orjson.dumps(said)
        topic = f"truckroll/v1/{self.box.slug}/{self.box.name}/{channel}"
        self._numbers[self.client.publish(topic, payload, qos=1).mid] = number

    def _on_publish(self, _client: Any, _data: Any, mid: int, reason: Any, _more: Any) -> None:
        self._reasons[mid] = getattr(reason, "value", 0)


def numbers(installation: Installation) -> list[int]:
    """What the device has said and the gateway has stored, in the order of ingest."""
    with installation.working(write=False) as session:
        rows = readings_of(session, installation.box.id)
        return [row.document["values"]["n"] for row in rows if "n" in row.document["values"]]


def occurrences(installation: Installation) -> int:
    """How often the alarms of the device have been raised."""
    with installation.working(write=False) as session:
        return sum(alarm.occurrences for alarm in alarms_of(session, installation.box.id))


def now() -> int:
    return int(time.time() * 1000)


def wait_until(condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.05)
