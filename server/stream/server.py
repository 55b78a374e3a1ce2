"""The server of the streams: admits consoles, pokes them, and drops those that do not listen."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from server.stream import wire
from server.stream.heights import Height, HeightSource
from server.stream.wire import Request

STREAM_PATH = "/api/v1/stream"
HEAD_LIMIT = 8 * 1024
HEAD_TIMEOUT_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 15.0
# A console that leaves this many bytes unread is cut off; it comes back and asks again.
BUFFER_LIMIT = 64 * 1024
# Between two pokes of one tenant: a burst of commits becomes one poke with the last height.
POKE_INTERVAL_SECONDS = 0.1
# Tokens are short-lived, so a stream must end for a disabled user to be noticed.
LONGEST_STREAM_SECONDS = 3600.0
SPARE_DESCRIPTORS = 256

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a verified stream token allows."""

    tenant_id: UUID
    user_id: UUID
    scopes: frozenset[str] = frozenset()


Verify = Callable[[str], Subscription | None]


@dataclass(slots=True)
class Counts:
    """What the metrics page adds up since the start."""

    pokes: int = 0
    dropped: int = 0
    refused: int = 0


@dataclass(eq=False, slots=True)
class Stream:
    """One open console."""

    subscription: Subscription
    writer: asyncio.StreamWriter

    @property
    def is_too_slow(self) -> bool:
        """Whether more waits to be sent than anybody may leave waiting."""
        return self.writer.transport.get_write_buffer_size() > BUFFER_LIMIT


