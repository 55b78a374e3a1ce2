"""The gateway as a real process: real clients, sudden death, nothing lost and nothing doubled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from iot_gateway.models import DevicePresence
from server import factory
from server.kernel.heartbeat import Life
from tests.iot_gateway.mqtt.device import RawDevice
from tests.iot_gateway.processes import Device, Installation, now, numbers, occurrences, wait_until
from tests.iot_gateway.records import (
    letters_of,
    make_box,
    readings_of,
    tickets_of,
)
from tests.servers import Missing, find_program

pytestmark = pytest.mark.slow
MESSAGES, KILLS = 5000, 5
NOT_AUTHORISED, PAYLOAD_INVALID = 0x87, 0x99


@pytest.fixture(scope="module")
def installation(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One installation for all tests of the module; each leaves the process running."""
    made = Installation(new_database("gateway"), tmp_path_factory.mktemp("gateway"))
    made.start()
    yield made
    made.close()


@pytest.mark.parametrize("version", [4, 5])
def test_a_device_publishes_and_what_is_acknowledged_is_stored(
    installation: Installation, version: int
) -> None:
    said = range(version * 100_000, version * 100_000 + 50)

    with Device(installation.port, installation.box, installation.token, version=version) as device:
        for number in said:
            device.say(number)
        wait_until(lambda: len(device.acknowledged) == len(said))

    assert set(said) <= set(numbers(installation))


def has_acknowledged(device: Device, enough: int) -> bool:
    return len(device.acknowledged) >= enough


def test_mosquitto_pub_is_understood(installation: Installation) -> None:
    try:
        program = find_program("mosquitto_pub")
    except Missing as reason:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    topic = f"truckroll/v1/acme/{installation.box.name}/telemetry"
    call = [str(program), "-p", str(installation.port), "-u", installation.box.name]
    call += ["-P", installation.token, "-q", "1", "-t", topic]

    subprocess.run([*call, "-m", '{"n": 600000}'], check=True, timeout=20)
    subprocess.run([*call, "-V", "mqttv5", "-m", '{"n": 600001}'], check=True, timeout=20)

    assert {600_000, 600_001} <= set(numbers(installation))


def test_a_wrong_token_or_the_token_of_another_opens_nothing(installation: Installation) -> None:
    with installation.working() as session:
        other = make_box(session, installation.tenant)
        token = installation.issue(session, other)

    for password in ("guessed", token, ""):
        device = Device(installation.port, installation.box, password)
        refusals: list[Any] = []
        device.client.on_connect = lambda *args, kept=refusals: kept.append(args[3])
        device.client.connect("127.0.0.1", installation.port)
        device.client.loop_start()
        wait_until(partial(bool, refusals))
        device.client.loop_stop()
        assert refusals[0].is_failure


def test_what_is_no_reading_is_refused_and_kept(installation: Installation) -> None:
    box, token = installation.box, installation.token
    with installation.working() as session:
        other = make_box(session, installation.tenant)

    with Device(installation.port, box, token, version=5) as device:
        device.say(1, b"no json")
        device.say(2, {"ts": -1, "values": {"t": 1}})
        device.say(3, b'{"t":"' + b"x" * 60_000 + b'"}')
        device.say(4, {"values": {"n": 700_000}})
        device.box = other
        device.say(5)
        wait_until(lambda: len(device.acknowledged) == 5)

    reasons = [device.acknowledged[number] for number in range(1, 6)]
    assert reasons == [PAYLOAD_INVALID] * 3 + [0, NOT_AUTHORISED]
    with installation.working() as session:
        codes = {letter.code for letter in letters_of(session, box.id)}
        assert codes == {"not-json", "time-invalid", "text-too-long", "device-not-yours"}
        assert readings_of(session, other.id) == []
    assert 700_000 in numbers(installation)


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no MQTT"),
        pytest.param(b"\x10\xff\xff\xff\x7f", id="oversize"),
        pytest.param(b"\x10\x0c\x00\x04MQTT\x03\x02\x00\x3c\x00\x00", id="wrong version"),
        pytest.param(b"\x30\x00", id="publish before connect"),
    ],
)
def test_what_is_no_device_is_turned_away(installation: Installation, packet: bytes) -> None:
    with RawDevice(installation.port) as stranger:
        stranger.send(packet)
        stranger.socket.settimeout(10)
        answer = b"".join(iter(lambda: stranger.socket.recv(100), b""))

    assert answer[:1] in {b"", b"\x20"}
    assert not installation._has_ended()
    wait_until(lambda: installation.life() is Life.OK)


def test_the_api_knows_whether_the_gateway_lives(installation: Installation) -> None:
    client = factory.create_app(installation.platform).test_client()
    wait_until(lambda: installation.life() is Life.OK)

    assert client.get("/readyz").get_json()["checks"] == {
        "database": "ok",
        "gateway": "ok",
        "queue": "off",
    }
    assert b"truckroll_gateway_messages" in client.get("/metrics").data


def test_five_sudden_deaths_lose_and_double_nothing(installation: Installation) -> None:
    with Device(installation.port, installation.box, installation.token) as device:
        for number in range(MESSAGES):
            if number % 100 == 50:
                device.say(
                    number,
                    {
                        "ts": now(),
                        "code": "E1",
                        "seq": number,
                        "boot": "b1",
                        "values": {"n": number},
                    },
                    "event",
                )
            else:
                device.say(number)
        for death in range(KILLS):
            done = (death + 1) * MESSAGES // (KILLS + 2)
            wait_until(partial(has_acknowledged, device, done))
            acknowledged = set(device.acknowledged)
            installation.kill()
            assert acknowledged <= set(numbers(installation)), "acknowledged, yet not stored"
            installation.start()
        wait_until(lambda: len(device.acknowledged) == MESSAGES)

    found = [number for number in numbers(installation) if number < MESSAGES]
    assert sorted(found) == list(range(MESSAGES))
    wait_until(lambda: occurrences(installation) == MESSAGES // 100)
    with installation.working() as session:
        assert len(tickets_of(session, installation.box.asset_id)) == 1


def test_asked_to_leave_it_stores_what_it_acknowledged(installation: Installation) -> None:
    with Device(installation.port, installation.box, installation.token) as device:
        for number in range(800_000, 802_000):
            device.say(number)
        wait_until(lambda: len(device.acknowledged) > 200)

        assert installation.terminate() == 0
        assert installation.life() is Life.OFF
        acknowledged = set(device.acknowledged)
        assert acknowledged <= set(numbers(installation))
        installation.start()
        wait_until(lambda: len(device.acknowledged) == 2000)

    found = [number for number in numbers(installation) if number >= 800_000]
    assert sorted(found) == list(range(800_000, 802_000))


def test_nobody_stays_connected_when_the_gateway_was_killed(
    installation: Installation,
) -> None:
    with Device(installation.port, installation.box, installation.token):
        wait_until(lambda: is_online(installation))
        installation.kill()

    installation.start()

    assert not is_online(installation)


def is_online(installation: Installation) -> bool:
    with installation.working(write=False) as session:
        presence = session.get(DevicePresence, installation.box.id)
        return presence is not None and presence.is_online
