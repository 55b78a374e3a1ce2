"""The event stream with 500 open consoles: CPU, memory and delay of a poke through Valkey."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import psutil
from redis.asyncio import Redis

from server.cli.broker import embedded_broker
from server.stream.heights import CHANNEL, Height, announcement
from server.stream.server import allow_descriptors
from server.supervisor import HTTPReady, Ready
from tests.servers import free_port

CONSOLES = 500
SECONDS = 20
TENANT = UUID(int=1)
SERVER = """
import sys
from uuid import UUID
from server.stream.heights import RedisHeights
from server.stream.server import StreamServer, Subscription, run
subscription = Subscription(UUID(int=1), UUID(int=2))
server = StreamServer(lambda _: subscription, RedisHeights(sys.argv[2], dict))
run(server, "127.0.0.1", int(sys.argv[1]))
"""


def run() -> list[str]:
    """Measure and return the lines of the report."""
    allow_descriptors(CONSOLES + 256)
    with tempfile.TemporaryDirectory() as home:
        broker, url = embedded_broker(Path(home), free_port())
        if broker is None or broker.ready is None:
            return ["stream: not measured, there is no Valkey here"]
        with running(broker.argv, broker.ready):
            port = free_port()
            argv = [sys.executable, "-c", SERVER, str(port), url]
            with running(argv, HTTPReady(port)) as process:
                return asyncio.run(measure(process, port, url))


async def measure(process: psutil.Process, port: int, url: str) -> list[str]:
    """Poke every console once a second; a height is the instant in microseconds."""
    delays: list[float] = []
    consoles = [await connect(port) for _ in range(CONSOLES)]
    tasks = [asyncio.create_task(listen(reader, delays)) for reader, _ in consoles]
    before = process.cpu_times()
    async with Redis.from_url(url) as redis:
        for _ in range(SECONDS):
            height = Height("bench", int(time.monotonic() * 1e6))
            await redis.publish(CHANNEL, announcement(TENANT, height))
            await asyncio.sleep(1)
    after = process.cpu_times()
    for task in tasks:
        task.cancel()
    assert len(delays) == CONSOLES * SECONDS, f"{len(delays)} pokes heard"
    cpu = (after.user + after.system - before.user - before.system) / SECONDS
    cuts = statistics.quantiles(delays, n=100)
    return [
        f"stream: {CONSOLES} consoles, one poke a second for {SECONDS} s",
        f"  CPU {cpu:.2%} of one core, {process.memory_info().rss / 2**20:.0f} MiB resident",
        f"  delay p50 {cuts[49] * 1e3:.0f} ms, p99 {cuts[98] * 1e3:.0f} ms, reader included",
    ]


async def connect(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open one console; it ends when its writer is forgotten."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /api/v1/stream?token=x HTTP/1.1\r\n\r\n")
    await reader.readuntil(b":\n\n")
    return reader, writer


async def listen(reader: asyncio.StreamReader, delays: list[float]) -> None:
    """Note the delay of every poke."""
    while line := await reader.readline():
        if line.startswith(b"id: bench:"):
            delays.append(time.monotonic() - int(line.rpartition(b":")[2]) / 1e6)


@contextlib.contextmanager
def running(argv: Sequence[str], ready: Ready) -> Iterator[psutil.Process]:
    """Keep a process for the time of a measurement."""
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as process:
        try:
            asyncio.run(until(ready))
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


async def until(ready: Ready) -> None:
    """Wait until the process does its work."""
    async with asyncio.timeout(20):
        while not await ready.is_ready():  # noqa: ASYNC110 - no event crosses processes
            await asyncio.sleep(0.05)
