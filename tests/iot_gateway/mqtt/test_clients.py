"""Real clients against the endpoint: paho in both versions, mosquitto_pub, and TLS."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from iot_gateway.mqtt import MessageKind
from server.kernel import clock
from tests.iot_gateway.mqtt.device import OWN_TOPIC
from tests.iot_gateway.mqtt.harness import PUMP, MemoryStore, RunningEndpoint, wait_until

versions = pytest.mark.parametrize(
    "version", [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5]
)


@contextmanager
def a_paho(
    port: int, version: MQTTProtocolVersion, tls: ssl.SSLContext | None = None
) -> Iterator[paho.Client]:
    client = paho.Client(CallbackAPIVersion.VERSION2, "pump-7", protocol=version)
    client.username_pw_set("pump-7", "secret")
    client.will_set(OWN_TOPIC, b"gone", qos=1)
    if tls is not None:
        client.tls_set_context(tls)
    connected = threading.Event()
    client.on_connect = lambda *_: connected.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert connected.wait(10)
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


@versions
def test_paho_publishes_and_is_acknowledged(
    running: RunningEndpoint, store: MemoryStore, version: MQTTProtocolVersion
) -> None:
    with a_paho(running.port, version) as client:
        sent = [client.publish(OWN_TOPIC, b"%d" % number, qos=1) for number in range(300)]
        for message in sent:
            message.wait_for_publish(10)

        assert store.payloads == [b"%d" % number for number in range(300)]


@versions
def test_paho_subscribes_and_receives_a_command(
    running: RunningEndpoint, version: MQTTProtocolVersion
) -> None:
    received: list[tuple[str, bytes]] = []
    subscribed = threading.Event()
    with a_paho(running.port, version) as client:
        client.on_message = lambda _, __, message: received.append(
            (message.topic, bytes(message.payload))
        )
        client.on_subscribe = lambda *_: subscribed.set()
        client.subscribe("v1/devices/me/rpc/request/+", qos=2)
        assert subscribed.wait(10)
        publish = running.endpoint.publish(PUMP, "v1/devices/me/rpc/request/1", b"reboot")

        assert running.call(publish) == "delivered"
        assert received == [("v1/devices/me/rpc/request/1", b"reboot")]


@versions
def test_a_paho_that_reconnects_sends_again_what_was_not_acknowledged(
    running: RunningEndpoint, store: MemoryStore, version: MQTTProtocolVersion
) -> None:
    with a_paho(running.port, version) as client:
        client.reconnect_delay_set(1, 1)
        wait_until(lambda: store.of_kind(MessageKind.ONLINE))
        store.open.clear()
        message = client.publish(OWN_TOPIC, b"once", qos=1)
        wait_until(lambda: running.endpoint._committer._queued)  # type: ignore[union-attr]
        [member] = running.endpoint._registry._open
        running.run(member.abort)
        store.open.set()
        message.wait_for_publish(10)

        # At least once: the first was committed but its acknowledgement was lost.
        assert set(store.payloads) == {b"once"}
        assert store.of_kind(MessageKind.WILL)


def test_mosquitto_pub_publishes(running: RunningEndpoint, store: MemoryStore) -> None:
    mosquitto_pub = shutil.which("mosquitto_pub")
    if mosquitto_pub is None:
        pytest.skip("mosquitto_pub is not installed")
    for version in ("mqttv311", "mqttv5"):
        address = ["-h", "127.0.0.1", "-p", str(running.port), "-V", version, "-i", "pump-7"]
        message = ["-u", "pump-7", "-P", "secret", "-q", "1", "-t", OWN_TOPIC, "-m", version]
        subprocess.run([mosquitto_pub, *address, *message], check=True, timeout=20)

    assert store.payloads == [b"mqttv311", b"mqttv5"]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        builder.not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


@versions
def test_paho_publishes_over_tls(
    store: MemoryStore, certificate: tuple[Path, Path], version: MQTTProtocolVersion
) -> None:
    listening = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    listening.load_cert_chain(*certificate)
    trusting: Any = ssl.create_default_context(cafile=str(certificate[0]))

    with (
        RunningEndpoint(store, tls=listening, max_in_flight=10) as running,
        a_paho(running.port, version, trusting) as client,
    ):
        sent = [client.publish(OWN_TOPIC, b"%d" % number, qos=1) for number in range(100)]
        for message in sent:
            message.wait_for_publish(10)

        assert store.payloads == [b"%d" % number for number in range(100)]
