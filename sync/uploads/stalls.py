"""Connections that bring nothing any more: they are cut, so that no thread waits for ever.

The web server has no time limit for a request's body, and a WSGI application cannot give up a
read. What can be done from inside is to close the reading side of the socket: the read then ends
as if the phone had hung up, and what had come is kept. The operating system tells which sockets
of this process have been silent for how long (Linux; elsewhere nothing is cut, and a proxy with a
body time limit has to do it).
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

SILENT_SECONDS = 60.0
LOOK_SECONDS = 5.0
# struct tcp_info of Linux: eight bytes, then counters of four; the twelfth is the age of the last
# data received, in milliseconds.
LAST_DATA_AT = 8 + 11 * 4
INFO_SIZE = LAST_DATA_AT + 4
OPEN_FILES = Path("/proc/self/fd")

_waiting: dict[int, tuple[float, str]] = {}
_watchers: list[threading.Thread] = []
_lock = threading.Lock()


@contextmanager
def watched(address: str | None) -> Iterator[None]:
    """Mark this thread as waiting for bytes of a peer, whose silent connections may be cut."""
    if not address or sys.platform != "linux":
        yield
        return
    thread = threading.get_ident()
    with _lock:
        _waiting[thread] = (time.monotonic(), address)
        if not _watchers:
            _watchers.append(threading.Thread(target=_watch, daemon=True, name="stalls"))
            _watchers[0].start()
    try:
        yield
    finally:
        with _lock:
            _waiting.pop(thread, None)


def cut_silent(addresses: Collection[str], silent_seconds: float) -> int:
    """Close the reading side of connections to these peers that were silent for so long.

    Returns how many. An idle connection kept alive for later may be among them, which is no loss.
    """
    cut = 0
    for path in OPEN_FILES.iterdir():
        try:
            # A duplicate names the same connection even if the number is given away meanwhile.
            connection = socket.socket(fileno=os.dup(int(path.name)))
        except OSError:
            continue
        with connection:
            if _is_silent(connection, addresses, silent_seconds):
                connection.shutdown(socket.SHUT_RD)
                cut += 1
    return cut


def _is_silent(
    connection: socket.socket, addresses: Collection[str], silent_seconds: float
) -> bool:
    try:
        peer = connection.getpeername()
        facts = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, INFO_SIZE)
    except OSError:
        return False
    if len(facts) < INFO_SIZE or not isinstance(peer, tuple) or peer[0] not in addresses:
        return False
    (silent_ms,) = struct.unpack_from("=I", facts, LAST_DATA_AT)
    return bool(silent_ms > silent_seconds * 1000)


def _watch() -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        now = time.monotonic()
        with _lock:
            stuck = {
                address for since, address in _waiting.values() if now - since > SILENT_SECONDS
            }
        if stuck:
            count = cut_silent(stuck, SILENT_SECONDS)
            log.info("silent connections cut", count=count, waiting=len(stuck))
