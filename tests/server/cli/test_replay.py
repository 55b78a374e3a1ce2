"""A replay against a real broker: what arrives, when, and what is refused."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from server.cli.replay import replay
from tests import servers

pytestmark = pytest.mark.servers


class Listener:
    """Everything that arrives on the broker, by topic."""

    def __init__(self, port: int) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.client = Client(CallbackAPIVersion.VERSION2, client_id="listener")
        self.client.on_message = lambda _c, _u, message: self.messages.append(
            (message.topic, json.loads(message.payload))
        )
        self.client.connect("127.0.0.1", port)
        self.client.subscribe("truckroll/v1/#", qos=1)
        self.client.loop_start()

    def until(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        deadline = time.monotonic() + 10
        while len(self.messages) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.messages


@pytest.fixture
def listener(mosquitto: servers.Mosquitto) -> Iterator[Listener]:
    listener = Listener(mosquitto.port)
    yield listener
    listener.client.disconnect()
    listener.client.loop_stop()


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.csv"
    path.write_text("machine-001,secret-1\nmachine-002,secret-2\n")
    return path


def run(port: int, *arguments: str) -> Result:
    address = ["--address", f"127.0.0.1:{port}"]
    return CliRunner().invoke(replay, [*arguments, *address], catch_exceptions=False)


def test_made_up_machines_speak_under_their_own_topics(
    mosquitto: servers.Mosquitto, listener: Listener, tokens: Path
) -> None:
    began = dt.datetime.now(dt.UTC)  # noqa: TID251 - the wall clock is what is tested

    result = run(
        mosquitto.port,
        *("--generate", "4", "--machine", "1", "--machine", "2", "--tenant", "porto"),
        *("--speed", "36000", "--tokens", str(tokens)),
    )

    messages = listener.until(10)
    topics = {topic for topic, _ in messages}
    assert result.output.startswith("Sent 10 messages of 2 devices in ")
    assert topics == {
        f"truckroll/v1/porto/machine-00{number}/{kind}"
        for number in (1, 2)
        for kind in ("telemetry", "event")
    }
    stamps = sorted({body["ts"] for topic, body in messages if topic.endswith("telemetry")})
    assert [b - a for a, b in itertools.pairwise(stamps)] == [100, 100, 100]
    assert abs(stamps[0] / 1000 - began.timestamp()) < 5


def test_every_device_counts_its_messages(
    mosquitto: servers.Mosquitto, listener: Listener, tokens: Path
) -> None:
    run(
        mosquitto.port,
        *("--generate", "3", "--machine", "1", "--speed", "1e9", "--tokens", str(tokens)),
    )

    messages = listener.until(4)
    assert [body["seq"] for _, body in messages] == [1, 2, 3, 4]
    assert len({body["boot"] for _, body in messages}) == 1


def test_a_machine_without_token_is_named(mosquitto: servers.Mosquitto, tokens: Path) -> None:
    result = run(mosquitto.port, "--generate", "2", "--machine", "7", "--tokens", str(tokens))

    assert result.exit_code == 1
    assert "no token for machine-007" in result.output


def test_a_device_that_is_refused_is_named(tokens: Path) -> None:
    broker = servers.Mosquitto("allow_anonymous false")
    try:
        result = run(broker.port, "--generate", "2", "--machine", "1", "--tokens", str(tokens))
    finally:
        broker.stop()

    assert result.exit_code == 1
    assert "machine-001: Not authorized" in result.output


def test_an_endpoint_that_is_not_there_is_named(tokens: Path) -> None:
    port = servers.free_port()

    result = run(port, "--generate", "2", "--machine", "1", "--tokens", str(tokens))

    assert result.exit_code == 1
    assert f"Nothing answers on 127.0.0.1:{port}" in result.output


class CutLine:
    """A line to the broker that is cut in the middle of the first connection, and only then."""

    def __init__(self, port: int, cut_after_bytes: int) -> None:
        self.port = port
        self.left = cut_after_bytes
        self.connections = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                device, _ = self.listening.accept()
                self.connections += 1
                broker = socket.create_connection(("127.0.0.1", self.port))
                for pair in ((device, broker), (broker, device)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(512):
                if self.connections == 1:
                    self.left -= len(chunk)
                    if self.left < 0:
                        break
                target.sendall(chunk)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        target.close()  # The other direction's thread closes the other end.


def test_what_a_cut_line_has_swallowed_is_sent_again(
    mosquitto: servers.Mosquitto, listener: Listener, tokens: Path
) -> None:
    line = CutLine(mosquitto.port, cut_after_bytes=8_000)

    result = run(
        line.listening.getsockname()[1],
        *("--generate", "200", "--machine", "1", "--speed", "1e9", "--tokens", str(tokens)),
    )
    line.listening.close()

    numbers = {body["seq"] for _, body in listener.until(201)}
    assert result.exit_code == 0, result.output
    assert line.connections == 2
    assert numbers == set(range(1, max(numbers) + 1))
    assert len(numbers) > 200
