"""The gateway behind a broker: a paho client that acknowledges only what was committed.

The client id is stable and the session persistent, so the broker keeps what arrives meanwhile. One
thread reads, commits and acknowledges in turn: an acknowledgement can only go to the connection its
message came on, and while the store is away nothing is read.
"""

from __future__ import annotations

import datetime as dt
import select
import threading
import time
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import structlog
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

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
BATCH = 1000
RECEIVE_MAXIMUM = 2 * BATCH
SESSION_SECONDS = 7 * 24 * 3600
PORTS = {"mqtt": 1883, "mqtts": 8883}
IDLE_SECONDS = 0.5
QUIET_SECONDS = 0.002
RETRY_SECONDS = 1.0
STOP_SECONDS = 10.0
KNOWN_SECONDS = 60.0
MOST_KNOWN = 100_000
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Counters:
    """What happened since the start, for the metrics."""

    connected: int = 0
    messages: int = 0
    acknowledged: int = 0
    unknown: int = 0
    batches: int = 0
    commit_failures: int = 0


class _Received(NamedTuple):
    """What is needed of a message; paho's own objects are large, and cost more the longer kept."""

    mid: int
    topic: str
    payload: bytes
    qos: int
    is_duplicate: bool
    is_retained: bool


class BrokerConsumer:
    """Consumes the devices' topics; ``start`` returns at once, ``stop`` finishes the batch."""

    def __init__(self, platform: Platform, ingest: Ingest, client_id: str = CLIENT_ID) -> None:
        """Prepare a client for the broker of the settings."""
        self.counters = Counters()
        self._platform = platform
        self._ingest = ingest
        self._address = urlsplit(platform.settings.mqtt_broker_url)
        self._received: list[_Received] = []
        self._stopping = threading.Event()
        self._known: dict[str, tuple[float, DeviceIdentity | None]] = {}
        self._client = self._make_client(client_id)
        self._thread = threading.Thread(target=self._run, name="consumer", daemon=True)

    def start(self) -> None:
        """Connect, and keep connecting; take messages from then on."""
        self._thread.start()

    def stop(self) -> None:
        """Commit and acknowledge the batch at hand, then leave; the broker keeps the rest."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS)

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
        client.on_message = self._on_message
        return client

    def _on_connect(self, client: Client, _data: Any, _flags: Any, reason: Any, _more: Any) -> None:
        host = self._address.hostname
        if reason.is_failure:
            log.error("the broker refuses us", host=host, reason=str(reason))
            return
        self.counters.connected += 1
        new_only = SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
        client.subscribe(TOPICS, options=SubscribeOptions(qos=1, retainHandling=new_only))
        log.info("connected to the broker", host=host)

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._received.append(
            _Received(
                message.mid,
                message.topic,
                bytes(message.payload),
                message.qos,
                message.dup,
                message.retain,
            )
        )

    # --------------------------------------------------------------------------- the one thread
    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._serve_connection()
            except Exception as error:  # noqa: BLE001 - the broker keeps what we do not take
                log.warning("no connection to the broker", error=type(error).__name__)
            self._client.disconnect()
            self._received.clear()  # Not acknowledged: it comes again.
            self._stopping.wait(RETRY_SECONDS)

    def _serve_connection(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_SECONDS
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        self._client.connect(
            self._address.hostname or "127.0.0.1",
            self._address.port or PORTS.get(self._address.scheme, PORTS["mqtt"]),
            clean_start=False,
            properties=properties,
        )
        while not self._stopping.is_set() and self._receive():
            if self._received and not self._commit(self._received):
                return
            self._received.clear()
            self._client.loop_misc()

    def _receive(self) -> bool:
        """Read what there is, a batch at most; False when the connection has ended.

        The broker fills our receive maximum while a batch is committed, so that batches are as
        large as the load.
        """
        patience = IDLE_SECONDS
        while (connection := self._client.socket()) is not None:
            wants = [connection] if self._client.want_write() else []
            readable, writable, _ = select.select([connection], wants, [], patience)
            if writable:
                self._client.loop_write()
            if not readable:
                return True
            count = -1
            while count < len(self._received) < BATCH:
                count = len(self._received)
                if self._client.loop_read() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                    return False
            if len(self._received) >= BATCH:
                return True
            patience = QUIET_SECONDS
        return False

    def _commit(self, batch: list[_Received]) -> bool:
        """Make a batch durable, trying until it is, and acknowledge it in order of receipt.

        False when it could not before we were told to leave: then the broker keeps it.
        """
        received_at = clock.now()
        while not self._stopping.is_set():
            try:
                inbound = [self._inbound(message, received_at) for message in batch]
                self._ingest.take([message for message in inbound if message is not None])
            except Exception:
                log.exception("the store is away; nothing is acknowledged")
                self.counters.commit_failures += 1
                self._stopping.wait(RETRY_SECONDS)
                continue
            for message in batch:
                if message.qos:
                    self._client.ack(message.mid, message.qos)
            self.counters.batches += 1
            self.counters.messages += len(batch)
            self.counters.acknowledged += sum(1 for message in batch if message.qos)
            self.counters.unknown += inbound.count(None)
            return True
        return False

    def _inbound(self, message: _Received, received_at: dt.datetime) -> InboundMessage | None:
        topic = message.topic
        identity = self._identity(topic)
        if identity is None:
            log.warning("a topic of no known device", topic=topic)
            return None
        return InboundMessage(
            identity=identity,
            topic=topic,
            payload=bytes(message.payload),
            received_at=received_at,
            qos=message.qos,
            is_duplicate=message.is_duplicate or message.is_retained,
            is_retained=message.is_retained,
            # What was retained comes under another number each time.
            packet_id=b"" if message.is_retained else message.mid.to_bytes(2, "big"),
        )

    def _identity(self, topic: str) -> DeviceIdentity | None:
        """Return the device a topic speaks for; the broker has checked that it may."""
        kept = self._known.get(topic)
        now = time.monotonic()
        if kept is not None and now - kept[0] < KNOWN_SECONDS:
            return kept[1]
        address = rules.address_of(topic)
        if address is None or address.tenant_slug is None or address.device is None:
            return None
        identity = self._look_up(address.tenant_slug, address.device)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[topic] = (now, identity)
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
