"""The PUBLISH packet, read once per message: the hot path of the endpoint."""

from dataclasses import dataclass
from typing import NamedTuple

from iot_gateway.mqtt.fields import IN_PUBLISH, Fields, Property, binary, decode_text
from iot_gateway.mqtt.framing import V5, Header, PacketType, packet
from iot_gateway.mqtt.reasons import PacketRefused, Reason, malformed, protocol_error

_DUP, _QOS, _RETAIN = 0x08, 0x06, 0x01
_QOS_2 = 0x04
FLAGS = [((first & _QOS) >> 1, bool(first & _DUP), bool(first & _RETAIN)) for first in range(16)]
"""QoS, whether sent before, whether retained: for each value of the lower four bits."""


class RawPublish(NamedTuple):
    """A PUBLISH as it arrived: the topic still bytes, the packet identifier empty for QoS 0."""

    topic: bytes
    packet_id: bytes
    payload: bytes


def read_publish(buffer: bytes, header: Header, version: int) -> RawPublish:
    """The PUBLISH behind ``header``; the topic is checked by ``topic_name``.

    Runs for every message, so it reads by hand instead of through ``Fields``.
    """
    first, at, end = header
    if first & _QOS >= _QOS_2 or first & (_DUP | _QOS) == _DUP:
        raise _refuse_publish_flags(first)
    if at + 2 > end:
        raise malformed("A PUBLISH has no topic.")
    topic_at = at + 2
    at = topic_at + (buffer[at] << 8 | buffer[at + 1])
    topic = buffer[topic_at:at]
    packet_id = b""
    if first & _QOS:
        packet_id = buffer[at : at + 2]
        at += 2
        if packet_id == b"\0\0":
            raise protocol_error("A packet identifier is zero.")
    if version == V5:
        if at < end and not buffer[at]:
            at += 1  # No properties: the usual case.
        else:
            at = _skip_publish_properties(buffer, at, end)
    if at > end:
        raise malformed("A PUBLISH ends in the middle of a field.")
    return RawPublish(topic, packet_id, buffer[at:end])


def _refuse_publish_flags(first: int) -> PacketRefused:
    if first & _QOS == _QOS_2:
        return PacketRefused(Reason.QOS_NOT_SUPPORTED, "QoS 2 is not supported.")
    return malformed("A PUBLISH has QoS 3, or is a duplicate with QoS 0.")


def _skip_publish_properties(buffer: bytes, at: int, end: int) -> int:
    fields = Fields(buffer, at, end)
    properties = fields.properties(IN_PUBLISH)
    if Property.TOPIC_ALIAS in properties:
        raise PacketRefused(Reason.TOPIC_ALIAS_INVALID, "Topic aliases are not supported.")
    if Property.SUBSCRIPTION_IDENTIFIER in properties:
        raise protocol_error("Only a server sends subscription identifiers in a PUBLISH.")
    return end - len(fields.rest())


def topic_name(raw: bytes) -> str:
    """The topic in ``raw``; refuses an empty one, wildcards and what is no MQTT text."""
    topic = decode_text(raw)
    if not topic or "+" in topic or "#" in topic:
        raise PacketRefused(Reason.TOPIC_NAME_INVALID, "A topic is empty or has wildcards.")
    return topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """A PUBLISH to send; ``packet_id`` is used for QoS 1 only."""

    topic: str
    payload: bytes
    qos: int = 0
    packet_id: int = 0
    is_duplicate: bool = False
    is_retained: bool = False


def encode_publish(publish: Publish, version: int) -> bytes:
    """``publish`` as a packet."""
    flags = publish.qos << 1 | publish.is_duplicate << 3 | publish.is_retained
    body = binary(publish.topic.encode())
    if publish.qos:
        body += publish.packet_id.to_bytes(2, "big")
    if version == V5:
        body += b"\0"
    return packet(PacketType.PUBLISH, body + publish.payload, flags)


def encode_puback(packet_id: bytes, reason: Reason) -> bytes:
    """An MQTT 5 PUBACK that refuses."""
    return packet(PacketType.PUBACK, packet_id + bytes((reason,)))
