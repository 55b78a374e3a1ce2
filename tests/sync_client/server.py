"""The API as a process of its own, which a test may kill, behind a line that it may break."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from server import factory
from server.cli import processes
from server.kernel import schema, settings
from server.kernel.modules import Platform
from tests.journeys.company import ROOT, wait_until
from tests.servers import free_port
from tests.web.line import Line

START_SECONDS = 60.0


class APIServer:
    """What ``Company`` needs of an installation, with the API as its only process."""

    def __init__(self, home: Path, database_url: str, **more: str) -> None:
        port = free_port()
        self.line = Line(port, port)
        self.api_url = f"http://127.0.0.1:{port}"
        self.environment = {
            "TRUCKROLL_HOME": str(home),
            "DATABASE_URL": database_url,
            "TRUCKROLL_SECRET_KEYS": "k" * 40,
            "PORT": str(port),
            **more,
        }
        self.settings = settings.from_environment(self.environment)
        schema.upgrade(self.settings)
        self.platform: Platform = factory.load(self.settings, wake=False)
        self.log = home / "log"
        self._process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return self.line.url

    def start(self) -> None:
        """Start the process and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                processes.argv("api", self.settings),
                cwd=ROOT,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self._answers, START_SECONDS, self.tail)

    def kill(self) -> None:
        """Let it die without warning, workers and all."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def stop(self) -> None:
        self.line.go_down()
        self.kill()
        self.platform.dispose()

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.tail()
        try:
            return httpx.get(f"{self.api_url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


@contextlib.contextmanager
def api_server(home: Path, database_url: str, **more: str) -> Iterator[APIServer]:
    """Keep an API process for the time of some tests."""
    server = APIServer(home, database_url, **more)
    try:
        server.start()
        yield server
    finally:
        server.stop()
