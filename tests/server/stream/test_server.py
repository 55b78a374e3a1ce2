"""The stream server over real sockets: who is admitted, what is heard, who is dropped."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from server.stream import server as server_module
from server.stream import wire
from server.stream.heights import Height, PolledHeights, Saw
from server.stream.server import StreamServer, Subscription

PORTO, SHANGHAI, NOBODY = UUID(int=1), UUID(int=2), UUID(int=9)
TOKENS = {
    "porto": Subscription(PORTO, NOBODY),
    "shanghai": Subscription(SHANGHAI, NOBODY),
}
ORIGIN = "http://127.0.0.1:8080"


class Announced:
    """A source that reports what a test tells it to."""

    async def run(self, saw: Saw) -> None:
        self.saw = saw
        await asyncio.Event().wait()


class Console:
    """One connection, as a browser would hold it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def until(self, marker: str, seconds: float = 5) -> str:
        async with asyncio.timeout(seconds):
            return (await self.reader.readuntil(marker.encode())).decode()

    async def rest(self, seconds: float = 5) -> str:
        async with asyncio.timeout(seconds):
            return (await self.reader.read()).decode()

    async def hears_nothing(self, seconds: float = 0.3) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self.reader.read(100)
                return False
        except TimeoutError:
            return True


class Served:
    """A running server and the consoles that a test has opened."""

    def __init__(self, server: StreamServer, source: Announced, port: int) -> None:
        self.server = server
        self.source = source
        self.port = port
        self.stop = asyncio.Event()
        self.exits = AsyncExitStack()

    async def request(self, head: str) -> Console:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.exits.callback(writer.close)
        writer.write(head.encode())
        return Console(reader, writer)

    async def open(self, token: str = "porto", *, query: str = "", headers: str = "") -> Console:
        return await self.request(
            f"GET /api/v1/stream?token={token}{query} HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
        )

    async def listening(self, token: str = "porto", **options: str) -> Console:
        console = await self.open(token, **options)
        await console.until(":\n\n")
        return console

    async def metric(self, name: str) -> float:
        console = await self.request("GET /metrics HTTP/1.1\r\n\r\n")
        lines = (await console.rest()).splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    source = Announced()
    server = StreamServer(
        TOKENS.get, options.pop("source", source), origins=frozenset({ORIGIN}), **options
    )
    served = Served(server, source, port)
    task = asyncio.create_task(server.serve("127.0.0.1", port, served.stop))
    async with served.exits:
        await _accepts(port)
        yield served
        served.stop.set()
        await task


async def _accepts(port: int) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


def served(test: Callable[..., Awaitable[None]]) -> Callable[[], None]:
    """Run a test with a server in one event loop."""

    async def run() -> None:
        async with serving() as served:
            await test(served)

    def wrapper() -> None:
        asyncio.run(run())

    wrapper.__name__ = test.__name__
    return wrapper


@served
async def test_a_change_pokes_the_consoles_of_its_tenant_only(served: Served) -> None:
    porto, shanghai = await served.listening("porto"), await served.listening("shanghai")

    served.source.saw(PORTO, Height("e", 7))

    assert "id: e:7\nevent: poke\n" in await porto.until("\n\n")
    assert await shanghai.hears_nothing()


@served
async def test_a_console_that_is_behind_is_poked_on_connecting(served: Served) -> None:
    served.source.saw(PORTO, Height("e", 7))

    by_header = await served.listening(headers="Last-Event-ID: e:6\r\n")
    by_query = await served.listening(query="&last_event_id=e:6")

    assert "id: e:7" in await by_header.until("\n\n")
    assert "id: e:7" in await by_query.until("\n\n")


@served
async def test_a_console_that_is_up_to_date_hears_nothing(served: Served) -> None:
    served.source.saw(PORTO, Height("e", 7))
    await asyncio.sleep(0.05)

    console = await served.listening(headers="Last-Event-ID: e:7\r\n")

    assert await console.hears_nothing()


@served
async def test_a_restored_database_makes_every_console_start_afresh(served: Served) -> None:
    served.source.saw(PORTO, Height("old", 7))
    console = await served.listening(headers="Last-Event-ID: old:7\r\n")

    served.source.saw(PORTO, Height("new", 3))

    assert "id: new:3\nevent: resync\n" in await console.until("event: resync\n")


@served
async def test_a_burst_of_commits_becomes_few_pokes_with_the_last_height(served: Served) -> None:
    console = await served.listening()

    for height in range(1, 501):
        served.source.saw(PORTO, Height("e", height))
        await asyncio.sleep(0)

    heard = await console.until("id: e:500\n")
    assert heard.count("id:") <= 3


