"""The gateway behind a broker: a paho client that acknowledges only what was committed.

The client id is stable and the session persistent, so the broker keeps what arrives meanwhile. An
acknowledgement belongs to the connection its message came on: after a lost session the same
packet number means another message.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from iot_gateway import rules
from iot_gateway.ingest import Ingest
from iot_gateway.mqtt import DeviceIdentity, InboundMessage
from server.assets import api as assets
from server.auth import api as auth
from server.kernel import clock
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work

CLIENT_ID = "truckroll-gateway"
TOPICS = "truckroll/v1/#"
BATCH = 200
BATCH_SECONDS = 0.02
RECEIVE_MAXIMUM = 2 * BATCH
SESSION_SECONDS = 7 * 24 * 3600
RETRY_SECONDS = 1.0
KNOWN_SECONDS = 60.0
MOST_KNOWN = 100_000
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Received:
    """A message with the connection it came on."""

    message: MQTTMessage
    generation: int
    received_at: dt.datetime


@dataclass(slots=True)
class Counters:
    """What happened since the start, for the metrics."""

    connected: int = 0
    messages: int = 0
    acknowledged: int = 0
    unknown: int = 0
    batches: int = 0
    commit_failures: int = 0


class BrokerConsumer:
    """Consumes the devices' topics; ``start`` returns at once, ``stop`` finishes the batch."""

    def __init__(self, platform: Platform, ingest: Ingest, client_id: str = CLIENT_ID) -> None:
        """Prepare a client for the broker of the settings."""
        self.counters = Counters()
        self._platform = platform
        self._make_durable = ingest.commit
        self._address = urlsplit(platform.settings.mqtt_broker_url)
        self._received: queue.Queue[_Received] = queue.Queue(RECEIVE_MAXIMUM * 2)
        self._generation = 0
        self._stopping = threading.Event()
        self._known: dict[str, tuple[float, DeviceIdentity | None]] = {}
        self._client = self._make_client(client_id)
        self._worker = threading.Thread(target=self._work, name="consumer", daemon=True)

    def start(self) -> None:
        """Connect, and keep connecting; take messages from then on."""
        port = self._address.port or 1883
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_SECONDS
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        self._client.connect_async(
            self._address.hostname or "127.0.0.1",
            port,
            clean_start=False,
            properties=properties,
        )
        self._client.loop_start()
        self._worker.start()

    def stop(self) -> None:
        """Commit and acknowledge the batch at hand, then leave; the broker keeps the rest."""
        self._stopping.set()
        self._worker.join(timeout=10)
        self._client.disconnect()
        self._client.loop_stop()

    def _make_client(self, client_id: str) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=True,
        )
        if self._address.username:
            password = unquote(self._address.password or "") or None
            client.username_pw_set(unquote(self._address.username), password)
        if self._address.scheme == "mqtts":
            client.tls_set()
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.reconnect_delay_set(1, 15)
        return client

    def _on_connect(self, client: Client, *_: Any) -> None:
        self.counters.connected += 1
        client.subscribe(TOPICS, qos=1)
        log.info("connected to the broker", host=self._address.hostname)

    def _on_disconnect(self, _client: Client, *_: Any) -> None:
        # From here on no acknowledgement of what came before is sent.
        self._generation += 1
        log.info("disconnected from the broker", host=self._address.hostname)

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        received = _Received(message, self._generation, clock.now())
        while not self._stopping.is_set():
            try:
                # A full queue stops the network loop: the broker waits, and keeps.
                self._received.put(received, timeout=0.5)
            except queue.Full:
                continue
            return

    def _work(self) -> None:
        while not self._stopping.is_set():
            batch = self._next_batch()
            if batch:
                self._commit(batch)

    def _next_batch(self) -> list[_Received]:
        try:
            batch = [self._received.get(timeout=0.2)]
        except queue.Empty:
            return []
        end = clock.now() + dt.timedelta(seconds=BATCH_SECONDS)
        while len(batch) < BATCH:
            wait = (end - clock.now()).total_seconds()
            try:
                batch.append(
                    self._received.get(timeout=wait) if wait > 0 else self._received.get_nowait()
                )
            except queue.Empty:
                break
        return batch

    def _commit(self, batch: list[_Received]) -> None:
        """Make a batch durable, trying until it is; acknowledge it in order of receipt."""
        while not self._stopping.is_set():
            try:
                known = [m for received in batch if (m := self._inbound(received)) is not None]
                if known:
                    self._make_durable(known)
            except Exception:
                log.exception("the store is away; nothing is acknowledged")
                self.counters.commit_failures += 1
                self._stopping.wait(RETRY_SECONDS)
                continue
            self.counters.batches += 1
            self.counters.messages += len(batch)
            self._acknowledge(batch)
            return

    def _acknowledge(self, batch: list[_Received]) -> None:
        for received in batch:
            if received.generation == self._generation and received.message.qos:
                self._client.ack(received.message.mid, received.message.qos)
                self.counters.acknowledged += 1

    def _inbound(self, received: _Received) -> InboundMessage | None:
        message = received.message
        identity = self._identity(message.topic)
        if identity is None:
            log.warning("a topic of no known device", topic=message.topic)
            self.counters.unknown += 1
            return None
        return InboundMessage(
            identity=identity,
            topic=message.topic,
            payload=bytes(message.payload),
            received_at=received.received_at,
            qos=message.qos,
            is_duplicate=message.dup or message.retain,
            is_retained=message.retain,
        )

    def _identity(self, topic: str) -> DeviceIdentity | None:
        """Return the device a topic speaks for; the broker has checked that it may."""
        address = rules.address_of(topic)
        if address is None or address.tenant_slug is None or address.device is None:
            return None
        name = f"{address.tenant_slug}/{address.device}"
        now = clock.now().timestamp()
        kept = self._known.get(name)
        if kept is not None and now - kept[0] < KNOWN_SECONDS:
            return kept[1]
        identity = self._look_up(address.tenant_slug, address.device)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name] = (now, identity)
        return identity

    def _look_up(self, slug: str, device_name: str) -> DeviceIdentity | None:
        with unit_of_work(self._platform, None, write=False) as session:
            tenant = auth.find_tenant(session, slug)
            tenant_id = tenant.id if tenant is not None else None
        if tenant_id is None:
            return None
        with unit_of_work(self._platform, tenant_id, write=False) as session:
            device = assets.find_device(session, device_name)
            if device is None:
                return None
            return DeviceIdentity(
                device_id=device.id,
                tenant_id=tenant_id,
                publish_prefixes=rules.publish_prefixes(slug, device_name),
            )
