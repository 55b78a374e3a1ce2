"""A running installation: the supervisor with all processes, as ``make run`` starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from server import factory
from server.kernel import settings
from server.kernel.modules import Platform
from tests.journeys.company import ROOT, wait_until
from tests.servers import free_port
from tests.web.line import Line

START_SECONDS = 120.0
STOP_SECONDS = 40.0


class Installation:
    """The processes, the line that leads to them, and the records, for arranging and checking."""

    def __init__(self, home: Path, database_url: str, apps: Path, **more: str) -> None:
        self.home = home
        api_port, stream_port = free_port(), free_port()
        self.line = Line(api_port, stream_port)
        self.environment = {
            "TRUCKROLL_HOME": str(home),
            "DATABASE_URL": database_url,
            "TRUCKROLL_SECRET_KEYS": "k" * 40,
            "TRUCKROLL_WEB_DIST": str(apps),
            "TRUCKROLL_PUBLIC_URL": self.line.url,
            "PORT": str(api_port),
            "STREAM_PORT": str(stream_port),
            "MQTT_PORT": str(free_port()),
            **more,
        }
        self.api_url = f"http://127.0.0.1:{api_port}"
        self.mqtt_port = int(self.environment["MQTT_PORT"])
        self.log = home / "log"
        self.platform: Platform
        self._process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """What people type into their browsers."""
        return self.line.url

    def start(self) -> None:
        """Start all processes and wait until they serve."""
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "up"],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._has_started, START_SECONDS, self.tail)
        self.platform = factory.load(settings.from_environment(self.environment), wake=False)

    def stop(self) -> None:
        """Stop them as ctrl-C does."""
        self.line.go_down()
        if hasattr(self, "platform"):
            self.platform.dispose()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def kill_api(self) -> None:
        """Let the API die without warning; the supervisor starts it again."""
        children = psutil.Process(self._process.pid).children()
        (api,) = [child for child in children if "server.wsgi:app" in child.cmdline()]
        for process in [api, *api.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def until_api_answers(self) -> None:
        """Wait until the API serves (again)."""
        wait_until(self._answers, START_SECONDS, self.tail)

    def tail(self) -> str:
        """The last lines of the log."""
        return self.log.read_text(errors="replace")[-4000:]

    def _has_started(self) -> bool:
        assert self._process.poll() is None, self.tail()
        return b"processes ready" in self.log.read_bytes() and self._answers()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.api_url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


@contextlib.contextmanager
def installed(home: Path, database_url: str, apps: Path, **more: str) -> Iterator[Installation]:
    """Start an installation from nothing, and stop it."""
    installation = Installation(home, database_url, apps, **more)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()
