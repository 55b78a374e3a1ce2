"""The messages of one admitted device on their way in: read, authorised, queued, acknowledged."""

from collections.abc import Sequence

from iot_gateway.mqtt.codec import Will
from iot_gateway.mqtt.committing import Chunk
from iot_gateway.mqtt.connection import Connection, Hold
from iot_gateway.mqtt.framing import PUBACK_HEAD, V3, V5, PacketType, read_header
from iot_gateway.mqtt.messages import DeviceIdentity, InboundMessage, MessageKind, Outcome
from iot_gateway.mqtt.publish import FLAGS, encode_puback, read_publish, topic_name
from iot_gateway.mqtt.reasons import PacketRefused, Reason
from iot_gateway.mqtt.services import Services

_TOPICS_REMEMBERED = 64
_PUBLISH = int(PacketType.PUBLISH)
_REASONS = {
    Outcome.NOT_AUTHORISED: Reason.NOT_AUTHORISED,
    Outcome.PAYLOAD_INVALID: Reason.PAYLOAD_FORMAT_INVALID,
}
_ACCEPTING = len(PUBACK_HEAD) + 2
"""The length of a PUBACK that accepts; one that refuses is longer."""


class Inflow:
    """Takes the PUBLISH packets of one connection and keeps count of what is not committed."""

    def __init__(
        self, connection: Connection, services: Services, identity: DeviceIdentity, version: int
    ) -> None:
        self._connection = connection
        self._services = services
        self._settings = services.settings
        self._identity = identity
        self._version = version
        self._topics: dict[bytes, tuple[str, MessageKind]] = {}
        self._in_flight = 0
        self._in_flight_bytes = 0

    def read(self, data: bytes, at: int) -> int:
        """Read whole PUBLISH packets from ``at`` on; returns where they end.

        At most a batch at a time. Holds the connection when its window is full.
        """
        room = min(self._settings.batch_messages, self._settings.max_in_flight - self._in_flight)
        if room <= 0:
            # MQTT 5 would have us disconnect a device that exceeds its receive maximum, but common
            # clients do not know it: they would come back and do it again.
            self._connection.hold(Hold.WINDOW)
            return at
        identity, version, topics = self._identity, self._version, self._topics
        size, limit, received_at = len(data), self._settings.max_packet_bytes, self._services.now()
        messages: list[InboundMessage] = []
        acks: list[bytes] = []
        start = at
        try:
            while len(messages) < room:
                header = read_header(data, at, limit)
                if header is None or header.end > size or header.first >> 4 != _PUBLISH:
                    break
                raw_topic, packet_id, payload = read_publish(data, header, version)
                topic, kind = topics.get(raw_topic) or self._learn(raw_topic)
                messages.append(
                    InboundMessage(
                        identity,
                        topic,
                        payload,
                        received_at,
                        *FLAGS[header.first & 0x0F],
                        kind,
                        packet_id,
                    )
                )
                acks.append(PUBACK_HEAD + packet_id if packet_id else b"")
                at = header.end
                if kind is MessageKind.FORBIDDEN:
                    acks[-1] = self._forbid(packet_id)
        finally:
            if messages:
                self._queue(messages, acks, at - start)
        return at

    def _learn(self, raw_topic: bytes) -> tuple[str, MessageKind]:
        """Check a topic once; devices repeat a few of them for ever."""
        topic = topic_name(raw_topic)
        is_own = topic.startswith(self._identity.publish_prefixes)
        known = (topic, MessageKind.PUBLISH if is_own else MessageKind.FORBIDDEN)
        if len(self._topics) >= _TOPICS_REMEMBERED:
            self._topics.clear()
        self._topics[raw_topic] = known
        return known

    def _forbid(self, packet_id: bytes) -> bytes:
        """The acknowledgement that refuses; MQTT 3.1.1 has none, so the connection ends."""
        self._services.counters.forbidden += 1
        if self._version == V3:
            raise PacketRefused(Reason.NOT_AUTHORISED, "Published under a foreign topic.")
        return encode_puback(packet_id, Reason.NOT_AUTHORISED) if packet_id else b""

    def _queue(self, messages: list[InboundMessage], acks: list[bytes], size: int) -> None:
        self._in_flight += len(messages)
        self._in_flight_bytes += size
        self._services.committer.submit(Chunk(self, messages, acks, size))
        if self._in_flight_bytes >= self._settings.max_in_flight_bytes:
            self._connection.hold(Hold.WINDOW)

    def say(self, kind: MessageKind) -> None:
        """Queue the endpoint's own word about the connection."""
        message = InboundMessage(self._identity, "", b"", self._services.now(), kind=kind)
        self._queue([message], [b""], 0)

    def leave(self, will: Will) -> None:
        """Queue the message a device left for the case that its connection is lost."""
        message = InboundMessage(
            self._identity,
            will.topic,
            will.payload,
            self._services.now(),
            will.qos,
            is_retained=will.is_retained,
            kind=MessageKind.WILL,
        )
        self._queue([message], [b""], len(will.payload))

    def settle(self, chunks: Sequence[Chunk], outcomes: Sequence[Outcome]) -> None:
        """Acknowledge committed messages in the order in which they were received."""
        acks = [ack for chunk in chunks for ack in chunk.acks]
        answered = len(acks) - acks.count(b"")
        self._in_flight -= len(acks)
        self._in_flight_bytes -= sum(chunk.size for chunk in chunks)
        if outcomes.count(Outcome.ACCEPTED) != len(outcomes):
            self._refuse(acks, outcomes)
        if answered and not self._connection.is_ended:
            self._services.counters.acknowledged += answered
            self._connection.transport.write(b"".join(acks))
        if self._in_flight_bytes < self._settings.max_in_flight_bytes:
            self._connection.release(Hold.WINDOW)

    def _refuse(self, acks: list[bytes], outcomes: Sequence[Outcome]) -> None:
        """Tell MQTT 5 devices which messages were refused; MQTT 3.1.1 cannot say it."""
        for place, outcome in enumerate(outcomes):
            if outcome is Outcome.ACCEPTED:
                continue
            self._services.counters.refused += 1
            if self._version == V5 and len(acks[place]) == _ACCEPTING:
                acks[place] = encode_puback(acks[place][-2:], _REASONS[outcome])
