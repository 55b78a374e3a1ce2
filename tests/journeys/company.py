"""The demonstration company as its users see it: real processes, public interfaces only."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.servers import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 180.0
STOP_SECONDS = 40.0


class Account:
    """Somebody who is signed in."""

    def __init__(self, base_url: str, login: str, password: str = "demo") -> None:
        # No connection is kept: it would still be open when the platform is stopped.
        self.http = httpx.Client(
            limits=httpx.Limits(max_keepalive_connections=0),
            base_url=f"{base_url}/api/v1",
            timeout=30,
        )
        answer = self.http.post("/auth/tokens", json={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def get(self, path: str, **params: Any) -> Any:
        answer = self.http.get(path, params=params)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any, **headers: str) -> Any:
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.status_code in {200, 201}, f"{path}: {answer.text}"
        return answer.json()

    def every(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """All items of a list, page after page."""
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.get(path, limit=500, **params, **({"cursor": cursor} if cursor else {}))
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items


@dataclass
class Company:
    """A running installation with the demonstration company in it."""

    process: subprocess.Popen[bytes]
    environment: dict[str, str]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    def sign_in(self, login: str) -> Account:
        return Account(self.url, login)

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``truckroll`` with these arguments beside the running platform."""
        return subprocess.Popen(
            [sys.executable, "-m", "server.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def kill_gateway(self) -> None:
        """Let the gateway die without warning, as in a power cut."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        (gateway,) = [c for c in children if "iot_gateway.main" in " ".join(c.cmdline())]
        gateway.send_signal(signal.SIGKILL)


@contextlib.contextmanager
def running_company(database_url: str, home: Path) -> Iterator[Company]:
    """Start the platform from nothing, seeded, and stop it with ctrl-C at the end."""
    environment = {
        **os.environ,
        "DEMO": "1",
        "TRUCKROLL_HOME": str(home),
        "DATABASE_URL": database_url,
        "TRUCKROLL_SECRET_KEYS": "k" * 40,
        "PORT": str(free_port()),
        "STREAM_PORT": str(free_port()),
        "MQTT_PORT": str(free_port()),
    }
    log = home / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "up"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        company = Company(process, environment, log)
        try:
            wait_until(lambda: _is_ready(company), START_SECONDS, lambda: _tail(log))
            yield company
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    assert process.returncode == 0, _tail(log)


def wait_until(
    condition: Callable[[], Any], seconds: float, explain: Callable[[], str] = lambda: ""
) -> Any:
    """Wait until ``condition`` gives something true, and return that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"It did not come true in {seconds} s. {explain()}")


def _is_ready(company: Company) -> bool:
    assert company.process.poll() is None, _tail(company.log)
    try:
        if httpx.get(f"{company.url}/readyz", timeout=2).status_code != 200:
            return False
    except httpx.HTTPError:
        return False
    return b"processes ready" in company.log.read_bytes()


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]