class StreamServer:
    """Serves the streams, ``/healthz`` and ``/metrics``.

    ``origins`` are the pages that may connect; a request that names no origin is no browser's.
    """

    def __init__(
        self,
        verify: Verify,
        source: HeightSource,
        *,
        origins: frozenset[str] = frozenset(),
        max_streams: int = 2000,
    ) -> None:
        """Prepare; ``verify`` says what a token allows, None when it allows nothing."""
        self.counts = Counts()
        self._verify = verify
        self._source = source
        self._origins = origins
        self._max_streams = max_streams
        self._heights: dict[UUID, Height] = {}
        self._streams: dict[UUID, set[Stream]] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._changed: dict[UUID, str] = {}
        self._wake = asyncio.Event()

    async def serve(self, host: str, port: int, stop: asyncio.Event) -> None:
        """Listen until ``stop``, then end every stream so that its console comes back later."""
        allow_descriptors(self._max_streams + SPARE_DESCRIPTORS)
        server = await asyncio.start_server(
            self._connect, host, port, limit=HEAD_LIMIT, backlog=1024
        )
        tasks = [
            asyncio.create_task(work)
            for work in (self._source.run(self.saw), self._broadcast(), self._keep_alive())
        ]
        stopped = asyncio.create_task(stop.wait())
        try:
            ended, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in ended - {stopped}:
                task.result()  # A source that gave up ends the process, to be started afresh.
        finally:
            server.close()
            for task in (stopped, *tasks):
                task.cancel()
            await asyncio.gather(stopped, *tasks, return_exceptions=True)
            await self._end_all()

    def saw(self, tenant_id: UUID, height: Height) -> None:
        """Take note of a height; only a new epoch or a greater height is news."""
        known = self._heights.get(tenant_id)
        if known and known.epoch == height.epoch and height.height <= known.height:
            return
        is_restored = known is not None and known.epoch != height.epoch
        self._heights[tenant_id] = height
        if is_restored or tenant_id not in self._changed:
            self._changed[tenant_id] = "resync" if is_restored else "poke"
        self._wake.set()

    @property
    def open_streams(self) -> int:
        """How many consoles are connected."""
        return sum(len(streams) for streams in self._streams.values())

    async def _broadcast(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, {}
            for tenant_id, event in changed.items():
                self._send(tenant_id, wire.poke(self._heights[tenant_id], event=event))
                self.counts.pokes += len(self._streams.get(tenant_id, ()))
            await asyncio.sleep(POKE_INTERVAL_SECONDS)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(KEEP_ALIVE_SECONDS)
            for tenant_id in list(self._streams):
                self._send(tenant_id, wire.KEEP_ALIVE)

    def _send(self, tenant_id: UUID, message: bytes) -> None:
        for stream in list(self._streams.get(tenant_id, ())):
            if stream.is_too_slow:
                self.counts.dropped += 1
                self._forget(stream)
                stream.writer.transport.abort()
            else:
                stream.writer.write(message)

    def _forget(self, stream: Stream) -> None:
        tenant_id = stream.subscription.tenant_id
        streams = self._streams.get(tenant_id, set())
        streams.discard(stream)
        if not streams:
            self._streams.pop(tenant_id, None)

    async def _end_all(self) -> None:
        for streams in self._streams.values():
            for stream in streams:
                # Spread out, or every console of the company returns in the same millisecond.
                stream.writer.write(wire.retry(random.randint(500, 5000)))  # noqa: S311 - no secret
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            async with asyncio.timeout(HEAD_TIMEOUT_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(Request.parse(head), reader, writer)
        except (ValueError, asyncio.LimitOverrunError):
            writer.write(wire.refusal(400, "malformed-request"))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The console went, said nothing in time, or everything stops.
        finally:
            with contextlib.suppress(OSError):
                writer.close()

    async def _answer(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        target = (request.method, request.path)
        if target == ("GET", "/healthz"):
            writer.write(wire.answer(200, b'{"status": "ok"}', "application/json"))
        elif target == ("GET", "/metrics"):
            writer.write(wire.answer(200, self._metrics(), "text/plain; version=0.0.4"))
        elif request.path != STREAM_PATH:
            writer.write(wire.refusal(404, "not-found"))
        elif request.method == "OPTIONS":
            writer.write(wire.answer(204, headers=self._cors(request)))
        elif request.method != "GET":
            writer.write(wire.refusal(405, "method-not-allowed", {"Allow": "GET, OPTIONS"}))
        elif subscription := self._admit(request, writer):
            await self._stream(Stream(subscription, writer), request, reader)

    def _admit(self, request: Request, writer: asyncio.StreamWriter) -> Subscription | None:
        """Check origin, token and room for one more; has answered when it returns None."""
        cors, subscription = self._cors(request), self._verify(request.query.get("token", ""))
        if "origin" in request.headers and not cors:
            refused = wire.refusal(403, "origin-refused")
        elif subscription is None:
            refused = wire.refusal(401, "unauthenticated", cors)
        elif self.open_streams >= self._max_streams:
            refused = wire.refusal(503, "busy", cors | {"Retry-After": "5"})
        else:
            return subscription
        self.counts.refused += 1
        writer.write(refused)
        return None

    async def _stream(self, stream: Stream, request: Request, reader: asyncio.StreamReader) -> None:
        tenant_id = stream.subscription.tenant_id
        # A console with a fresh token is a new EventSource, which cannot set the header.
        last = request.headers.get("last-event-id") or request.query.get("last_event_id", "")
        first = wire.event_after(last, self._heights.get(tenant_id))
        head = wire.head(200, "text/event-stream", self._cors(request))
        stream.writer.write(head + wire.KEEP_ALIVE + first)
        self._streams.setdefault(tenant_id, set()).add(stream)
        try:
            async with asyncio.timeout(LONGEST_STREAM_SECONDS):
                # A console has nothing more to say; the read ends when it goes.
                while await reader.read(1024):
                    pass
        finally:
            self._forget(stream)

    def _cors(self, request: Request) -> dict[str, str]:
        origin = request.headers.get("origin", "")
        if origin not in self._origins:
            return {}
        return {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Headers": "Cache-Control, Last-Event-ID",
            "Access-Control-Allow-Methods": "GET",
            "Vary": "Origin",
        }

    def _metrics(self) -> bytes:
        rows = (
            ("truckroll_streams_open", "gauge", self.open_streams),
            ("truckroll_stream_pokes_total", "counter", self.counts.pokes),
            ("truckroll_streams_dropped_total", "counter", self.counts.dropped),
            ("truckroll_streams_refused_total", "counter", self.counts.refused),
        )
        lines = (f"# TYPE {name} {kind}\n{name} {value}\n" for name, kind, value in rows)
        return "".join(lines).encode()


def run(server: StreamServer, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; the body of the stream process."""

    async def serve() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await server.serve(host, port, stop)

    asyncio.run(serve())


def allow_descriptors(wanted: int) -> None:
    """Raise the limit of open files as far as the system lets a process do that itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
