"""The whole platform: time to healthy, memory of all processes, and what they burn while idle."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.servers import free_port

WARM_LIMIT_SECONDS = 10.0
PSS_LIMIT_MIB = 600.0
IDLE_LIMIT = 0.03
SETTLE_SECONDS, IDLE_SECONDS = 20.0, 60.0
PATIENCE_SECONDS = 180.0


def run() -> list[str]:
    """Start twice with the demonstration company, and watch the second one do nothing."""
    with tempfile.TemporaryDirectory() as home:
        with up(Path(home)) as (_, first_seconds):
            pass
        with up(Path(home)) as (platform, warm_seconds):
            processes = [platform, *platform.children(recursive=True)]
            warm_cpu = burnt(processes)
            time.sleep(SETTLE_SECONDS)
            pss = {p.pid: p.memory_full_info().pss / 2**20 for p in processes}
            cpu = burnt(processes)
            time.sleep(IDLE_SECONDS)
            idle = (burnt(processes) - cpu) / IDLE_SECONDS
    total = sum(pss.values())
    return [
        f"first start with the demonstration, packages installed: {first_seconds:.1f} s",
        f"warm start to healthy: {warm_seconds:.1f} s, {warm_cpu:.1f} s of CPU "
        f"(<= {WARM_LIMIT_SECONDS:g} s on two idle cores) "
        + verdict(is_good=warm_seconds <= WARM_LIMIT_SECONDS),
        f"memory of {len(pss)} processes: {total:.0f} MiB PSS (<= {PSS_LIMIT_MIB:g}) "
        + verdict(is_good=total <= PSS_LIMIT_MIB),
        f"idle: {idle:.2%} of one core over {IDLE_SECONDS:g} s (<= {IDLE_LIMIT:.0%}) "
        + verdict(is_good=idle <= IDLE_LIMIT),
    ]


@contextlib.contextmanager
def up(home: Path) -> Iterator[tuple[psutil.Process, float]]:
    """A running platform and the seconds until all of its processes were ready."""
    ports = {name: str(free_port()) for name in ("PORT", "STREAM_PORT", "MQTT_PORT")}
    environ = {**os.environ, **ports, "TRUCKROLL_HOME": str(home), "DEMO": "1"}
    log = home / "up.log"
    began = time.monotonic()
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [sys.executable, "-m", "server.cli", "up"], stdout=out, stderr=out, env=environ
        ) as process,
    ):
        try:
            while "processes ready after" not in log.read_text(errors="replace"):
                assert process.poll() is None, log.read_text(errors="replace")
                assert time.monotonic() - began < PATIENCE_SECONDS, "not ready in time"
                time.sleep(0.05)
            yield psutil.Process(process.pid), time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)


def burnt(processes: list[psutil.Process]) -> float:
    """The seconds of CPU that the processes have used so far."""
    times = [process.cpu_times() for process in processes]
    return sum(time.user + time.system for time in times)


def verdict(*, is_good: bool) -> str:
    """How a measure reads."""
    return "ok" if is_good else "TOO MUCH"
