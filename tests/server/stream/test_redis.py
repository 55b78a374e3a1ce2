"""Heights that are announced over a real Valkey, and what happens while it is away."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest
from redis import Redis

from server.cli.broker import embedded_broker
from server.kernel import queue
from server.kernel.session import Unit
from server.stream.heights import (
    CHANNEL,
    Height,
    RedisHeights,
    announcement,
    parse_announcement,
)
from server.supervisor import Child, PortReady

PORTO = UUID(int=1)


class Broker:
    """The embedded broker in a folder of the test."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        child, self.url = embedded_broker(home, self.port)
        assert child is not None, "there is no Valkey: the wheel is a dependency"
        self.child: Child = child
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.child.argv, stdout=subprocess.DEVNULL)
        asyncio.run(_until_ready(PortReady(self.port)))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


async def _until_ready(ready: PortReady) -> None:
    for _ in range(500):
        if await ready.is_ready():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


class Seen:
    """The heights a source has reported."""

    def __init__(self) -> None:
        self.heights: list[int] = []
        self.news = asyncio.Event()

    def __call__(self, tenant_id: UUID, height: Height) -> None:
        assert tenant_id == PORTO
        self.heights.append(height.height)
        self.news.set()

    async def until(self, height: int) -> None:
        async with asyncio.timeout(15):
            while height not in self.heights:
                self.news.clear()
                await self.news.wait()


def test_an_announced_height_is_reported_at_once(broker: Broker) -> None:
    async def run() -> list[int]:
        seen = Seen()
        source = RedisHeights(broker.url, lambda: {PORTO: Height("e", 1)})
        task = asyncio.create_task(source.run(seen))
        await seen.until(1)  # What the database says comes first, after the subscription.
        await asyncio.to_thread(
            _publish, broker.url, "garbage", announcement(PORTO, Height("e", 2))
        )
        await seen.until(2)
        task.cancel()
        return seen.heights

    assert asyncio.run(run()) == [1, 2]


def test_a_lost_announcement_is_found_by_asking_again(broker: Broker) -> None:
    heights = iter(range(1, 1000))

    async def run() -> None:
        seen = Seen()
        source = RedisHeights(
            broker.url, lambda: {PORTO: Height("e", next(heights))}, recheck_seconds=0.05
        )
        task = asyncio.create_task(source.run(seen))
        await seen.until(3)
        task.cancel()

    asyncio.run(run())


def test_heights_are_polled_while_the_broker_is_away(broker: Broker) -> None:
    height = 1

    async def run() -> None:
        nonlocal height
        seen = Seen()
        source = RedisHeights(broker.url, lambda: {PORTO: Height("e", height)})
        task = asyncio.create_task(source.run(seen))
        await seen.until(1)
        broker.stop()
        height = 2
        await seen.until(2)
        await asyncio.to_thread(broker.start)
        await asyncio.sleep(1.2)
        await asyncio.to_thread(_publish, broker.url, announcement(PORTO, Height("e", 3)))
        await seen.until(3)
        task.cancel()

    asyncio.run(run())


def test_what_a_writer_announces_is_understood(broker: Broker) -> None:
    async def run() -> None:
        seen = Seen()
        task = asyncio.create_task(RedisHeights(broker.url, dict).run(seen))
        await asyncio.sleep(0.3)
        unit = SimpleNamespace(tenant_id=PORTO, height=("e", 9))
        with Redis.from_url(broker.url) as redis:
            await asyncio.to_thread(queue._poke, redis, cast("Unit", unit))
        await seen.until(9)
        task.cancel()

    asyncio.run(run())


def test_the_broker_asks_for_its_password(broker: Broker, tmp_path: Path) -> None:
    configuration = tmp_path / "valkey" / "valkey.conf"

    answer = _answer_to_a_stranger(broker.port)

    assert answer.startswith(b"-NOAUTH")
    assert configuration.stat().st_mode & 0o077 == 0


def test_the_password_is_kept_between_starts(broker: Broker, tmp_path: Path) -> None:
    _, url = embedded_broker(tmp_path, broker.port)

    assert url == broker.url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "{}",
        '{"tenant": 1, "epoch": "e", "height": 1}',
        f'{{"tenant": "{PORTO}", "epoch": "e", "height": "high"}}',
    ],
)
def test_an_announcement_that_is_none_is_ignored(text: str) -> None:
    assert parse_announcement(text) is None


def _publish(url: str, *messages: str) -> None:
    with Redis.from_url(url) as redis:
        for message in messages:
            redis.publish(CHANNEL, message)


def _answer_to_a_stranger(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as stranger:
        stranger.sendall(b"PING\r\n")
        return stranger.recv(100)
