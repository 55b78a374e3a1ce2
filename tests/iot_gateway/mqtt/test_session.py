"""What a device may say on its connection, and how it is answered, over a real socket."""

import random
import socket
import time
from contextlib import suppress
from typing import Any

import pytest

from iot_gateway.mqtt import Credentials, DeviceIdentity, MessageKind, Outcome
from iot_gateway.mqtt.reasons import Reason
from tests.iot_gateway.mqtt import device
from tests.iot_gateway.mqtt.device import OWN_TOPIC, V3, V5, RawDevice
from tests.iot_gateway.mqtt.harness import (
    PUMP,
    MemoryStore,
    RunningEndpoint,
    authenticate,
    wait_until,
)

FOREIGN_TOPIC = "truckroll/v1/acme/fan-8/telemetry"
both_versions = pytest.mark.parametrize("version", [V3, V5])


# ------------------------------------------------------------------------------------- CONNECT
@both_versions
def test_a_known_device_is_let_in(running: RunningEndpoint, version: int) -> None:
    with RawDevice(running.port) as pump:
        answer = pump.send(device.connect(version)).read()

    assert answer[0] == 0x20
    assert answer[2:4] == b"\0\0"


def test_an_mqtt_5_device_is_told_the_limits(running: RunningEndpoint) -> None:
    with RawDevice(running.port) as pump:
        answer = pump.send(device.connect(V5, client_id="", keep_alive=0)).read()

    properties = answer[5:]
    assert b"\x21\x01\xf4" in properties  # Receive maximum 500
    assert b"\x24\x01" in properties  # Maximum QoS 1
    assert b"\x27" + (64 * 1024 + 1024 + 5).to_bytes(4, "big") in properties
    assert b"\x22\0\0" in properties  # No topic aliases
    assert b"assigned-" in properties
    assert b"\x13\x01\x2c" in properties  # Keep alive 300 s, because it asked for none


@pytest.mark.parametrize(
    ("packet", "answer"),
    [
        (device.connect(password=b"wrong"), b"\x20\x02\0\x04"),
        (device.connect(V5, password=b"wrong"), b"\x20\x03\0\x86\0"),
        (device.connect(username=None, password=None), b"\x20\x02\0\x04"),
        (device.connect(3), b"\x20\x02\0\x01"),
        (device.connect(3, name=b"MQIsdp"), b"\x20\x02\0\x01"),
        (device.connect(6), b"\x20\x03\0\x84\0"),
        (device.connect(V5, properties=b"\x15\0\x04SASL"), b"\x20\x03\0\x8c\0"),
        (device.connect(will=(FOREIGN_TOPIC, b"x")), b"\x20\x02\0\x05"),
        (device.connect(V5, will=(FOREIGN_TOPIC, b"x")), b"\x20\x03\0\x87\0"),
        (device.connect(flags=0x01), b""),
        (device.connect(V5, flags=0x01), b"\x20\x03\0\x81\0"),
        (device.connect(name=b"HTTP"), b""),
        (b"\xc0\0", b""),
        (device.publish(), b""),
        (device.packet(0x10, b"x" * 20_000), b""),
        (b"GET / HTTP/1.1\r\n\r\n", b""),
        (b"\x10\xff\xff\xff\xff\x01", b""),
    ],
)
def test_a_device_that_is_not_let_in_is_answered_and_dropped(
    running: RunningEndpoint, packet: bytes, answer: bytes
) -> None:
    with RawDevice(running.port) as stranger:
        stranger.send(packet)

        assert stranger.read() == answer
        if answer:
            assert stranger.read() == b""


def test_an_empty_client_id_without_a_clean_session_is_refused(running: RunningEndpoint) -> None:
    connect = bytearray(device.connect(client_id=""))
    connect[9] &= ~0x02

    with RawDevice(running.port) as pump:
        assert pump.send(bytes(connect)).read() == b"\x20\x02\0\x02"


