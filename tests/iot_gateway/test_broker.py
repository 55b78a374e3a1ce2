"""Behind a real broker: what was acknowledged is stored, what was not comes again."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.iot_gateway.processes import Device, Installation, now, numbers, occurrences, wait_until
from tests.iot_gateway.records import alarms_of, letters_of, readings_of, tickets_of
from tests.iot_gateway.refusals import refusing
from tests.servers import Missing, Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.servers]
MESSAGES, KILLS = 3000, 3


class Broker(Mosquitto):
    """A broker that keeps its sessions when it is asked to leave, and can come back."""

    def __init__(self) -> None:
        super().__init__("allow_anonymous true\nmax_queued_messages 0\npersistence true")
        configuration = self.directory / "mosquitto.conf"
        text = configuration.read_text()
        configuration.write_text(f"{text}persistence_location {self.directory}/\n")
        assert self._process is not None
        self._command: list[str | Path] = list(self._process.args)  # type: ignore[arg-type]
        self.restart()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def restart(self) -> None:
        """Leave as asked, then begin again with what was kept."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
        self.start(self._command)


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    try:
        made = Broker()
    except Missing as reason:
        pytest.skip(str(reason))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def installation(
    broker: Broker,
    new_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("consumer")
    made = Installation(new_database("consumer"), home, broker.url)
    made.start()
    yield made
    made.close()


def test_what_devices_publish_is_stored(broker: Broker, installation: Installation) -> None:
    with Device(broker.port, installation.box, None, version=5) as device:
        for number in range(100_000, 100_100):
            device.say(number)

        wait_until(lambda: set(range(100_000, 100_100)) <= set(numbers(installation)))


def test_what_is_no_reading_is_kept_and_blocks_nothing(
    broker: Broker, installation: Installation
) -> None:
    with Device(broker.port, installation.box, None) as device:
        device.say(1, b"no json")
        device.client.publish("truckroll/v1/acme/nobody/telemetry", b"{}", qos=1)
        device.client.publish("truckroll/v1/nobody/nobody/telemetry", b"{}", qos=1)
        device.client.publish("truckroll/v1/odd", b"{}", qos=1)
        device.say(110_000)
        wait_until(lambda: 110_000 in numbers(installation))

    with installation.working(write=False) as session:
        codes = [letter.code for letter in letters_of(session, installation.box.id)]
        assert codes == ["not-json"]


def test_nothing_is_acknowledged_while_the_store_is_away(
    broker: Broker, installation: Installation
) -> None:
    before = len(numbers(installation))
    with (
        Device(broker.port, installation.box, None) as device,
        refusing(installation.platform, "reading", "new.seq > 0", is_away=True),
    ):
        for number in range(120_000, 120_050):
            device.say(number)
        time.sleep(1)
        assert len(numbers(installation)) == before

    wait_until(lambda: set(range(120_000, 120_050)) <= set(numbers(installation)))
    assert len(numbers(installation)) == before + 50


def test_sudden_deaths_of_the_gateway_lose_and_double_nothing(
    broker: Broker, installation: Installation
) -> None:
    with Device(broker.port, installation.box, None) as device:
        for number in range(MESSAGES):
            document = None
            if number % 100 == 50:
                document = {"ts": now(), "code": "E1", "values": {"n": number}}
            device.say(number, document, "event" if document else "telemetry")
        for death in range(KILLS):
            enough = (death + 1) * MESSAGES // (KILLS + 2)
            wait_until(partial(has_arrived, installation, enough))
            installation.kill()
            installation.start()
        wait_until(lambda: len(below(installation)) >= MESSAGES)

    assert sorted(below(installation)) == list(range(MESSAGES))
    wait_until(lambda: occurrences(installation) == MESSAGES // 100)
    with installation.working(write=False) as session:
        assert len(alarms_of(session, installation.box.id)) == 1
        assert len(tickets_of(session, installation.box.asset_id)) == 1


def has_arrived(installation: Installation, enough: int) -> bool:
    return len(below(installation)) >= enough


def below(installation: Installation) -> list[int]:
    return [number for number in numbers(installation) if number < MESSAGES]


def test_the_broker_keeps_what_comes_while_the_gateway_is_away_and_over_its_own_restart(
    broker: Broker, installation: Installation
) -> None:
    assert installation.terminate() == 0
    with Device(broker.port, installation.box, None) as device:
        for number in range(130_000, 130_500):
            device.say(number)
        wait_until(lambda: len(device.acknowledged) == 500)
    broker.restart()

    installation.start()

    sent = range(130_000, 130_500)
    wait_until(lambda: set(sent) <= set(numbers(installation)))
    assert sorted(number for number in numbers(installation) if number in sent) == list(sent)


def test_the_gateway_comes_back_when_the_broker_does(
    broker: Broker, installation: Installation
) -> None:
    broker.restart()

    with Device(broker.port, installation.box, None) as device:
        for number in range(140_000, 140_050):
            device.say(number)
        wait_until(lambda: set(range(140_000, 140_050)) <= set(numbers(installation)))

    with installation.working(write=False) as session:
        rows = readings_of(session, installation.box.id)
        assert len({row.id for row in rows}) == len(rows)


def test_contents_without_a_name_are_not_doubled_by_a_death(
    broker: Broker, installation: Installation
) -> None:
    topic = f"truckroll/v1/acme/{installation.box.name}/state"
    call = ["mosquitto_pub", "-p", str(broker.port), "-q", "1", "-t", topic, "-m", '{"same": 1}']
    for _ in range(3):
        subprocess.run(call, check=True, timeout=20)
    installation.kill()
    installation.start()
    for _ in range(2):
        subprocess.run(call, check=True, timeout=20)

    wait_until(lambda: same(installation) >= 5)
    time.sleep(0.5)
    assert same(installation) == 5


def same(installation: Installation) -> int:
    with installation.working(write=False) as session:
        rows = readings_of(session, installation.box.id)
        return sum(row.document["values"] == {"same": 1} for row in rows)
