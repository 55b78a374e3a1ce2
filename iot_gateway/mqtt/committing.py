"""Collects messages into batches, has each committed in the writer thread, then releases acks.

One batch is under way at a time, so acknowledgements leave in the order of receipt.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Protocol

import structlog

from iot_gateway.mqtt.failures import describe
from iot_gateway.mqtt.messages import Commit, InboundMessage, Outcome
from iot_gateway.mqtt.reasons import Reason
from iot_gateway.mqtt.settings import Counters, EndpointSettings

logger = structlog.get_logger(__name__)


class Origin(Protocol):
    """The connection a message came on."""

    def settle(self, chunks: "Sequence[Chunk]", outcomes: Sequence[Outcome]) -> None:
        """Acknowledge all messages of ``chunks``, in this order."""


class Chunk(NamedTuple):
    """Messages one connection received together.

    ``acks`` has one entry per message: the bytes that acknowledge it, empty for QoS 0.
    """

    origin: Origin
    messages: list[InboundMessage]
    acks: list[bytes]
    size: int


class Crowd(Protocol):
    """All connections together."""

    def hold_all(self) -> None: ...
    def release_all(self) -> None: ...
    def stop_all(self, reason: Reason) -> None: ...


class Committer:
    """The queue in front of the one writer thread.

    While the queue is full or the store cannot be reached the crowd is held, so that devices
    wait instead of filling our memory; when the store stays away they are sent off.
    """

    def __init__(
        self,
        commit: Commit,
        settings: EndpointSettings,
        counters: Counters,
        crowd: Crowd,
    ) -> None:
        self._commit = commit
        self._settings = settings
        self._counters = counters
        self._crowd = crowd
        self._queue: deque[Chunk] = deque()
        self._queued = 0
        self._queued_bytes = 0
        self._arrived = 0
        self._oldest_at = 0.0
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_full = False
        self._is_failing = False
        self._has_given_up = False
        self._writer = ThreadPoolExecutor(1, "mqtt-writer")
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._run())

    @property
    def is_gated(self) -> bool:
        """Whether connections should not be read now."""
        return self._is_full or self._is_failing

    @property
    def has_given_up(self) -> bool:
        """Whether the store has been away for so long that devices are turned away."""
        return self._has_given_up

    def submit(self, chunk: Chunk) -> None:
        """Queue a chunk of at most a batch."""
        if not self._queue:
            self._oldest_at = self._loop.time()
            self._wake.set()
            self._idle.clear()
        self._queue.append(chunk)
        self._queued += len(chunk.messages)
        self._queued_bytes += chunk.size
        self._arrived += 1
        limits = self._settings
        if not self._is_full and (
            self._queued >= limits.max_queued or self._queued_bytes >= limits.max_queued_bytes
        ):
            self._is_full = True
            self._crowd.hold_all()

    async def drain(self, seconds: float) -> bool:
        """Wait until everything queued is committed and acknowledged; False when time is up."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        return self._idle.is_set()

    async def close(self) -> None:
        """Stop; what is still queued stays unacknowledged.

        A commit that is under way in the thread runs to its end, but is not waited for.
        """
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        self._writer.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        last_done = float("-inf")
        while True:
            await self._wake.wait()
            await self._gather(last_done)
            batch = self._take()
            messages = [message for chunk in batch for message in chunk.messages]
            outcomes = await self._commit_until_it_holds(messages)
            self._settle(batch, outcomes)
            last_done = self._loop.time()
            if not self._queue:
                self._idle.set()

    async def _gather(self, last_done: float) -> None:
        """Wait for company, unless the batch is full, old enough or the only one around."""
        settings = self._settings
        if self._loop.time() - last_done >= settings.batch_seconds:
            await asyncio.sleep(0)
            return
        deadline = self._oldest_at + settings.batch_seconds
        while self._queued < settings.batch_messages:
            arrived = self._arrived
            await asyncio.sleep(settings.quiet_seconds)
            if arrived == self._arrived or self._loop.time() >= deadline:
                return

    def _take(self) -> list[Chunk]:
        room = self._settings.batch_messages
        batch: list[Chunk] = []
        while self._queue and (not batch or len(self._queue[0].messages) <= room):
            chunk = self._queue.popleft()
            batch.append(chunk)
            room -= len(chunk.messages)
        if self._queue:
            self._oldest_at = self._loop.time()
        else:
            self._wake.clear()
        return batch

    async def _commit_until_it_holds(self, messages: list[InboundMessage]) -> Sequence[Outcome]:
        started, pause = self._loop.time(), self._settings.retry_seconds
        while True:
            try:
                return await self._loop.run_in_executor(self._writer, self._commit_once, messages)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                self._counters.commit_failures += 1
                logger.error(  # noqa: TRY400 - a traceback would show payloads
                    "batch not committed",
                    messages=len(messages),
                    retry_seconds=pause,
                    **describe(error),
                )
            self._hold_everybody(self._loop.time() - started)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._settings.max_retry_seconds)

    def _commit_once(self, messages: list[InboundMessage]) -> Sequence[Outcome]:
        outcomes = self._commit(messages)
        if len(outcomes) != len(messages):
            raise ValueError(f"{len(outcomes)} outcomes for {len(messages)} messages.")
        return outcomes

    def _hold_everybody(self, failing_seconds: float) -> None:
        if not self._is_failing:
            self._is_failing = True
            self._crowd.hold_all()
        if failing_seconds >= self._settings.give_up_seconds and not self._has_given_up:
            self._has_given_up = True
            self._crowd.stop_all(Reason.SERVER_UNAVAILABLE)

    def _settle(self, batch: list[Chunk], outcomes: Sequence[Outcome]) -> None:
        by_origin: dict[Origin, tuple[list[Chunk], list[Outcome]]] = {}
        at = 0
        for chunk in batch:
            end = at + len(chunk.messages)
            chunks, results = by_origin.setdefault(chunk.origin, ([], []))
            chunks.append(chunk)
            results.extend(outcomes[at:end])
            self._queued_bytes -= chunk.size
            at = end
        self._queued -= at
        self._counters.batches += 1
        self._counters.messages += at
        for origin, (chunks, results) in by_origin.items():
            try:
                origin.settle(chunks, results)
            except Exception as error:  # noqa: BLE001 - it must not stop the other connections
                logger.error("acknowledging failed", **describe(error))  # noqa: TRY400 - as above
        self._reopen()

    def _reopen(self) -> None:
        was_gated, limits = self.is_gated, self._settings
        self._is_failing = self._has_given_up = False
        if self._queued <= limits.max_queued // 2 and (
            self._queued_bytes <= limits.max_queued_bytes // 2
        ):
            self._is_full = False
        if was_gated and not self.is_gated:
            self._crowd.release_all()
