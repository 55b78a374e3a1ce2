"""How high each tenant's feed stands, and how the stream process gets to know."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

CHANNEL = "truckroll:feed"
POLL_SECONDS = 1.0
# Pokes over Redis may get lost; the database is asked again this often.
RECHECK_SECONDS = 15.0

log = logging.getLogger(__name__)


class Height(NamedTuple):
    """How high one tenant's feed stands; heights of two epochs cannot be compared."""

    epoch: str
    height: int

    def as_id(self) -> str:
        """The id of an event on the wire, which a console sends back as Last-Event-ID."""
        return f"{self.epoch}:{self.height}"


Heights = Mapping[UUID, Height]
ReadHeights = Callable[[], Heights]
Saw = Callable[[UUID, Height], None]


class HeightSource(Protocol):
    """Where heights come from."""

    async def run(self, saw: Saw) -> None:
        """Report heights until cancelled; outages of the source are its own to survive."""


@dataclass(frozen=True, slots=True)
class PolledHeights:
    """Asks for all heights again and again; for installations without Redis.

    ``read_heights`` runs in a thread and must open and close its own connection.
    """

    read_heights: ReadHeights
    interval_seconds: float = POLL_SECONDS

    async def run(self, saw: Saw) -> None:
        """Report every height once per interval."""
        while True:
            await report_all(self.read_heights, saw)
            await asyncio.sleep(self.interval_seconds)


@dataclass(frozen=True, slots=True)
class RedisHeights:
    """Listens to the channel on which every commit is announced.

    While Redis is away it polls; while it is there it still asks the database now and then,
    because a publisher may die between its commit and its announcement.
    """

    url: str
    read_heights: ReadHeights
    recheck_seconds: float = RECHECK_SECONDS

    async def run(self, saw: Saw) -> None:
        """Report every announced height, and all heights after each gap."""
        async with Redis.from_url(self.url, decode_responses=True) as redis:
            while True:
                try:
                    await self._listen(redis, saw)
                except (RedisError, OSError) as error:
                    log.warning("pokes are polled until Redis answers again: %s", error)
                    await report_all(self.read_heights, saw)
                    await asyncio.sleep(POLL_SECONDS)

    async def _listen(self, redis: Redis, saw: Saw) -> None:
        loop = asyncio.get_running_loop()
        async with redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe(CHANNEL)
            due = loop.time()
            while True:
                if loop.time() >= due:
                    await report_all(self.read_heights, saw)
                    due = loop.time() + self.recheck_seconds
                message = await pubsub.get_message(timeout=max(0.0, due - loop.time()))
                if message and (announced := parse_announcement(message["data"])):
                    saw(*announced)


def announcement(tenant_id: UUID, height: Height) -> str:
    """The message that follows a commit over the channel."""
    return json.dumps({"tenant": str(tenant_id), **height._asdict()})


def parse_announcement(text: str) -> tuple[UUID, Height] | None:
    """Read an announcement; None when it is something else."""
    try:
        message = json.loads(text)
        return UUID(message["tenant"]), Height(str(message["epoch"]), int(message["height"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


async def report_all(read_heights: ReadHeights, saw: Saw) -> None:
    """Ask the database for every height; when it cannot answer, the next time will do."""
    try:
        heights = await asyncio.to_thread(read_heights)
    except Exception:
        log.exception("the heights of the feeds cannot be read")
        return
    for tenant_id, height in heights.items():
        saw(tenant_id, height)
