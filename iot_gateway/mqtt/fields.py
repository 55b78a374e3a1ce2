"""The fields MQTT packets are made of: integers, texts, binaries and MQTT 5 properties."""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from iot_gateway.mqtt.reasons import malformed, protocol_error

Value = int | str | bytes
Properties = dict[int, Value]

_MORE = 0x80
_SEVEN_BITS = 0x7F
_VARINT_BYTES = 4
MAX_VARINT = 268_435_455
MAX_TEXT = 65_535


class Property(IntEnum):
    """MQTT 5 property identifiers (section 2.2.2.2)."""

    PAYLOAD_FORMAT = 0x01
    MESSAGE_EXPIRY = 0x02
    CONTENT_TYPE = 0x03
    RESPONSE_TOPIC = 0x08
    CORRELATION_DATA = 0x09
    SUBSCRIPTION_IDENTIFIER = 0x0B
    SESSION_EXPIRY = 0x11
    ASSIGNED_CLIENT_IDENTIFIER = 0x12
    SERVER_KEEP_ALIVE = 0x13
    AUTHENTICATION_METHOD = 0x15
    AUTHENTICATION_DATA = 0x16
    REQUEST_PROBLEM_INFORMATION = 0x17
    WILL_DELAY = 0x18
    REQUEST_RESPONSE_INFORMATION = 0x19
    REASON_STRING = 0x1F
    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS_MAXIMUM = 0x22
    TOPIC_ALIAS = 0x23
    MAXIMUM_QOS = 0x24
    USER_PROPERTY = 0x26
    MAXIMUM_PACKET_SIZE = 0x27
    SUBSCRIPTION_IDENTIFIERS_AVAILABLE = 0x29
    SHARED_SUBSCRIPTIONS_AVAILABLE = 0x2A


_P = Property
_BYTES = {
    _P.PAYLOAD_FORMAT: 1,
    _P.REQUEST_PROBLEM_INFORMATION: 1,
    _P.REQUEST_RESPONSE_INFORMATION: 1,
    _P.MAXIMUM_QOS: 1,
    _P.SUBSCRIPTION_IDENTIFIERS_AVAILABLE: 1,
    _P.SHARED_SUBSCRIPTIONS_AVAILABLE: 1,
    _P.SERVER_KEEP_ALIVE: 2,
    _P.RECEIVE_MAXIMUM: 2,
    _P.TOPIC_ALIAS_MAXIMUM: 2,
    _P.TOPIC_ALIAS: 2,
    _P.MESSAGE_EXPIRY: 4,
    _P.SESSION_EXPIRY: 4,
    _P.WILL_DELAY: 4,
    _P.MAXIMUM_PACKET_SIZE: 4,
}
_BINARIES = frozenset({_P.CORRELATION_DATA, _P.AUTHENTICATION_DATA})

IN_CONNECT = frozenset({
    _P.SESSION_EXPIRY, _P.RECEIVE_MAXIMUM, _P.MAXIMUM_PACKET_SIZE, _P.TOPIC_ALIAS_MAXIMUM,
    _P.REQUEST_RESPONSE_INFORMATION, _P.REQUEST_PROBLEM_INFORMATION, _P.USER_PROPERTY,
    _P.AUTHENTICATION_METHOD, _P.AUTHENTICATION_DATA,
})  # fmt: skip
IN_WILL = frozenset({
    _P.WILL_DELAY, _P.PAYLOAD_FORMAT, _P.MESSAGE_EXPIRY, _P.CONTENT_TYPE, _P.RESPONSE_TOPIC,
    _P.CORRELATION_DATA, _P.USER_PROPERTY,
})  # fmt: skip
IN_PUBLISH = frozenset({
    _P.PAYLOAD_FORMAT, _P.MESSAGE_EXPIRY, _P.TOPIC_ALIAS, _P.RESPONSE_TOPIC, _P.CORRELATION_DATA,
    _P.USER_PROPERTY, _P.SUBSCRIPTION_IDENTIFIER, _P.CONTENT_TYPE,
})  # fmt: skip
IN_SUBSCRIBE = frozenset({_P.SUBSCRIPTION_IDENTIFIER, _P.USER_PROPERTY})
IN_UNSUBSCRIBE = frozenset({_P.USER_PROPERTY})
IN_DISCONNECT = frozenset({_P.SESSION_EXPIRY, _P.REASON_STRING, _P.USER_PROPERTY})
IN_ACKNOWLEDGEMENT = frozenset({_P.REASON_STRING, _P.USER_PROPERTY})
_NEVER_ZERO = frozenset({_P.RECEIVE_MAXIMUM, _P.MAXIMUM_PACKET_SIZE, _P.SUBSCRIPTION_IDENTIFIER})