def test_a_device_is_told_when_authentication_itself_fails(store: MemoryStore) -> None:
    def broken(_: Credentials) -> DeviceIdentity | None:
        raise ConnectionError

    with RunningEndpoint(store, authenticate=broken) as running:
        with RawDevice(running.port) as pump:
            assert pump.send(device.connect()).read() == b"\x20\x02\0\x03"
        with RawDevice(running.port) as pump:
            assert pump.send(device.connect(V5)).read() == b"\x20\x03\0\x88\0"


def test_a_plain_function_may_authenticate(store: MemoryStore) -> None:
    def slowly(credentials: Credentials) -> DeviceIdentity | None:
        time.sleep(0.01)
        coroutine: Any = authenticate(credentials)
        return coroutine  # type: ignore[no-any-return]

    with RunningEndpoint(store, authenticate=slowly) as running, RawDevice(running.port) as pump:
        # What comes in one breath with the CONNECT waits for the answer to it.
        pump.send(device.connect(), device.publish(payload=b"1"), device.publish(packet_id=2))

        assert pump.read()[:1] == b"\x20"
        assert {pump.read(), pump.read()} == {device.puback(1), device.puback(2)}


def test_a_silent_stranger_is_dropped(store: MemoryStore) -> None:
    with (
        RunningEndpoint(store, connect_timeout_seconds=0.1) as running,
        RawDevice(running.port) as stranger,
    ):
        stranger.send(device.connect()[:-1])

        assert stranger.read() == b""


def test_more_connections_than_allowed_are_turned_away(store: MemoryStore) -> None:
    with (
        RunningEndpoint(store, max_connections=1) as running,
        RawDevice(running.port) as first,
        RawDevice(running.port) as second,
    ):
        first.sign_in()

        assert second.read() == b""
        assert running.endpoint.counters.turned_away == 1


def test_a_second_connect_ends_the_connection(running: RunningEndpoint) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in(V5).send(device.connect(V5))

        assert pump.read() == bytes((0xE0, 1, Reason.PROTOCOL_ERROR))


# ------------------------------------------------------------------------------------- PUBLISH
@both_versions
def test_messages_reach_the_store_in_order_whatever_the_cuts(
    running: RunningEndpoint, store: MemoryStore, version: int
) -> None:
    payloads = [b"%d" % number * (number % 40) for number in range(12)]
    stream = b"".join(
        device.publish(payload=payload, packet_id=place + 1, version=version)
        for place, payload in enumerate(payloads)
    )

    with RawDevice(running.port) as pump:
        pump.sign_in(version)
        pump.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in range(0, len(stream), 3):
            pump.send(stream[place : place + 3])
        acks = [pump.read() for _ in payloads]

    assert acks == [device.puback(place + 1) for place in range(12)]
    assert store.payloads == payloads


def test_a_message_carries_who_when_and_how(running: RunningEndpoint, store: MemoryStore) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.publish(payload=b"{}", flags=0x09)).read()

    [message] = store.of_kind(MessageKind.PUBLISH)
    assert (message.identity.device_id, message.topic) == (PUMP, OWN_TOPIC)
    assert (message.qos, message.is_duplicate, message.is_retained) == (1, True, True)
    assert message.received_at.tzinfo is not None


def test_qos_0_is_stored_and_not_acknowledged(running: RunningEndpoint, store: MemoryStore) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.publish(packet_id=None), device.publish(packet_id=2))

        assert pump.read() == device.puback(2)

    assert len(store.payloads) == 2


