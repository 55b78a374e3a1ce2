"""All packets but PUBLISH, as bytes: what a device may send, and what the endpoint answers.

Reading never trusts a length: whatever the bytes are, the outcome is a packet or a
``PacketRefused``. No sockets and no session here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from iot_gateway.mqtt.fields import (
    IN_ACKNOWLEDGEMENT,
    IN_CONNECT,
    IN_DISCONNECT,
    IN_SUBSCRIBE,
    IN_UNSUBSCRIBE,
    IN_WILL,
    Fields,
    Properties,
    Property,
    Value,
    encode_properties,
)
from iot_gateway.mqtt.framing import V3, V5, Header, PacketType, packet
from iot_gateway.mqtt.publish import topic_name
from iot_gateway.mqtt.reasons import (
    ConnectRefused,
    PacketRefused,
    Reason,
    connect_return_code,
    malformed,
    protocol_error,
)

MAX_QOS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """The message a device leaves for the case that its connection is lost."""

    topic: str
    payload: bytes
    qos: int
    is_retained: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """What a device says first; ``properties`` is empty for MQTT 3.1.1."""

    version: int
    client_id: str
    is_clean: bool
    keep_alive_seconds: int
    properties: Properties
    username: str | None
    password: bytes | None
    will: Will | None


_RESERVED, _CLEAN, _WILL, _WILL_RETAIN = 0x01, 0x02, 0x04, 0x20
_PASSWORD, _USERNAME = 0x40, 0x80


def read_connect(buffer: bytes, header: Header) -> Connect:
    """The CONNECT behind ``header``.

    Refuses with ``ConnectRefused`` as soon as the version is known, so that the device can be
    answered in it.
    """
    fields = Fields(buffer, header.body, header.end)
    version = _read_version(fields)
    try:
        connect = _read_connect_fields(fields, version)
    except PacketRefused as refusal:
        raise ConnectRefused(refusal.reason, refusal.detail, version) from None
    return connect


def _read_version(fields: Fields) -> int:
    name, version = fields.binary(), fields.integer(1)
    if name == b"MQIsdp":
        raise ConnectRefused(Reason.UNSUPPORTED_PROTOCOL_VERSION, "MQTT 3.1 is not supported.", V3)
    if name != b"MQTT":
        raise malformed("A CONNECT is not for MQTT.")
    if version not in {V3, V5}:
        answer_in = V3 if version < V5 else V5
        detail = f"Protocol level {version} is not supported."
        raise ConnectRefused(Reason.UNSUPPORTED_PROTOCOL_VERSION, detail, answer_in)
    return version


def _read_connect_fields(fields: Fields, version: int) -> Connect:
    flags = fields.integer(1)
    _check_connect_flags(flags, version)
    keep_alive = fields.integer(2)
    properties = fields.properties(IN_CONNECT) if version == V5 else {}
    if Property.AUTHENTICATION_METHOD in properties:
        raise PacketRefused(Reason.BAD_AUTHENTICATION_METHOD, "Only passwords are supported.")
    if Property.AUTHENTICATION_DATA in properties:
        raise protocol_error("Authentication data came without a method.")
    client_id = fields.text()
    will = _read_will(fields, flags, version) if flags & _WILL else None
    username = fields.text() if flags & _USERNAME else None
    password = fields.binary() if flags & _PASSWORD else None
    fields.finish()
    return Connect(
        version=version,
        client_id=client_id,
        is_clean=bool(flags & _CLEAN),
        keep_alive_seconds=keep_alive,
        properties=properties,
        username=username,
        password=password,
        will=will,
    )


def _check_connect_flags(flags: int, version: int) -> None:
    will_qos = flags >> 3 & 3
    if flags & _RESERVED:
        raise malformed("The reserved CONNECT flag is set.")
    if will_qos > MAX_QOS or (not flags & _WILL and (will_qos or flags & _WILL_RETAIN)):
        raise malformed("The will flags contradict each other.")
    if version == V3 and flags & _PASSWORD and not flags & _USERNAME:
        raise malformed("A password came without a user name.")


def _read_will(fields: Fields, flags: int, version: int) -> Will:
    if version == V5:
        fields.properties(IN_WILL)
    will = Will(
        topic=topic_name(fields.binary()),
        payload=fields.binary(),
        qos=flags >> 3 & 3,
        is_retained=bool(flags & _WILL_RETAIN),
    )
    if will.qos == MAX_QOS:
        raise PacketRefused(Reason.QOS_NOT_SUPPORTED, "QoS 2 is not supported.")
    return will


def encode_connack(
    reason: Reason, version: int, properties: Mapping[Property, Value] | None = None
) -> bytes | None:
    """The answer to a CONNECT, or None when MQTT 3.1.1 has no code for ``reason``."""
    if version == V5:
        body = bytes((0, reason)) + encode_properties(properties or {})
        return packet(PacketType.CONNACK, body)
    code = connect_return_code(reason)
    return None if code is None else packet(PacketType.CONNACK, bytes((0, code)))


# ----------------------------------------------------------------------- SUBSCRIBE, UNSUBSCRIBE
class Subscription(NamedTuple):
    """A topic filter a device asks for, and the highest QoS it wants."""

    topic_filter: str
    qos: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """A SUBSCRIBE, with at least one filter."""

    packet_id: bytes
    subscriptions: Sequence[Subscription]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """An UNSUBSCRIBE, with at least one filter."""

    packet_id: bytes
    topic_filters: Sequence[str]


_V5_RETAIN_HANDLING, _V5_RESERVED_OPTIONS, _V3_RESERVED_OPTIONS = 0x30, 0xC0, 0xFC


def read_subscribe(buffer: bytes, header: Header, version: int) -> Subscribe:
    """The SUBSCRIBE behind ``header``."""
    fields = Fields(buffer, header.body, header.end)
    packet_id = fields.packet_id()
    properties = fields.properties(IN_SUBSCRIBE) if version == V5 else {}
    if Property.SUBSCRIPTION_IDENTIFIER in properties:
        reason = Reason.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
        raise PacketRefused(reason, "Subscription identifiers are not supported.")
    subscriptions = []
    while not fields.is_empty:
        topic_filter, options = fields.text(), fields.integer(1)
        _check_options(options, version)
        subscriptions.append(Subscription(topic_filter, options & 3))
    if not subscriptions:
        raise protocol_error("A SUBSCRIBE has no topic filter.")
    return Subscribe(packet_id, subscriptions)


def _check_options(options: int, version: int) -> None:
    reserved = _V5_RESERVED_OPTIONS if version == V5 else _V3_RESERVED_OPTIONS
    if options & 3 > MAX_QOS or options & reserved:
        raise malformed("A SUBSCRIBE has reserved options.")
    if version == V5 and options & _V5_RETAIN_HANDLING == _V5_RETAIN_HANDLING:
        raise protocol_error("A SUBSCRIBE has an unknown retain handling.")


def read_unsubscribe(buffer: bytes, header: Header, version: int) -> Unsubscribe:
    """The UNSUBSCRIBE behind ``header``."""
    fields = Fields(buffer, header.body, header.end)
    packet_id = fields.packet_id()
    if version == V5:
        fields.properties(IN_UNSUBSCRIBE)
    topic_filters = []
    while not fields.is_empty:
        topic_filters.append(fields.text())
    if not topic_filters:
        raise protocol_error("An UNSUBSCRIBE has no topic filter.")
    return Unsubscribe(packet_id, topic_filters)


def encode_suback(packet_id: bytes, reasons: Sequence[Reason], version: int) -> bytes:
    """The answer to a SUBSCRIBE; MQTT 3.1.1 knows one refusal only (3.9.3)."""
    properties = b"\0" if version == V5 else b""
    if version == V3:
        reasons = [min(reason, Reason.UNSPECIFIED_ERROR) for reason in reasons]
    return packet(PacketType.SUBACK, packet_id + properties + bytes(reasons))


def encode_unsuback(packet_id: bytes, reasons: Sequence[Reason], version: int) -> bytes:
    """The answer to an UNSUBSCRIBE; MQTT 3.1.1 says nothing per filter."""
    body = packet_id + b"\0" + bytes(reasons) if version == V5 else packet_id
    return packet(PacketType.UNSUBACK, body)


# ----------------------------------------------------------------------------- PUBACK, DISCONNECT
class Acknowledgement(NamedTuple):
    """A PUBACK."""

    packet_id: bytes
    reason: int


def read_puback(buffer: bytes, header: Header, version: int) -> Acknowledgement:
    """The PUBACK behind ``header``."""
    fields = Fields(buffer, header.body, header.end)
    packet_id = fields.packet_id()
    reason = _read_optional_reason(fields, version, IN_ACKNOWLEDGEMENT)
    fields.finish()
    return Acknowledgement(packet_id, reason)


def read_disconnect(buffer: bytes, header: Header, version: int) -> int:
    """The reason code of the DISCONNECT behind ``header``."""
    fields = Fields(buffer, header.body, header.end)
    reason = _read_optional_reason(fields, version, IN_DISCONNECT)
    fields.finish()
    return reason


def _read_optional_reason(fields: Fields, version: int, allowed: frozenset[Property]) -> int:
    if version != V5 or fields.is_empty:
        return Reason.SUCCESS
    reason = fields.integer(1)
    if not fields.is_empty:
        fields.properties(allowed)
    return reason


def encode_disconnect(reason: Reason) -> bytes:
    """An MQTT 5 DISCONNECT from the server; MQTT 3.1.1 servers just close."""
    return packet(PacketType.DISCONNECT, bytes((reason,)))