class Varint(NamedTuple):
    """A variable byte integer and where the byte after it stands."""

    value: int
    end: int


def find_varint(buffer: bytes, at: int) -> Varint | None:
    """The variable byte integer at ``at``, or None while its last byte has not arrived."""
    value = shift = 0
    for place in range(at, at + _VARINT_BYTES):
        if place >= len(buffer):
            return None
        byte = buffer[place]
        value |= (byte & _SEVEN_BITS) << shift
        if byte < _MORE:
            return Varint(value, place + 1)
        shift += 7
    raise malformed("A variable byte integer has more than four bytes.")


def varint(value: int) -> bytes:
    """``value`` as a variable byte integer."""
    if value < _MORE:
        return bytes((value,))
    out = bytearray()
    while value >= _MORE:
        out.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)


def binary(value: bytes) -> bytes:
    """``value`` behind its two-byte length."""
    return len(value).to_bytes(2, "big") + value


def decode_text(raw: bytes) -> str:
    """The text in ``raw``; refuses what is not UTF-8, surrogates and NUL (MQTT 1.5.4)."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise malformed("A text is not UTF-8.") from None
    if "\0" in text:
        raise malformed("A text contains NUL.")
    return text


class Fields:
    """Reads fields one after another and refuses to read past the end of their packet."""

    __slots__ = ("_at", "_buffer", "_end")

    def __init__(self, buffer: bytes, at: int, end: int) -> None:
        self._buffer = buffer
        self._at = at
        self._end = end

    @property
    def is_empty(self) -> bool:
        return self._at >= self._end

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        start, self._at = self._at, self._at + size
        if self._at > self._end:
            raise malformed("A packet ends in the middle of a field.")
        return self._buffer[start : self._at]

    def integer(self, size: int) -> int:
        """A big-endian integer of ``size`` bytes."""
        return int.from_bytes(self.take(size), "big")

    def varint(self) -> int:
        """A variable byte integer."""
        found = find_varint(self._buffer, self._at)
        if found is None or found.end > self._end:
            raise malformed("A packet ends in the middle of a field.")
        self._at = found.end
        return found.value

    def binary(self) -> bytes:
        """Bytes behind their two-byte length."""
        return self.take(self.integer(2))

    def text(self) -> str:
        """UTF-8 behind its two-byte length."""
        return decode_text(self.binary())

    def packet_id(self) -> bytes:
        """The two bytes that name a packet; zero names none (MQTT 2.2.1)."""
        packet_id = self.take(2)
        if packet_id == b"\0\0":
            raise protocol_error("A packet identifier is zero.")
        return packet_id

    def rest(self) -> bytes:
        """Everything up to the end of the packet."""
        return self.take(max(0, self._end - self._at))

    def finish(self) -> None:
        """Refuse bytes that no field accounts for."""
        if not self.is_empty:
            raise malformed("A packet has bytes after its last field.")

    def properties(self, allowed: frozenset[Property]) -> Properties:
        """The MQTT 5 properties at this place; user properties are checked and dropped."""
        size = self.varint()
        inner = Fields(self._buffer, self._at, self._at + size)
        self.take(size)
        found: Properties = {}
        while not inner.is_empty:
            name = inner.varint()
            if name not in allowed:
                raise malformed(f"Property 0x{name:02x} does not belong in this packet.")
            value = inner._property(name)
            if name == Property.USER_PROPERTY:
                continue
            if name in found:
                raise protocol_error(f"Property 0x{name:02x} is given twice.")
            if name in _NEVER_ZERO and value == 0:
                raise protocol_error(f"Property 0x{name:02x} must not be zero.")
            found[name] = value
        return found

    def _property(self, name: int) -> Value:
        if name == Property.USER_PROPERTY:
            return f"{self.text()}={self.text()}"
        if name == Property.SUBSCRIPTION_IDENTIFIER:
            return self.varint()
        if size := _BYTES.get(Property(name)):
            return self.integer(size)
        return self.binary() if name in _BINARIES else self.text()


def encode_properties(properties: Mapping[Property, Value]) -> bytes:
    """MQTT 5 properties behind their length."""
    out = bytearray()
    for name, value in properties.items():
        out.append(name)
        if isinstance(value, str):
            out += binary(value.encode())
        elif isinstance(value, bytes):
            out += binary(value)
        elif name == Property.SUBSCRIPTION_IDENTIFIER:
            out += varint(value)
        else:
            out += value.to_bytes(_BYTES[name], "big")
    return varint(len(out)) + bytes(out)