def test_a_foreign_topic_is_refused_reported_and_not_taken(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in(V5)
        pump.send(
            device.publish(FOREIGN_TOPIC, version=V5), device.publish(packet_id=2, version=V5)
        )

        assert pump.read() == b"\x40\x03\0\x01\x87"
        assert pump.read() == device.puback(2)

    assert [message.topic for message in store.of_kind(MessageKind.FORBIDDEN)] == [FOREIGN_TOPIC]
    assert len(store.payloads) == 1


def test_a_foreign_topic_ends_an_mqtt_3_connection(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.publish(FOREIGN_TOPIC), device.publish(packet_id=2))

        assert pump.read() == b""

    assert running.endpoint.counters.forbidden == 1
    wait_until(lambda: store.of_kind(MessageKind.FORBIDDEN))
    assert store.payloads == []


def test_a_prefix_covers_no_longer_name(running: RunningEndpoint) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in(V5).send(device.publish("truckroll/v1/acme/pump-70/telemetry", version=V5))

        assert pump.read() == b"\x40\x03\0\x01\x87"


@pytest.mark.parametrize(
    ("outcome", "reason"), [(Outcome.PAYLOAD_INVALID, 0x99), (Outcome.NOT_AUTHORISED, 0x87)]
)
def test_a_refused_message_is_acknowledged_with_the_reason_mqtt_5_has(
    running: RunningEndpoint, store: MemoryStore, outcome: Outcome, reason: int
) -> None:
    store.judge = lambda message: outcome if message.payload == b"bad" else Outcome.ACCEPTED
    for version, refused in ((V5, b"\x40\x03\0\x02" + bytes((reason,))), (V3, device.puback(2))):
        with RawDevice(running.port) as pump:
            pump.sign_in(version).send(
                device.publish(version=version),
                device.publish(payload=b"bad", packet_id=2, version=version),
                device.publish(packet_id=3, version=version),
            )

            assert pump.read() == device.puback(1)
            assert pump.read() == refused
            assert pump.read() == device.puback(3)


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (device.publish(version=V5, packet_id=None, flags=0x04), Reason.QOS_NOT_SUPPORTED),
        (device.publish(version=V5, packet_id=0), Reason.PROTOCOL_ERROR),
        (device.publish("a/+", version=V5), Reason.TOPIC_NAME_INVALID),
        (device.publish("a\0b", version=V5), Reason.MALFORMED_PACKET),
        (b"\x32\xff\xff\x7f", Reason.PACKET_TOO_LARGE),
        (b"\x32\xff\xff\xff\xff\x01", Reason.MALFORMED_PACKET),
        (b"\x36\x02\0\0", Reason.MALFORMED_PACKET),
        (b"\xf0\0", Reason.PROTOCOL_ERROR),
        (b"\xc0\x01x", Reason.MALFORMED_PACKET),
        (b"\xd0\0", Reason.PROTOCOL_ERROR),
        (b"\x50\x02\0\x01", Reason.PROTOCOL_ERROR),
        (b"\x80\x02\0\x01", Reason.MALFORMED_PACKET),
    ],
)
def test_a_bad_packet_ends_the_connection_for_its_reason(
    running: RunningEndpoint, packet: bytes, reason: Reason
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in(V5).send(packet)

        assert pump.read() == bytes((0xE0, 1, reason))
        assert pump.read() == b""
    with RawDevice(running.port) as pump:
        assert pump.sign_in().send(packet).read() == b""


def test_a_topic_alias_ends_the_connection(running: RunningEndpoint) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in(V5).send(device.publish(version=V5, properties=b"\x23\0\x01"))

        assert pump.read() == bytes((0xE0, 1, Reason.TOPIC_ALIAS_INVALID))


def test_a_device_that_keeps_sending_still_reads_why_it_was_dropped(
    running: RunningEndpoint,
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in(V5).send(b"\x32\xff\xff\x7f", b"x" * 1_000_000)

        assert pump.read() == bytes((0xE0, 1, Reason.PACKET_TOO_LARGE))


def test_what_came_before_a_bad_packet_is_kept(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.publish(payload=b"good"), b"\x36\x02\0\0")
        wait_until(lambda: store.payloads)

    assert store.payloads == [b"good"]


def test_the_largest_payload_is_taken(running: RunningEndpoint, store: MemoryStore) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.publish(payload=b"x" * 65536))

        assert pump.read() == device.puback(1)

    assert store.payloads == [b"x" * 65536]


def test_noise_ends_its_own_connection_and_nothing_else(running: RunningEndpoint) -> None:
    chance = random.Random(7)  # noqa: S311 - the same noise every time
    packets = [
        *(device.publish(payload=b"x" * 30, version=version) for version in (V3, V5)),
        *(device.subscribe("v1/devices/me/rpc/request/+", version=version) for version in (V3, V5)),
        device.unsubscribe("a"), device.puback(3), b"\xc0\0", b"\xe0\0",
        device.connect(V5, will=(OWN_TOPIC, b"x")),
    ]  # fmt: skip
    with RawDevice(running.port) as neighbour:
        neighbour.send(device.connect(username="fan-8")).read()
        for _ in range(150):
            noise = bytearray(b"".join(chance.choices(packets, k=3)))
            for _ in range(chance.randint(1, 5)):
                noise[chance.randrange(len(noise))] = chance.randrange(256)
            with RawDevice(running.port) as pump:
                if chance.random() < 0.8:
                    pump.sign_in(chance.choice([V3, V5]))
                with suppress(OSError):
                    pump.send(bytes(noise))

        assert neighbour.send(b"\xc0\0").read() == b"\xd0\0"
    wait_until(lambda: not running.endpoint.counters.connections)


# --------------------------------------------------------------------------- will and takeover
@both_versions
def test_a_lost_connection_delivers_the_will(
    running: RunningEndpoint, store: MemoryStore, version: int
) -> None:
    with RawDevice(running.port) as pump:
        pump.send(device.connect(version, will=(OWN_TOPIC, b"gone"))).read()
    wait_until(lambda: store.of_kind(MessageKind.OFFLINE))

    assert [message.payload for message in store.of_kind(MessageKind.WILL)] == [b"gone"]


def test_a_disconnect_takes_the_will_back(running: RunningEndpoint, store: MemoryStore) -> None:
    with RawDevice(running.port) as pump:
        pump.send(device.connect(will=(OWN_TOPIC, b"gone"))).read()
        pump.send(b"\xe0\0")
    wait_until(lambda: store.of_kind(MessageKind.OFFLINE))

    assert store.of_kind(MessageKind.WILL) == []


@pytest.mark.parametrize("reason", [b"\x04", b"\x80", b"\x97"])
def test_an_mqtt_5_device_that_leaves_with_a_reason_leaves_its_will(
    running: RunningEndpoint, store: MemoryStore, reason: bytes
) -> None:
    with RawDevice(running.port) as pump:
        pump.send(device.connect(V5, will=(OWN_TOPIC, b"gone"))).read()
        pump.send(b"\xe0\x01" + reason)
        wait_until(lambda: store.of_kind(MessageKind.WILL))


def test_a_newer_connection_of_the_same_client_takes_over(
    running: RunningEndpoint, store: MemoryStore
) -> None:
    with RawDevice(running.port) as older, RawDevice(running.port) as newer:
        older.sign_in(V5)
        newer.sign_in(V5).send(device.publish(version=V5))

        assert older.read() == bytes((0xE0, 1, Reason.SESSION_TAKEN_OVER))
        assert newer.read() == device.puback(1)
        assert running.endpoint.is_online(PUMP)
        assert running.endpoint.counters.takeovers == 1

    wait_until(lambda: store.of_kind(MessageKind.OFFLINE))
    # One device, one presence: the takeover is not reported as a loss.
    assert len(store.of_kind(MessageKind.ONLINE)) == 1
    assert len(store.of_kind(MessageKind.OFFLINE)) == 1


def test_another_device_cannot_take_over_by_the_client_id(running: RunningEndpoint) -> None:
    with RawDevice(running.port) as pump, RawDevice(running.port) as fan:
        pump.sign_in(client_id="same")
        fan.send(device.connect(client_id="same", username="fan-8")).read()

        assert pump.send(b"\xc0\0").read() == b"\xd0\0"


def test_silence_beyond_the_keep_alive_ends_the_connection(store: MemoryStore) -> None:
    with RunningEndpoint(store, keep_alive_factor=0.2) as running, RawDevice(running.port) as pump:
        pump.send(device.connect(V5, keep_alive=1)).read()

        assert pump.read() == bytes((0xE0, 1, Reason.KEEP_ALIVE_TIMEOUT))


def test_pings_keep_a_connection_alive(store: MemoryStore) -> None:
    with RunningEndpoint(store, keep_alive_factor=0.4) as running, RawDevice(running.port) as pump:
        pump.send(device.connect(keep_alive=1)).read()
        for _ in range(6):
            time.sleep(0.1)
            assert pump.send(b"\xc0\0").read() == b"\xd0\0"
