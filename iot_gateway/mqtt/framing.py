"""Where a packet starts and ends, and of which type it is."""

from enum import IntEnum
from typing import NamedTuple

from iot_gateway.mqtt.fields import find_varint, varint
from iot_gateway.mqtt.reasons import PacketRefused, Reason, malformed

V3 = 4
"""The protocol level of MQTT 3.1.1."""
V5 = 5
"""The protocol level of MQTT 5."""


class PacketType(IntEnum):
    """The first four bits of a packet."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14
    AUTH = 15


# What the lower four bits of the first byte must be (MQTT 2.2.2); PUBLISH uses them itself.
_FLAGS = {PacketType.PUBREL: 2, PacketType.SUBSCRIBE: 2, PacketType.UNSUBSCRIBE: 2}
_ONE_BYTE_LENGTH = 0x80

PINGRESP = bytes((PacketType.PINGRESP << 4, 0))
PUBACK_HEAD = bytes((PacketType.PUBACK << 4, 2))
"""A PUBACK that accepts is these bytes and the packet identifier, in both versions."""


class Header(NamedTuple):
    """The first byte of a packet, where its body starts and where it ends."""

    first: int
    body: int
    end: int


def read_header(buffer: bytes, at: int, limit: int) -> Header | None:
    """The fixed header at ``at``, or None while it has not arrived whole.

    The body may not have arrived. A body of more than ``limit`` bytes is refused at once.
    """
    if at + 1 >= len(buffer):
        return None
    size = buffer[at + 1]
    body = at + 2
    if size >= _ONE_BYTE_LENGTH:
        if body < len(buffer) and buffer[body] < _ONE_BYTE_LENGTH:
            # Two bytes of length: most readings. Read by hand, once per message.
            size = size & 0x7F | buffer[body] << 7
            body += 1
        else:
            found = find_varint(buffer, at + 1)
            if found is None:
                return None
            size, body = found
    if size > limit:
        raise PacketRefused(Reason.PACKET_TOO_LARGE, f"A packet has {size} bytes.")
    return Header(buffer[at], body, body + size)


def packet_type(first: int) -> PacketType:
    """The type in the first byte; refuses reserved types and reserved flags."""
    try:
        kind = PacketType(first >> 4)
    except ValueError:
        raise malformed("Packet type 0 is reserved.") from None
    if kind != PacketType.PUBLISH and first & 0x0F != _FLAGS.get(kind, 0):
        raise malformed(f"A {kind.name} has the wrong flags.")
    return kind


def packet(kind: PacketType, body: bytes, flags: int = 0) -> bytes:
    """A whole packet: first byte, length, body."""
    return bytes((kind << 4 | flags,)) + varint(len(body)) + body
