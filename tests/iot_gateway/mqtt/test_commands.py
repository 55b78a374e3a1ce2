"""Messages to a device: only what it may subscribe to, delivered when it says so."""

import pytest

from tests.iot_gateway.mqtt import device
from tests.iot_gateway.mqtt.device import V3, V5, RawDevice
from tests.iot_gateway.mqtt.harness import PUMP, MemoryStore, RunningEndpoint

both_versions = pytest.mark.parametrize("version", [V3, V5])


@both_versions
def test_only_its_own_commands_can_be_subscribed_to(running: RunningEndpoint, version: int) -> None:
    cases = {
        "truckroll/v1/acme/pump-7/cmd": (1, 1),
        "v1/devices/me/rpc/request/+": (1, 1),
        "truckroll/v1/acme/fan-8/cmd": (0x80, 0x87),
        "#": (0x80, 0x87),
        "a/#/b": (0x80, 0x8F),
        "$share/g/truckroll/v1/acme/pump-7/cmd": (0x80, 0x9E),
    }
    with RawDevice(running.port) as pump:
        pump.sign_in(version)
        for topic_filter, expected in cases.items():
            answer = pump.send(device.subscribe(topic_filter, 2, version)).read()

            assert answer[-1] == expected[version == V5], topic_filter


def test_a_command_is_delivered_when_the_device_has_acknowledged_it(
    running: RunningEndpoint,
) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.subscribe("v1/devices/me/rpc/request/+")).read()
        publish = running.endpoint.publish(PUMP, "v1/devices/me/rpc/request/3", b"reboot")
        future = running.submit(publish)
        packet = pump.read()

        assert packet[0] == 0x32
        assert packet.endswith(b"request/3\0\x01reboot")
        assert not future.done()
        pump.send(device.puback(1))
        assert future.result(5) == "delivered"


def test_a_command_is_lost_with_the_connection(running: RunningEndpoint) -> None:
    with RawDevice(running.port) as pump:
        pump.sign_in().send(device.subscribe("truckroll/v1/acme/pump-7/cmd")).read()
        publish = running.endpoint.publish(PUMP, "truckroll/v1/acme/pump-7/cmd", b"reboot")
        future = running.submit(publish)
        pump.read()

    assert future.result(5) == "lost"


def test_a_command_needs_a_connected_device_that_subscribed(running: RunningEndpoint) -> None:
    def publish() -> object:
        return running.call(running.endpoint.publish(PUMP, "truckroll/v1/acme/pump-7/cmd", b""))

    assert publish() == "not_connected"
    with RawDevice(running.port) as pump:
        pump.sign_in()
        assert publish() == "not_subscribed"
        pump.send(device.subscribe("truckroll/v1/acme/pump-7/cmd", qos=0)).read()
        assert publish() == "delivered"
        assert pump.read()[0] == 0x30
        pump.send(device.unsubscribe("truckroll/v1/acme/pump-7/cmd"))
        assert pump.read() == b"\xb0\x02\0\x0a"
        assert publish() == "not_subscribed"


def test_a_device_that_acknowledges_nothing_is_busy(store: MemoryStore) -> None:
    topic = "truckroll/v1/acme/pump-7/cmd"
    with RunningEndpoint(store, outbound_window=2) as running, RawDevice(running.port) as pump:
        pump.sign_in().send(device.subscribe(topic)).read()
        waiting = [running.submit(running.endpoint.publish(PUMP, topic, b"x")) for _ in range(2)]
        pump.read()
        pump.read()

        assert running.call(running.endpoint.publish(PUMP, topic, b"x")) == "busy"
        pump.send(device.puback(2), device.puback(1), device.puback(77))
        assert [future.result(5) for future in waiting] == ["delivered", "delivered"]
