"""One TCP connection: gathers bytes until a packet is whole, stops reading when asked, closes.

It knows no packet; ``Session`` gives the bytes their meaning.
"""

import asyncio
import socket
from typing import Final, cast

from iot_gateway.mqtt.reasons import PacketRefused


class Hold:
    """Reasons not to read from a connection, one bit each; it is read when none is left."""

    ADMISSION: Final = 1
    """The device is being authenticated."""
    WINDOW: Final = 2
    """Too much of this device is not committed yet."""
    GATE: Final = 4
    """Nothing is read from anybody: the queue is full or the store is away."""
    WRITING: Final = 8
    """The device does not read what it is sent."""


class Connection(asyncio.Protocol):
    """The byte stream below a session."""

    def __init__(self, linger_seconds: float) -> None:
        self.is_ended = False
        self.holds = 0
        self.seen_at = 0.0
        self.needed = 0
        """How many bytes the packet needs that has arrived in part."""
        self.loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport
        self._partial = bytearray()
        self._linger_seconds = linger_seconds
        self._abort_timer: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------------ for the session to fill
    def read_packets(self, data: bytes) -> int:
        """Read whole packets from the start of ``data``; returns how many bytes that took.

        Leaves ``needed`` set when the next packet is not whole.
        """
        raise NotImplementedError

    def refuse(self, refusal: PacketRefused) -> None:
        """End the connection because of what it sent."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------- reading
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.seen_at = self.loop.time()
        if (sock := transport.get_extra_info("socket")) is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def data_received(self, data: bytes) -> None:
        if self.is_ended:
            return
        if self._partial or self.holds:
            self._partial += data
            if self.holds or len(self._partial) < self.needed:
                return
            data = self._take_partial()
        self._consume(data)

    def _take_partial(self) -> bytes:
        data = bytes(self._partial)
        self._partial.clear()
        self.needed = 0
        return data

    def _consume(self, data: bytes) -> None:
        try:
            used = self.read_packets(data)
        except PacketRefused as refusal:
            self.refuse(refusal)
            return
        if used:
            self.seen_at = self.loop.time()
        if used < len(data) and not self.is_ended:
            self._partial += data[used:]

    # --------------------------------------------------------------------------- flow control
    def hold(self, reason: int) -> None:
        """Stop reading for ``reason``."""
        self.holds |= reason
        if not self.is_ended:
            self.transport.pause_reading()

    def release(self, reason: int) -> None:
        """Read again, unless another reason is left."""
        if not self.holds & reason:
            return
        self.holds &= ~reason
        if not self._may_read():
            return
        self.seen_at = self.loop.time()
        if self._partial:
            self._consume(self._take_partial())
        if self._may_read():
            self.transport.resume_reading()

    def _may_read(self) -> bool:
        return not self.holds and not self.is_ended

    def pause_writing(self) -> None:
        self.hold(Hold.WRITING)

    def resume_writing(self) -> None:
        self.release(Hold.WRITING)

    # -------------------------------------------------------------------------------- closing
    def close(self, farewell: bytes) -> None:
        """Send ``farewell``, let the peer read it, then drop the connection.

        Closing with unread bytes would reset the connection and take the farewell with it, so
        the peer's bytes are read and dropped for a moment.
        """
        self.is_ended = True
        self._partial.clear()
        if farewell:
            self.transport.write(farewell)
        self._abort_timer = self.loop.call_later(self._linger_seconds, self.transport.abort)
        if not self.transport.can_write_eof() or self.transport.is_closing():
            self.transport.close()
            return
        try:
            self.transport.write_eof()
        except OSError:  # The peer has reset the connection, and nobody has read that yet.
            self.transport.abort()
        else:
            self.transport.resume_reading()

    def abort(self) -> None:
        """Drop the connection at once."""
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - always the same end
        self.is_ended = True
        self._partial.clear()
        if self._abort_timer is not None:
            self._abort_timer.cancel()