@served
async def test_a_height_that_is_no_news_is_not_told(served: Served) -> None:
    served.source.saw(PORTO, Height("e", 7))
    console = await served.listening(headers="Last-Event-ID: e:7\r\n")
    await asyncio.sleep(0.2)

    served.source.saw(PORTO, Height("e", 6))

    assert await console.hears_nothing()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /api/v1/stream?token=stranger HTTP/1.1\r\n\r\n", 401),
        ("GET /api/v1/stream HTTP/1.1\r\n\r\n", 401),
        ("GET /api/v1/stream?token=porto HTTP/1.1\r\nOrigin: http://evil\r\n\r\n", 403),
        ("POST /api/v1/stream?token=porto HTTP/1.1\r\n\r\n", 405),
        ("GET /elsewhere HTTP/1.1\r\n\r\n", 404),
        ("nonsense\r\n\r\n", 400),
        ("GET http://[ HTTP/1.1\r\n\r\n", 400),
        (f"GET /{'x' * 20_000} HTTP/1.1\r\n\r\n", 400),
        ("GET /healthz HTTP/1.1\r\n\r\n", 200),
        ("OPTIONS /api/v1/stream HTTP/1.1\r\n\r\n", 204),
    ],
)
def test_every_request_gets_its_answer(head: str, status: int) -> None:
    async def run() -> str:
        async with serving() as served:
            return await (await served.request(head)).rest()

    assert asyncio.run(run()).startswith(f"HTTP/1.1 {status} ")


@served
async def test_the_public_origin_may_read(served: Served) -> None:
    console = await served.open(headers=f"Origin: {ORIGIN}\r\n")

    assert f"Access-Control-Allow-Origin: {ORIGIN}" in await console.until("\r\n\r\n")


def test_one_stream_too_many_is_asked_to_come_later() -> None:
    async def run() -> str:
        async with serving(max_streams=1) as served:
            await served.listening()
            return await (await served.open()).rest()

    answer = asyncio.run(run())

    assert answer.startswith("HTTP/1.1 503 ")
    assert "Retry-After: " in answer


def test_a_quiet_stream_is_kept_open_by_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "KEEP_ALIVE_SECONDS", 0.02)

    async def run() -> list[str]:
        async with serving() as served:
            console = await served.listening()
            return [await console.until("\n\n") for _ in range(3)]

    assert asyncio.run(run()) == [":\n\n"] * 3


def test_a_console_that_does_not_listen_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "KEEP_ALIVE", b":" + b"x" * 200_000 + b"\n\n")
    monkeypatch.setattr(server_module, "KEEP_ALIVE_SECONDS", 0.01)

    async def run() -> tuple[float, float]:
        async with serving() as served:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=1024)
            writer.write(b"GET /api/v1/stream?token=porto HTTP/1.1\r\n\r\n")
            await reader.read(10)
            for _ in range(500):
                if served.server.counts.dropped:
                    break
                await asyncio.sleep(0.02)
            writer.close()
            return (
                await served.metric("truckroll_streams_dropped_total"),
                await served.metric("truckroll_streams_open"),
            )

    assert asyncio.run(run()) == (1, 0)


@served
async def test_a_console_that_goes_is_forgotten(served: Served) -> None:
    console = await served.listening()
    assert await served.metric("truckroll_streams_open") == 1

    console.writer.close()
    await asyncio.sleep(0.1)

    assert await served.metric("truckroll_streams_open") == 0


@served
async def test_stopping_asks_every_console_to_come_back_later(served: Served) -> None:
    console = await served.listening()

    served.stop.set()

    assert (await console.rest()).startswith("retry: ")


def test_heights_are_polled_and_a_failure_is_survived() -> None:
    answers: list[Any] = [RuntimeError("no database"), {PORTO: Height("e", 5)}]

    def read_heights() -> dict[UUID, Height]:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    async def run() -> str:
        source = PolledHeights(read_heights, interval_seconds=0.05)
        async with serving(source=source) as served:
            return await (await served.listening()).until("\ndata")

    assert "id: e:5" in asyncio.run(run())


@pytest.mark.slow
def test_five_hundred_consoles_hear_one_poke() -> None:
    async def run() -> int:
        async with serving() as served:
            consoles = [await served.listening() for _ in range(500)]
            served.source.saw(PORTO, Height("e", 1))
            heard = await asyncio.gather(*(console.until("id: e:1\n") for console in consoles))
            return len(heard)

    assert asyncio.run(run()) == 500
