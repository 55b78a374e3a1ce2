"""A device that speaks raw MQTT, well or badly, over a blocking socket."""

import socket
import struct
from typing import Self

from iot_gateway.mqtt.fields import binary, varint

V3, V5 = 4, 5
OWN_TOPIC = "truckroll/v1/acme/pump-7/telemetry"


def packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + varint(len(body)) + body


def connect(
    version: int = V3,
    client_id: str = "pump-7",
    username: str | None = "pump-7",
    password: bytes | None = b"secret",
    will: tuple[str, bytes] | None = None,
    *,
    keep_alive: int = 60,
    flags: int = 0,
    properties: bytes = b"",
    name: bytes = b"MQTT",
) -> bytes:
    flags |= 0x02 | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
    flags |= 0x0C if will else 0
    body = binary(name) + bytes((version, flags)) + keep_alive.to_bytes(2, "big")
    if version == V5:
        body += varint(len(properties)) + properties
    body += binary(client_id.encode())
    if will:
        body += (b"\0" if version == V5 else b"") + binary(will[0].encode()) + binary(will[1])
    body += binary(username.encode()) if username is not None else b""
    body += binary(password) if password is not None else b""
    return packet(0x10, body)


def publish(
    topic: str = OWN_TOPIC,
    payload: bytes = b"{}",
    packet_id: int | None = 1,
    version: int = V3,
    properties: bytes = b"",
    *,
    flags: int = 0,
) -> bytes:
    body = binary(topic.encode())
    if packet_id is not None:
        body += packet_id.to_bytes(2, "big")
    if version == V5:
        body += varint(len(properties)) + properties
    return packet(0x30 | (0x02 if packet_id is not None else 0) | flags, body + payload)


def subscribe(topic_filter: str, qos: int = 1, version: int = V3, packet_id: int = 9) -> bytes:
    body = packet_id.to_bytes(2, "big") + (b"\0" if version == V5 else b"")
    return packet(0x82, body + binary(topic_filter.encode()) + bytes((qos,)))


def unsubscribe(topic_filter: str, version: int = V3, packet_id: int = 10) -> bytes:
    body = packet_id.to_bytes(2, "big") + (b"\0" if version == V5 else b"")
    return packet(0xA2, body + binary(topic_filter.encode()))


def puback(packet_id: int) -> bytes:
    return b"\x40\x02" + packet_id.to_bytes(2, "big")


class RawDevice:
    """One connection to an endpoint; what the endpoint answers is read packet by packet."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Drop the connection as a device does whose power goes: nothing is said."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, *packets: bytes) -> Self:
        self.socket.sendall(b"".join(packets))
        return self

    def read(self) -> bytes:
        """The next packet, or nothing when the endpoint has closed."""
        first = self._take(1)
        if not first:
            return b""
        length = self._take(1)
        assert length[0] < 0x80, "the endpoint sends short packets to these tests"
        return first + length + self._take(length[0])

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            try:
                more = self.socket.recv(size - len(taken))
            except ConnectionResetError:
                more = b""
            if not more:
                return taken
            taken += more
        return taken

    def is_silent(self, seconds: float) -> bool:
        """Whether nothing arrives for a while."""
        self.socket.settimeout(seconds)
        try:
            return not self.socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(10)

    def sign_in(self, version: int = V3, client_id: str = "pump-7") -> Self:
        answer = self.send(connect(version, client_id)).read()
        assert answer[0] == 0x20
        assert answer[3] == 0, "the endpoint lets the device in"
        return self
