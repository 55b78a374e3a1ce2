"""The gateway's sign of life: a row that the API shows in its probes and counters."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping

import structlog

from server.kernel import heartbeat
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work

PROCESS = "gateway"
log = structlog.get_logger(__name__)


async def give_signs_of_life(platform: Platform, counters: Callable[[], Mapping[str, int]]) -> None:
    """Beat until cancelled, then say that the end was meant.

    From the event loop, so that a loop that hangs falls silent.
    """
    try:
        while True:
            with contextlib.suppress(Exception):  # It shows: the sign is missing.
                await asyncio.to_thread(_beat, platform, counters())
            await asyncio.sleep(heartbeat.INTERVAL_SECONDS)
    finally:
        try:
            await asyncio.to_thread(_end, platform)
        except Exception:  # the process ends all the same
            log.exception("the last sign of life was not given")


def _beat(platform: Platform, counters: Mapping[str, int]) -> None:
    with unit_of_work(platform, None) as session:
        heartbeat.beat(session, PROCESS, counters)


def _end(platform: Platform) -> None:
    with unit_of_work(platform, None) as session:
        heartbeat.end(session, PROCESS)
