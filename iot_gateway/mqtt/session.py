"""What a device says on its connection, and what it is answered."""

import asyncio
import secrets
from collections.abc import Callable
from uuid import UUID

import structlog

from iot_gateway.mqtt import codec
from iot_gateway.mqtt.connection import Connection, Hold
from iot_gateway.mqtt.failures import describe
from iot_gateway.mqtt.fields import Property, Value
from iot_gateway.mqtt.framing import PINGRESP, V3, V5, Header, PacketType, packet_type, read_header
from iot_gateway.mqtt.inflow import Inflow
from iot_gateway.mqtt.messages import Credentials, Delivery, DeviceIdentity, MessageKind
from iot_gateway.mqtt.outbound import Outbound, is_topic_filter
from iot_gateway.mqtt.publish import Publish, encode_publish
from iot_gateway.mqtt.reasons import (
    ConnectRefused,
    PacketRefused,
    Reason,
    malformed,
    protocol_error,
)
from iot_gateway.mqtt.services import Services

logger = structlog.get_logger(__name__)

_HEADER_BYTES = 5
_CONNECT = PacketType.CONNECT << 4
_SHARED = "$share/"
_SHORTEST_NAP = 0.05


class Session(Connection):
    """One device's conversation, from CONNECT to the end of its connection."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.settings.linger_seconds)
        self._services = services
        self._settings = services.settings
        self._is_counted = False
        self._is_blameless = False
        self._version = V3
        self._client_id = ""
        self._limit = services.settings.max_connect_bytes
        self._identity: DeviceIdentity | None = None
        self._inflow: Inflow | None = None
        self._outbound = Outbound(services.settings.outbound_window)
        self._will: codec.Will | None = None
        self._peer_limit: int | None = None
        self._patience = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._admission: asyncio.Task[None] | None = None
        self._readers: dict[PacketType, Callable[[bytes, Header], None]] = {
            PacketType.SUBSCRIBE: self._read_subscribe,
            PacketType.UNSUBSCRIBE: self._read_unsubscribe,
            PacketType.PUBACK: self._read_puback,
            PacketType.PINGREQ: self._read_ping,
            PacketType.DISCONNECT: self._read_disconnect,
        }

    # ---------------------------------------------------------------------- start and end of TCP
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        services = self._services
        if len(services.registry) >= self._settings.max_connections:
            services.counters.turned_away += 1
            self.is_ended = True
            self.transport.abort()
            return
        self._is_counted = True
        services.registry.add(self)
        services.counters.connections += 1
        self._timer = self.loop.call_later(
            self._settings.connect_timeout_seconds, self._drop_silent_stranger
        )

    def _drop_silent_stranger(self) -> None:
        if self._inflow is None and not self.is_ended:
            self._services.counters.turned_away += 1
            self.end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_ended:
            self._leave(has_will=True)
        super().connection_lost(exc)
        if self._admission is not None:
            self._admission.cancel()
        if self._is_counted:
            self._services.registry.discard(self)
            self._services.counters.connections -= 1

    @property
    def credential_id(self) -> UUID | None:
        """What the device has proven itself by, once it has."""
        return self._identity.credential_id if self._identity else None

    def end(self, reason: Reason | None, *, has_will: bool = True) -> None:
        """Close the connection; MQTT 5 devices are told why."""
        if self.is_ended:
            return
        farewell = b""
        if reason is not None and self._version == V5 and self._inflow is not None:
            farewell = codec.encode_disconnect(reason)
        self._leave(has_will=has_will)
        self.close(farewell)
        why = None if reason is None else reason.name
        logger.info("device disconnected", client_id=self._client_id, reason=why)

    def stop(self, reason: Reason) -> None:
        """End because the endpoint stops or cannot serve: the device is not to blame.

        Neither its will nor its being offline is reported: a restart of the gateway would
        report every device.
        """
        self._is_blameless = True
        self.end(reason)

    def _leave(self, *, has_will: bool) -> None:
        """Forget the device and report what its absence means; safe to run once only."""
        if self._timer is not None:
            self._timer.cancel()
        self._outbound.lose()
        if self._identity is None or self._inflow is None:
            return
        device_id = self._identity.device_id
        self._services.registry.leave(self, device_id, self._client_id)
        if self._is_blameless:
            return
        if has_will and self._will is not None:
            self._services.counters.wills += 1
            self._inflow.leave(self._will)
        if not self._services.registry.is_online(device_id):
            self._inflow.say(MessageKind.OFFLINE)

    # ---------------------------------------------------------------------------------- reading
    def read_packets(self, data: bytes) -> int:
        at, size = 0, len(data)
        while not self.holds and not self.is_ended:
            header = read_header(data, at, self._limit)
            if header is None:
                self.needed = size - at + 1
                break
            if self._inflow is None and header.first != _CONNECT:
                raise protocol_error("The first packet is no CONNECT.")
            if header.end > size:
                self.needed = header.end - at
                break
            if self._inflow is not None and header.first >> 4 == PacketType.PUBLISH:
                at = self._inflow.read(data, at)
            else:
                self._read_packet(data, header)
                at = header.end
        return at

    def _read_packet(self, data: bytes, header: Header) -> None:
        if self._inflow is None:
            self._read_connect(data, header)
            return
        kind = packet_type(header.first)
        reader = self._readers.get(kind)
        if reader is None:
            raise protocol_error(f"{kind.name} is not expected here.")
        reader(data, header)

    def refuse(self, refusal: PacketRefused) -> None:
        self._services.counters.bad_packets += 1
        logger.info("packet refused", client_id=self._client_id, detail=refusal.detail)
        if isinstance(refusal, ConnectRefused):
            self._version = refusal.version
            self._turn_away(refusal.reason)
        else:
            self.end(refusal.reason)

    # ---------------------------------------------------------------------------------- CONNECT
    def _read_connect(self, data: bytes, header: Header) -> None:
        connect = codec.read_connect(data, header)
        self._version = connect.version
        self._client_id = connect.client_id
        if not connect.client_id:
            if connect.version == V3 and not connect.is_clean:
                detail = "A stored session needs a client id."
                raise ConnectRefused(Reason.CLIENT_IDENTIFIER_NOT_VALID, detail, V3)
            self._client_id = f"assigned-{secrets.token_hex(8)}"
        self.hold(Hold.ADMISSION)
        self._admission = self.loop.create_task(self._admit(connect))

    async def _admit(self, connect: codec.Connect) -> None:
        identity, refused = await self._authenticate(connect)
        if self.is_ended:
            return
        will = connect.will
        if identity is None:
            self._turn_away(refused)
        elif will is not None and not will.topic.startswith(identity.publish_prefixes):
            self._services.counters.forbidden += 1
            self._turn_away(Reason.NOT_AUTHORISED)
        else:
            self._open(connect, identity)

    async def _authenticate(self, connect: codec.Connect) -> tuple[DeviceIdentity | None, Reason]:
        if self._services.committer.has_given_up:
            return None, Reason.SERVER_UNAVAILABLE
        tls = self.transport.get_extra_info("ssl_object")
        peer = self.transport.get_extra_info("peername")
        credentials = Credentials(
            client_id=self._client_id,
            username=connect.username,
            password=connect.password,
            peer=str(peer[0]) if peer else "",
            certificate=tls.getpeercert(binary_form=True) if tls else None,
        )
        try:
            identity = await self._services.admit(credentials)
        except Exception as error:  # noqa: BLE001 - the device must learn that we are to blame
            logger.error("authentication failed", **describe(error))  # noqa: TRY400 - no passwords
            return None, Reason.SERVER_UNAVAILABLE
        return identity, Reason.BAD_USER_NAME_OR_PASSWORD

    def _turn_away(self, reason: Reason) -> None:
        self._services.counters.login_failures += 1
        self._leave(has_will=False)
        self.close(codec.encode_connack(reason, self._version) or b"")
        logger.info("device turned away", client_id=self._client_id, reason=reason.name)

    def _open(self, connect: codec.Connect, identity: DeviceIdentity) -> None:
        registry, counters = self._services.registry, self._services.counters
        was_online = registry.is_online(identity.device_id)
        self._identity = identity
        self._inflow = Inflow(self, self._services, identity, self._version)
        self._limit = self._settings.max_packet_bytes
        self._will = connect.will
        peer_window = int(connect.properties.get(Property.RECEIVE_MAXIMUM, 0xFFFF))
        self._outbound = Outbound(min(self._settings.outbound_window, peer_window))
        if limit := connect.properties.get(Property.MAXIMUM_PACKET_SIZE):
            self._peer_limit = int(limit)
        previous = registry.enter(self, identity.device_id, self._client_id)
        if previous is not None:
            counters.takeovers += 1
            previous.end(Reason.SESSION_TAKEN_OVER)
        if not was_online:
            self._inflow.say(MessageKind.ONLINE)
        counters.connected += 1
        self._answer(connect)
        self._start_watch(connect.keep_alive_seconds)
        if self._services.committer.is_gated:
            self.hold(Hold.GATE)
        self.release(Hold.ADMISSION)

    def _answer(self, connect: codec.Connect) -> None:
        properties: dict[Property, Value] = {
            Property.RECEIVE_MAXIMUM: self._settings.max_in_flight,
            Property.MAXIMUM_QOS: 1,
            Property.MAXIMUM_PACKET_SIZE: self._settings.max_packet_bytes + _HEADER_BYTES,
            Property.TOPIC_ALIAS_MAXIMUM: 0,
            Property.SUBSCRIPTION_IDENTIFIERS_AVAILABLE: 0,
            Property.SHARED_SUBSCRIPTIONS_AVAILABLE: 0,
        }
        if connect.properties.get(Property.SESSION_EXPIRY):
            properties[Property.SESSION_EXPIRY] = 0
        if not connect.client_id:
            properties[Property.ASSIGNED_CLIENT_IDENTIFIER] = self._client_id
        if not connect.keep_alive_seconds:
            properties[Property.SERVER_KEEP_ALIVE] = self._settings.default_keep_alive_seconds
        self.transport.write(codec.encode_connack(Reason.SUCCESS, self._version, properties) or b"")

    # ------------------------------------------------------------------------------- keep alive
    def _start_watch(self, keep_alive_seconds: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not keep_alive_seconds and self._version == V5:
            keep_alive_seconds = self._settings.default_keep_alive_seconds
        self._patience = keep_alive_seconds * self._settings.keep_alive_factor
        if self._patience:
            self._timer = self.loop.call_later(self._patience, self._watch)

    def _watch(self) -> None:
        """End a silent connection; one that we do not read cannot be blamed for silence."""
        left = self.seen_at + self._patience - self.loop.time()
        if self.holds & ~Hold.WRITING:
            left = self._patience
        if left <= 0:
            self._services.counters.keep_alive_timeouts += 1
            self.end(Reason.KEEP_ALIVE_TIMEOUT)
        else:
            self._timer = self.loop.call_later(max(left, _SHORTEST_NAP), self._watch)

    # ---------------------------------------------------------------------------- other packets
    def _read_ping(self, data: bytes, header: Header) -> None:  # noqa: ARG002 - has no body
        if header.end != header.body:
            raise malformed("A PINGREQ has a body.")
        self.transport.write(PINGRESP)

    def _read_disconnect(self, data: bytes, header: Header) -> None:
        reason = codec.read_disconnect(data, header, self._version)
        self.end(None, has_will=reason != Reason.SUCCESS)

    def _read_puback(self, data: bytes, header: Header) -> None:
        self._outbound.finish(codec.read_puback(data, header, self._version))

    def _read_subscribe(self, data: bytes, header: Header) -> None:
        request = codec.read_subscribe(data, header, self._version)
        reasons = [self._subscribe(subscription) for subscription in request.subscriptions]
        self.transport.write(codec.encode_suback(request.packet_id, reasons, self._version))

    def _subscribe(self, subscription: codec.Subscription) -> Reason:
        wanted = subscription.topic_filter
        if not is_topic_filter(wanted):
            return Reason.TOPIC_FILTER_INVALID
        if wanted.startswith(_SHARED):
            return Reason.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED
        if self._identity is None or wanted not in self._identity.subscribe_filters:
            return Reason.NOT_AUTHORISED
        qos = min(subscription.qos, 1)
        self._outbound.grant(wanted, qos)
        return Reason(qos)

    def _read_unsubscribe(self, data: bytes, header: Header) -> None:
        request = codec.read_unsubscribe(data, header, self._version)
        reasons = [
            Reason.SUCCESS if self._outbound.withdraw(name) else Reason.NO_SUBSCRIPTION_EXISTED
            for name in request.topic_filters
        ]
        self.transport.write(codec.encode_unsuback(request.packet_id, reasons, self._version))

    # --------------------------------------------------------------------------- to the device
    async def deliver(self, topic: str, payload: bytes, qos: int) -> Delivery:
        """Send a message and wait until the device has acknowledged it (QoS 1)."""
        granted = self._outbound.granted_qos(topic)
        if granted is None:
            return Delivery.NOT_SUBSCRIBED
        if self._outbound.is_full or self.holds & Hold.WRITING:
            return Delivery.BUSY
        if min(qos, granted) == 0:
            is_sent = self._send(Publish(topic=topic, payload=payload))
            return Delivery.DELIVERED if is_sent else Delivery.REFUSED
        publish, outcome = self._outbound.start(topic, payload)
        if not self._send(publish):
            self._outbound.forget(publish.packet_id)
            return Delivery.REFUSED
        return await outcome

    def _send(self, publish: Publish) -> bool:
        packet = encode_publish(publish, self._version)
        if self._peer_limit is not None and len(packet) > self._peer_limit:
            return False
        self.transport.write(packet)
        return True
