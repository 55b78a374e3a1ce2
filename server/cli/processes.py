"""The processes of an installation: what each runs, and how they run side by side on one host."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.cli.broker import embedded_broker
from server.kernel.settings import Settings
from server.supervisor import Child, HTTPReady, Port, PortReady, Ready

PROCESSES = ("api", "stream", "worker", "beat", "gateway")
# Long enough for a running job or a half-sent photo.
GRACE_SECONDS = 20.0
ANY_HOST = ("0.0.0.0", "::")  # noqa: S104 - compared with, never listened on


@dataclass(frozen=True, slots=True)
class FileReady:
    """Ready while the file exists and the process that it names lives.

    One that is killed cannot take its file away: without its number the next one would count as
    ready before it has begun.
    """

    path: Path

    async def is_ready(self) -> bool:
        """Whether the file is there, and whose it is."""
        try:
            os.kill(int(self.path.read_text()), 0)
        except (OSError, ValueError):
            return False
        return True


def argv(process: str, settings: Settings) -> list[str]:
    """The command line of one process."""
    if process == "api":
        return [
            *_python("granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
            *("--host", settings.host, "--port", str(settings.port)),
            *("--blocking-threads", str(settings.api_threads)),
            *("--respawn-failed-workers", "--workers-kill-timeout", "15"),
            *("--log-level", "error", "server.wsgi:app"),
        ]
    modules = {
        "stream": _python("server.stream"),
        "worker": _python("server.worker", "worker"),
        "beat": _python("server.worker", "beat"),
        "gateway": _python("iot_gateway.main"),
    }
    return modules[process]


def side_by_side(settings: Settings) -> list[Child]:
    """All children of the embedded platform, in the order in which they depend on each other."""
    broker, env = _broker(settings)
    after = ("valkey",) if broker else ()
    ready_file = settings.home / "run" / "worker.ready"
    ready_file.unlink(missing_ok=True)
    probe_host = "127.0.0.1" if settings.host in ANY_HOST else settings.host
    worker = [*argv("worker", settings), "--with-beat", "--ready-file", str(ready_file)]
    children = [
        Child(
            name="api",
            argv=argv("api", settings),
            ready=HTTPReady(settings.port, host=probe_host),
            ports=(Port(settings.port, "PORT", settings.host),),
            grace_seconds=GRACE_SECONDS,
            env=env,
        ),
        Child(
            name="stream",
            argv=argv("stream", settings),
            ready=HTTPReady(settings.stream_port, host=probe_host),
            ports=(Port(settings.stream_port, "STREAM_PORT", settings.host),),
            after=after,
            env=env,
        ),
        Child(
            name="worker",
            argv=worker,
            ready=FileReady(ready_file),
            after=after,
            grace_seconds=GRACE_SECONDS,
            env=env,
        ),
        _gateway(settings, env),
    ]
    return [broker, *children] if broker else children


def _gateway(settings: Settings, env: Mapping[str, str]) -> Child:
    ready: Ready | None = None
    ports: tuple[Port, ...] = ()
    if not settings.mqtt_broker_url:
        host = "127.0.0.1" if settings.mqtt_host in ANY_HOST else settings.mqtt_host
        ready = PortReady(settings.mqtt_port, host)
        ports = (Port(settings.mqtt_port, "MQTT_PORT", settings.mqtt_host),)
    return Child(
        name="gateway",
        argv=argv("gateway", settings),
        ready=ready,
        ports=ports,
        grace_seconds=GRACE_SECONDS,
        env=env,
    )


def _broker(settings: Settings) -> tuple[Child | None, dict[str, str]]:
    if settings.broker_url:
        return None, {}
    child, url = embedded_broker(settings.home, _free_port())
    return child, {"TRUCKROLL_BROKER_URL": url}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]
