"""The network between browsers and the platform: one origin, which a test can break on purpose.

It stands where an installation has its proxy: the stream is under the same address as the rest.
Each connection carries one request.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from dataclasses import dataclass, field
from enum import Enum

from tests.servers import free_port

STREAM = "/api/v1/stream"
HEAD_END = b"\r\n\r\n"
PIECE = 16 * 1024
PATIENCE_SECONDS = 60.0


class Harm(Enum):
    """What happens to a request."""

    CUT = "the connection breaks while the body is sent"
    LOSE = "the server gets the request, the answer is lost"
    HOLD = "the answer waits"


@dataclass
class Fault:
    """Harm to the next requests that match; ``happened`` is set when the first one has come."""

    harm: Harm
    pattern: re.Pattern[str]
    times: int
    after_bytes: int
    spared: int = 0
    happened: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    count: int = 0

    def wait(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until it has happened once."""
        assert self.happened.wait(seconds), f"nothing matched {self.pattern.pattern}"

    def release(self) -> None:
        """Let go what is held, and do no more harm."""
        self.times = self.count
        self.released.set()


class Line:
    """Listens on a port of its own and hands on to the API and the stream."""

    def __init__(self, api_port: int, stream_port: int) -> None:
        self.port = free_port()
        self.requests: list[str] = []
        self._targets = {"api": api_port, "stream": stream_port}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.come_back()

    @property
    def url(self) -> str:
        """The one public origin."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self, request: str, *, after_bytes: int = 0, times: int = 1) -> Fault:
        """Break the connection after so many bytes of the body of ``request``, a pattern."""
        return self._add(Harm.CUT, request, times, after_bytes)

    def lose_answer(self, request: str, *, times: int = 1) -> Fault:
        """Let the request through and its answer not."""
        return self._add(Harm.LOSE, request, times, 0)

    def hold(self, request: str, *, times: int = 1, spare: int = 0) -> Fault:
        """Keep the answer back until ``release``, but not of the first ``spare`` requests."""
        fault = self._add(Harm.HOLD, request, times, 0)
        fault.spared = spare
        return fault

    def heal(self) -> None:
        """No more harm, and the line is up."""
        with self._lock:
            faults, self._faults = self._faults, []
        for fault in faults:
            fault.release()
        self.come_back()
        self.requests.clear()

    def go_down(self) -> None:
        """Refuse all connections, and break those that are open: the server's power is off."""
        with self._lock:
            listener, self._listener = self._listener, None
            opened = list(self._open)
        if listener is not None:
            _close(listener)
        for connection in opened:
            _close(connection)

    def come_back(self) -> None:
        """Listen again, on the same port."""
        if self._listener is not None:
            return
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _add(self, harm: Harm, request: str, times: int, after_bytes: int) -> Fault:
        fault = Fault(harm, re.compile(request), times, after_bytes)
        with self._lock:
            self._faults.append(fault)
        return fault

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = None
        with self._lock:
            self._open.add(client)
        try:
            head, rest = _read_head(client)
            request = " ".join(head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")[:2])
            self.requests.append(request)
            target = "stream" if request.split(" ")[1].startswith(STREAM) else "api"
            server = socket.create_connection(("127.0.0.1", self._targets[target]), 10)
            server.settimeout(None)
            with self._lock:
                self._open.add(server)
            server.sendall(_once(head))
            self._relay(client, server, rest, self._fault_of(request))
        except OSError:
            pass
        finally:
            self._forget(client, server)

    def _relay(
        self, client: socket.socket, server: socket.socket, rest: bytes, fault: Fault | None
    ) -> None:
        up = threading.Thread(target=_send_body, args=(client, server, rest, fault), daemon=True)
        up.start()
        while piece := server.recv(PIECE):
            if fault is not None and fault.harm is not Harm.CUT:
                fault.happened.set()
                if fault.harm is Harm.LOSE:
                    break
                fault.released.wait(PATIENCE_SECONDS)
            client.sendall(piece)

    def _fault_of(self, request: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.count < fault.times and fault.pattern.search(request):
                    fault.spared -= 1
                    if fault.spared >= 0:
                        continue
                    fault.count += 1
                    return fault
        return None

    def _forget(self, *connections: socket.socket | None) -> None:
        for connection in connections:
            if connection is not None:
                _close(connection)
                with self._lock:
                    self._open.discard(connection)


def _send_body(
    client: socket.socket, server: socket.socket, rest: bytes, fault: Fault | None
) -> None:
    cut_at = fault.after_bytes if fault and fault.harm is Harm.CUT else None
    sent, piece = 0, rest
    with contextlib.suppress(OSError):
        while True:
            if cut_at is not None and sent + len(piece) >= cut_at:
                server.sendall(piece[: cut_at - sent])
                break
            server.sendall(piece)
            sent += len(piece)
            piece = client.recv(PIECE)
            if not piece:
                break
        if fault is not None and cut_at is not None:
            fault.happened.set()
    if cut_at is not None or not piece:
        # The browser has gone, or is cut off: so is the server.
        _close(client)
        _close(server)


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while HEAD_END not in data:
        piece = client.recv(PIECE)
        if not piece:
            raise OSError("the browser has closed an unused connection")
        data += piece
    head, rest = data.split(HEAD_END, 1)
    return head, rest


def _once(head: bytes) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + HEAD_END


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
