"""Identifiers: UUID version 7 (RFC 9562), so that rows made later sort later."""

from __future__ import annotations

import secrets
import threading
import time
from uuid import UUID

TICKS_PER_MILLISECOND = 4096
_NANOSECONDS = 1_000_000
_RANDOM_BITS = 62


class _Ticks:
    """Time in 4096ths of a millisecond, never the same twice in one process.

    RFC 9562 §6.2, method 3: the 12 bits after the milliseconds refine them, so that facts of one
    transaction keep their order.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        milliseconds, rest = divmod(time.time_ns(), _NANOSECONDS)
        now = milliseconds * TICKS_PER_MILLISECOND + rest * TICKS_PER_MILLISECOND // _NANOSECONDS
        with self._lock:
            self._last = max(now, self._last + 1)
            return self._last


_ticks = _Ticks()


def new_id() -> UUID:
    """Return a UUIDv7: 60 bits of Unix time, then random bits; larger than the one before."""
    milliseconds, fraction = divmod(_ticks.next(), TICKS_PER_MILLISECOND)
    random = secrets.randbits(_RANDOM_BITS)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random)
