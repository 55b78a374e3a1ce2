"""Start, watch and stop the processes of one installation; knows processes, not what they do.

Standard library only, POSIX only, and no database: the supervisor must outlive whatever it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TextIO

LINE_LIMIT = 64 * 1024
PROBE_INTERVAL_SECONDS = 0.1
PROBE_TIMEOUT_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 15.0
SUPERVISOR = "super"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
# Loaded before any fork: a forked child may only make the call.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Ready(Protocol):
    """A question whose first yes means that a child does its work."""

    async def is_ready(self) -> bool:
        """Ask once; an error counts as no."""


@dataclass(frozen=True, slots=True)
class PortReady:
    """Ready when the port accepts; for servers that open it last."""

    port: int
    host: str = "127.0.0.1"

    async def is_ready(self) -> bool:
        """Whether a connection is accepted."""
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
                _, writer = await asyncio.open_connection(self.host, self.port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True


@dataclass(frozen=True, slots=True)
class HTTPReady:
    """Ready when the path answers 200: an open port alone says only that a socket exists."""

    port: int
    path: str = "/healthz"
    host: str = "127.0.0.1"

    async def is_ready(self) -> bool:
        """Whether the path answers 200."""
        request = f"GET {self.path} HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n\r\n"
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
                reader, writer = await asyncio.open_connection(self.host, self.port)
                try:
                    writer.write(request.encode())
                    status = await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError, ValueError):
            return False
        return status.split(b" ")[1:2] == [b"200"]


@dataclass(frozen=True, slots=True)
class Port:
    """A port that a child will listen on, and the setting that moves it elsewhere."""

    number: int
    setting: str
    host: str = "127.0.0.1"

    def is_taken(self) -> bool:
        """Whether something else listens there already."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # A port that is only waiting out its last connections can be listened on again.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.number))
            except OSError:
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process to keep running.

    ``after`` names the children that must be ready before this one starts; the others start side
    by side. ``ready=None`` counts as ready once started. ``grace_seconds`` is the time between
    the request to stop and the kill.
    """

    name: str
    argv: Sequence[str]
    ready: Ready | None = None
    after: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    grace_seconds: float = 10.0
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a child, and how often to try again."""

    max_restarts: int = 5
    first_delay_seconds: float = 0.5
    healthy_after_seconds: float = 30.0
    ready_timeout_seconds: float = 60.0

    def delay_seconds(self, failures: int) -> float:
        """The wait before the next start, doubled by each failure in a row."""
        return min(self.first_delay_seconds * 2.0 ** (failures - 1), LONGEST_DELAY_SECONDS)


@dataclass(slots=True)
class _Running:
    child: Child
    process: asyncio.subprocess.Process | None = None
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.returncode is None


