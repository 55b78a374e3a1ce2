"""A PUBACK means committed: whatever the store does, nothing is acknowledged before it is kept."""

import time

import pytest

from iot_gateway.mqtt import MessageKind
from iot_gateway.mqtt.reasons import Reason
from tests.iot_gateway.mqtt import device
from tests.iot_gateway.mqtt.device import V3, V5, RawDevice
from tests.iot_gateway.mqtt.harness import MemoryStore, RunningEndpoint, wait_until


def test_nothing_is_acknowledged_before_the_commit_returns(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in()
        store.open.clear()
        pump.send(device.publish())

        assert pump.is_silent(0.3)
        store.open.set()
        assert pump.read() == device.puback(1)


def test_a_hanging_commit_does_not_stop_the_conversation(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as pump, RawDevice(running.port) as fan:
        pump.sign_in()
        store.open.clear()
        pump.send(device.publish())
        time.sleep(0.05)

        assert pump.send(b"\xc0\0").read() == b"\xd0\0"
        fan.send(device.connect(username="fan-8"))
        assert fan.read()[:1] == b"\x20"
        store.open.set()


def test_a_failed_commit_is_tried_again_and_acknowledged_once(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in()
        wait_until(lambda: store.of_kind(MessageKind.ONLINE))
        store.failures = 3
        pump.send(*(device.publish(payload=b"%d" % n, packet_id=n) for n in range(1, 6)))
        acks = [pump.read() for _ in range(5)]

        assert acks == [device.puback(n) for n in range(1, 6)]
        assert pump.is_silent(0.1)

    assert store.payloads == [b"1", b"2", b"3", b"4", b"5"]
    assert running.endpoint.counters.commit_failures == 3


def test_while_the_store_is_away_nobody_is_read(store: MemoryStore) -> None:
    with (
        RunningEndpoint(store, retry_seconds=0.3) as running,
        RawDevice(running.port) as pump,
    ):
        pump.sign_in()
        wait_until(lambda: store.of_kind(MessageKind.ONLINE))
        store.failures = 1
        pump.send(device.publish())
        wait_until(lambda: running.endpoint.counters.commit_failures)

        pump.send(b"\xc0\0", device.publish(packet_id=2))
        assert pump.is_silent(0.1)
        assert [pump.read() for _ in range(3)] == [
            device.puback(1), b"\xd0\0", device.puback(2),
        ]  # fmt: skip


def test_a_device_that_connects_while_the_store_is_away_waits_too(store: MemoryStore) -> None:
    store.failures = 1
    with RunningEndpoint(store, retry_seconds=0.4) as running, RawDevice(running.port) as pump:
        pump.sign_in()
        wait_until(lambda: running.endpoint.counters.commit_failures)
        with RawDevice(running.port) as fan:
            fan.send(device.connect(username="fan-8"), b"\xc0\0")

            assert fan.read()[:1] == b"\x20"
            assert fan.is_silent(0.1)
            assert fan.read() == b"\xd0\0"


def test_when_the_store_stays_away_devices_are_sent_off_and_nothing_is_acknowledged(
    store: MemoryStore,
) -> None:
    with RunningEndpoint(store, give_up_seconds=0.1) as running:
        with RawDevice(running.port) as pump:
            pump.send(device.connect(V5, will=(device.OWN_TOPIC, b"gone"))).read()
            wait_until(lambda: store.of_kind(MessageKind.ONLINE))
            store.failures = 10**6
            pump.send(device.publish(payload=b"kept", version=V5))

            assert pump.read() == bytes((0xE0, 1, Reason.SERVER_UNAVAILABLE))
            assert pump.read() == b""
        with RawDevice(running.port) as pump:
            assert pump.send(device.connect(V3)).read() == b"\x20\x02\0\x03"
        store.failures = 0
        wait_until(lambda: store.payloads == [b"kept"])
        with RawDevice(running.port) as pump:
            assert pump.sign_in().send(device.publish()).read() == device.puback(1)
            # It was not the device that went away.
            assert store.of_kind(MessageKind.WILL) == store.of_kind(MessageKind.OFFLINE) == []


def test_a_store_that_answers_for_too_few_messages_has_not_committed(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    honest = store.commit
    lies = iter([True])
    with RawDevice(running.port) as pump:
        pump.sign_in()
        wait_until(lambda: store.of_kind(MessageKind.ONLINE))
        running.endpoint._committer._commit = lambda batch: (  # type: ignore[union-attr]
            [] if next(lies, False) else honest(batch)
        )
        pump.send(device.publish())

        assert pump.read() == device.puback(1)

    assert running.endpoint.counters.commit_failures == 1


def test_a_flood_is_stored_and_acknowledged_completely_and_in_order(store: MemoryStore) -> None:
    count = 20_000
    with RunningEndpoint(store, max_queued=800) as running, RawDevice(running.port) as pump:
        pump.sign_in()
        acks = 0
        for start in range(0, count, 1000):
            pump.send(*(
                device.publish(payload=b"%d" % n, packet_id=n % 60_000 + 1)
                for n in range(start, start + 1000)
            ))  # fmt: skip
        while acks < 4 * count:
            acks += len(pump.socket.recv(65536))

    assert store.payloads == [b"%d" % n for n in range(count)]
    assert max(store.batches) <= 500
    assert len(store.batches) < count / 20


@pytest.mark.parametrize("version", [V3, V5])
def test_a_device_is_read_no_further_than_its_window(store: MemoryStore, version: int) -> None:
    with RunningEndpoint(store, max_in_flight=5) as running, RawDevice(running.port) as pump:
        pump.sign_in(version)
        pump.send(*(
            device.publish(payload=b"%d" % n, packet_id=n, version=version) for n in range(1, 23)
        ))  # fmt: skip

        assert [pump.read() for _ in range(22)] == [device.puback(n) for n in range(1, 23)]

    assert store.payloads == [b"%d" % n for n in range(1, 23)]
    assert max(store.batches) <= 6  # With the word that the device is online.


def test_large_messages_fill_the_window_by_their_bytes(store: MemoryStore) -> None:
    with (
        RunningEndpoint(store, max_in_flight_bytes=50_000, max_queued_bytes=80_000) as running,
        RawDevice(running.port) as pump,
    ):
        pump.sign_in()
        pump.send(*(device.publish(payload=b"x" * 30_000, packet_id=n) for n in range(1, 21)))

        assert [pump.read() for _ in range(20)] == [device.puback(n) for n in range(1, 21)]


def test_a_lone_message_is_not_kept_waiting_for_company(store: MemoryStore) -> None:
    # Who waited for company would wait for longer than the device has patience.
    settings = {"batch_seconds": 0.001, "quiet_seconds": 60.0}
    with RunningEndpoint(store, **settings) as running, RawDevice(running.port) as pump:
        pump.sign_in()
        for number in range(1, 6):
            time.sleep(0.1)

            assert pump.send(device.publish(packet_id=number)).read() == device.puback(number)
        time.sleep(0.1)


def test_stopping_commits_and_acknowledges_what_was_received(store: MemoryStore) -> None:
    with RunningEndpoint(store) as running, RawDevice(running.port) as pump:
        pump.sign_in(V5)
        store.open.clear()
        pump.send(device.publish(payload=b"last", version=V5))
        wait_until(lambda: running.endpoint._committer._queued)  # type: ignore[union-attr]
        stopping = running.submit(running.endpoint.stop())
        time.sleep(0.05)
        store.open.set()

        assert pump.read() == device.puback(1)
        assert pump.read() == bytes((0xE0, 1, Reason.SERVER_SHUTTING_DOWN))
        assert stopping.result(5) is True

    assert store.payloads == [b"last"]
    assert store.of_kind(MessageKind.OFFLINE) == []


def test_a_device_that_is_cut_off_while_the_endpoint_stops_does_not_hinder_it(
    store: MemoryStore,
) -> None:
    with RunningEndpoint(store) as running, RawDevice(running.port) as pump:
        fans = [RawDevice(running.port) for _ in range(3)]
        for number, fan in enumerate(fans):
            fan.sign_in(client_id=f"fan-{number}")
        pump.sign_in(V5)
        store.open.clear()
        pump.send(device.publish(payload=b"last", version=V5))
        wait_until(lambda: running.endpoint._committer._queued)  # type: ignore[union-attr]
        stopping = running.submit(running.endpoint.stop())
        # It has stopped reading: nobody notices who is gone.
        wait_until(lambda: all(member.holds for member in running.endpoint._registry._open))  # type: ignore[attr-defined]
        for fan in fans:
            fan.reset()
        store.open.set()

        assert stopping.result(5) is True
        assert pump.read() == device.puback(1)
        assert pump.read() == bytes((0xE0, 1, Reason.SERVER_SHUTTING_DOWN))


def test_stopping_without_a_store_gives_up_in_time_and_acknowledges_nothing(
    store: MemoryStore,
) -> None:
    with RunningEndpoint(store, stop_seconds=0.1) as running, RawDevice(running.port) as pump:
        pump.sign_in()
        store.failures = 10**6
        pump.send(device.publish())
        wait_until(lambda: running.endpoint.counters.commit_failures)

        assert running.stop() is False
        assert pump.read() == b""
