"""Why a packet, a message or a connection is refused, in MQTT 5 reason codes and as exceptions."""

from enum import IntEnum


class Reason(IntEnum):
    """MQTT 5 reason codes this endpoint sends or understands (section 2.4)."""

    SUCCESS = 0x00
    GRANTED_QOS_1 = 0x01
    DISCONNECT_WITH_WILL = 0x04
    NO_SUBSCRIPTION_EXISTED = 0x11
    UNSPECIFIED_ERROR = 0x80
    MALFORMED_PACKET = 0x81
    PROTOCOL_ERROR = 0x82
    UNSUPPORTED_PROTOCOL_VERSION = 0x84
    CLIENT_IDENTIFIER_NOT_VALID = 0x85
    BAD_USER_NAME_OR_PASSWORD = 0x86
    NOT_AUTHORISED = 0x87
    SERVER_UNAVAILABLE = 0x88
    SERVER_BUSY = 0x89
    SERVER_SHUTTING_DOWN = 0x8B
    BAD_AUTHENTICATION_METHOD = 0x8C
    KEEP_ALIVE_TIMEOUT = 0x8D
    SESSION_TAKEN_OVER = 0x8E
    TOPIC_FILTER_INVALID = 0x8F
    TOPIC_NAME_INVALID = 0x90
    TOPIC_ALIAS_INVALID = 0x94
    PACKET_TOO_LARGE = 0x95
    PAYLOAD_FORMAT_INVALID = 0x99
    QOS_NOT_SUPPORTED = 0x9B
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED = 0x9E
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED = 0xA1


REFUSED_FROM = 0x80
"""Reason codes from here on are refusals."""

# MQTT 3.1.1 knows five refusals of a CONNECT (section 3.2.2.3); everything else just closes.
_CONNECT_RETURN_CODES = {
    Reason.SUCCESS: 0x00,
    Reason.UNSUPPORTED_PROTOCOL_VERSION: 0x01,
    Reason.CLIENT_IDENTIFIER_NOT_VALID: 0x02,
    Reason.SERVER_UNAVAILABLE: 0x03,
    Reason.SERVER_BUSY: 0x03,
    Reason.BAD_USER_NAME_OR_PASSWORD: 0x04,
    Reason.NOT_AUTHORISED: 0x05,
}


def connect_return_code(reason: Reason) -> int | None:
    """The MQTT 3.1.1 return code for a refused CONNECT, or None when it has no word for it."""
    return _CONNECT_RETURN_CODES.get(reason)


class PacketRefused(Exception):
    """A packet that ends the connection it came on; ``reason`` is what MQTT 5 peers are told."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class ConnectRefused(PacketRefused):
    """A CONNECT that is answered by a CONNACK before the connection is closed.

    ``version`` is the protocol level the answer is written in.
    """

    def __init__(self, reason: Reason, detail: str, version: int) -> None:
        super().__init__(reason, detail)
        self.version = version


def malformed(detail: str) -> PacketRefused:
    """The refusal of bytes that are no MQTT packet."""
    return PacketRefused(Reason.MALFORMED_PACKET, detail)


def protocol_error(detail: str) -> PacketRefused:
    """The refusal of a packet that is well formed but not allowed here."""
    return PacketRefused(Reason.PROTOCOL_ERROR, detail)