class Supervisor:
    """Keep children running until a signal, or until one of them cannot be kept running."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        patience: Patience | None = None,
        banner: str = "",
        out: TextIO | None = None,
    ) -> None:
        """Prepare; ``banner`` is logged line by line once every child is ready."""
        self._running = {child.name: _Running(child) for child in children}
        self._patience = patience or Patience()
        self._banner = banner
        self._out = sys.stdout if out is None else out
        self._width = max([len(SUPERVISOR), *(len(child.name) for child in children)])
        self._stopping = asyncio.Event()
        self._signals = 0
        self._exit_code = 0
        self._pumps: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        """Start every child, watch until told to stop, stop in reverse order; the exit code."""
        if report_taken_ports((one.child for one in self._running.values()), self._out):
            return 1
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self._on_signal)
        tasks = [loop.create_task(self._keep(running)) for running in self._running.values()]
        tasks.append(loop.create_task(self._announce(time.monotonic())))
        await self._stopping.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for running in reversed(self._running.values()):
            await self._stop(running)
        if self._pumps:
            await asyncio.wait(self._pumps, timeout=1)
        return self._exit_code

    def _on_signal(self) -> None:
        self._signals += 1
        if self._signals == 1:
            self._log(SUPERVISOR, "stopping; once more to kill")
            self._stopping.set()
            return
        for running in self._running.values():
            if running.is_alive:
                _kill_group(running)

    async def _announce(self, began: float) -> None:
        for running in self._running.values():
            await running.is_ready.wait()
        seconds = time.monotonic() - began
        self._log(SUPERVISOR, f"all {len(self._running)} processes ready after {seconds:.1f} s")
        for line in self._banner.splitlines():
            self._log(SUPERVISOR, line)

    async def _keep(self, running: _Running) -> None:
        """Start the child again whenever it ends, until it has failed too often in a row."""
        for name in running.child.after:
            await self._running[name].is_ready.wait()
        name, failures = running.child.name, 0
        while True:
            healthy_seconds = await self._live_once(running)
            is_recovered = healthy_seconds >= self._patience.healthy_after_seconds
            failures = 1 if is_recovered else failures + 1
            if failures > self._patience.max_restarts:
                self._log(SUPERVISOR, f"{name} failed {failures} times in a row; stopping all")
                self._exit_code = 1
                self._stopping.set()
                return
            delay = self._patience.delay_seconds(failures)
            attempt = f"{failures} of {self._patience.max_restarts}"
            self._log(SUPERVISOR, f"{name}: restart {attempt} in {delay:g} s")
            await asyncio.sleep(delay)

    async def _live_once(self, running: _Running) -> float:
        """Run the child from start to end; the seconds for which it was ready."""
        child, began = running.child, time.monotonic()
        try:
            process = await self._spawn(running)
        except OSError as error:
            self._log(SUPERVISOR, f"{child.name} cannot be started: {error}")
            return 0.0
        since = None
        if await self._becomes_ready(child, process):
            since = time.monotonic()
            running.is_ready.set()
            self._log(SUPERVISOR, f"{child.name} ready after {since - began:.1f} s")
        elif process.returncode is None:
            waited = self._patience.ready_timeout_seconds
            self._log(SUPERVISOR, f"{child.name} was not ready after {waited:g} s and is killed")
            _kill_group(running)
        code = await process.wait()
        _kill_group(running)  # What it started itself would hold its ports.
        self._log(SUPERVISOR, f"{child.name} ended: {_ending(code)}")
        return 0.0 if since is None else time.monotonic() - since

    async def _spawn(self, running: _Running) -> asyncio.subprocess.Process:
        child, parent = running.child, os.getpid()
        # A pipe of our own: asyncio's would let ``wait`` return only once everything the child
        # has started has closed its end too.
        ours, theirs = os.pipe()
        try:
            running.process = await asyncio.create_subprocess_exec(
                *child.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=theirs,
                stderr=theirs,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **child.env},
                # Ctrl-C at the terminal reaches the supervisor alone, which stops in order.
                start_new_session=True,
                preexec_fn=None if LIBC is None else lambda: _die_with(parent),
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        pump = asyncio.create_task(self._pump(child.name, ours))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)
        return running.process

    async def _becomes_ready(self, child: Child, process: asyncio.subprocess.Process) -> bool:
        deadline = time.monotonic() + self._patience.ready_timeout_seconds
        while process.returncode is None and time.monotonic() < deadline:
            if child.ready is None or await child.ready.is_ready():
                return process.returncode is None
            await asyncio.sleep(PROBE_INTERVAL_SECONDS)
        return False

    async def _stop(self, running: _Running) -> None:
        process, child, began = running.process, running.child, time.monotonic()
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(child.grace_seconds):
                await process.wait()
        except TimeoutError:
            self._log(SUPERVISOR, f"{child.name} did not stop in {child.grace_seconds:g} s")
        _kill_group(running)
        code, seconds = await process.wait(), time.monotonic() - began
        self._log(SUPERVISOR, f"{child.name} stopped in {seconds:.1f} s: {_ending(code)}")

    async def _pump(self, name: str, pipe: int) -> None:
        """Log what the child writes; a line beyond the limit is logged in pieces, never lost."""
        stream = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(pipe, "rb", buffering=0)
        )
        pending = b""
        while chunk := await stream.read(LINE_LIMIT):
            *lines, pending = (pending + chunk).split(b"\n")
            if len(pending) >= LINE_LIMIT:
                lines.append(pending)
                pending = b""
            for line in lines:
                self._log(name, line.decode(errors="replace").rstrip())
        if pending:
            self._log(name, pending.decode(errors="replace").rstrip())

    def _log(self, name: str, line: str) -> None:
        # A reader that went away (``up | head``) must not take the platform with it.
        with contextlib.suppress(BrokenPipeError):
            self._out.write(f"{time.strftime('%H:%M:%S')} {name:{self._width}} | {line}\n")
            self._out.flush()


def supervise(
    children: Sequence[Child], *, patience: Patience | None = None, banner: str = ""
) -> int:
    """Keep the children running until a signal; the exit code for the shell."""

    async def run() -> int:
        return await Supervisor(children, patience=patience, banner=banner).run()

    return asyncio.run(run())


def report_taken_ports(children: Iterable[Child], out: TextIO) -> bool:
    """Name every port that something else holds already; whether there is one."""
    taken = [(child, port) for child in children for port in child.ports if port.is_taken()]
    out.writelines(
        f"Port {port.number} for {child.name} is already in use on {port.host}: stop the "
        f"program that holds it, or set {port.setting}. Nothing was started.\n"
        for child, port in taken
    )
    return bool(taken)


def _die_with(parent: int) -> None:
    """Ask the kernel to end this new process with its parent, also when that is killed."""
    if LIBC is not None:
        # SIGTERM: shells make background jobs ignore SIGINT and SIGQUIT.
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # It died before the call above.
        os._exit(1)


def _kill_group(running: _Running) -> None:
    if running.process is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(running.process.pid, signal.SIGKILL)


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
