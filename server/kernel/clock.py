"""The one source of the current instant, so that tests and replays can set it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

UTC = dt.UTC


def _system_now() -> dt.datetime:
    return dt.datetime.now(UTC)  # noqa: TID251 - the one place that reads the machine's clock.


_now: ContextVar[Callable[[], dt.datetime]] = ContextVar("now", default=_system_now)


def now() -> dt.datetime:
    """Return the current instant, aware, in UTC."""
    return _now.get()()


@contextmanager
def frozen(at: dt.datetime) -> Iterator[None]:
    """Hold the clock of this context at ``at``; used by tests and by replays."""
    token = _now.set(lambda: at)
    try:
        yield
    finally:
        _now.reset(token)
