"""``truckroll up`` with all its real processes, from the first start to the last child gone."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from server.cli.up import hold
from tests.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[3]
COLD_SECONDS, WARM_SECONDS = 120, 60  # Beside other tests; `make bench` measures a quiet start.


class Up:
    """A running platform."""

    def __init__(self, home: Path, **environ: str) -> None:
        self.port, self.stream_port, self.mqtt_port = free_port(), free_port(), free_port()
        self.log = home / f"up-{self.port}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "up"],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    "TRUCKROLL_HOME": str(home),
                    "PORT": str(self.port),
                    "STREAM_PORT": str(self.stream_port),
                    "MQTT_PORT": str(self.mqtt_port),
                    **environ,
                },
            )

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def until(self, pattern: str, seconds: float) -> list[str]:
        deadline = time.monotonic() + seconds
        while not (found := re.findall(pattern, self.text())):
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)
        return found

    def get(self, path: str, port: int | None = None) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{port or self.port}{path}", timeout=20)

    def post(self, path: str, body: Any) -> httpx.Response:
        return httpx.post(f"http://127.0.0.1:{self.port}{path}", json=body, timeout=20)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@contextlib.contextmanager
def up(home: Path, **environ: str) -> Iterator[Up]:
    running = Up(home, **environ)
    try:
        yield running
    finally:
        running.stop()


def test_a_first_start_a_warm_start_and_an_end(tmp_path: Path) -> None:
    for app in ("console", "field"):
        (tmp_path / "dist" / app).mkdir(parents=True)
        (tmp_path / "dist" / app / "index.html").write_text("built")
    with up(tmp_path, TRUCKROLL_WEB_DIST=str(tmp_path / "dist")) as first:
        (password,) = first.until(r"sign in as admin@main with the password (\S+)", COLD_SECONDS)
        first.until("all 5 processes ready", COLD_SECONDS)

        pages = ("/", "/console/", "/field/", "/healthz", "/readyz", "/metrics", "/api/docs")
        statuses = {path: first.get(path).status_code for path in pages}
        assert statuses == dict.fromkeys(pages, 200)
        assert first.get("/healthz", first.stream_port).status_code == 200
        signed_in = first.post("/api/v1/auth/tokens", {"login": "admin@main", "password": password})
        assert signed_in.status_code == 200

        children = first.children()
        assert first.stop() == 0
        assert not [child for child in children if child.is_running()]

    with up(tmp_path) as second:
        second.until("all 5 processes ready", WARM_SECONDS)
        assert "admin@main" not in second.text()


def test_a_stream_token_opens_the_stream_and_a_change_pokes_it(tmp_path: Path) -> None:
    with up(tmp_path) as platform:
        (password,) = platform.until(r"with the password (\S+)", COLD_SECONDS)
        platform.until("all 5 processes ready", COLD_SECONDS)
        answer = platform.post("/api/v1/auth/tokens", {"login": "admin@main", "password": password})
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        base = f"http://127.0.0.1:{platform.port}/api/v1"
        token = httpx.post(f"{base}/auth/stream-tokens", headers=bearer, timeout=20).json()["token"]
        stream = f"http://127.0.0.1:{platform.stream_port}/api/v1/stream?token={token}"

        with httpx.stream("GET", stream, timeout=20) as listening:
            assert listening.status_code == 200
            heights = _heights(listening.iter_lines())
            before = next(heights)
            made = httpx.post(
                f"{base}/customers", headers=bearer, json={"name": "Bakery"}, timeout=20
            )
            assert made.status_code == 201, made.text
            assert next(heights) > before


def _heights(lines: Iterator[str]) -> Iterator[int]:
    return (int(line.rpartition(":")[2]) for line in lines if line.startswith("id: "))


def test_killing_the_supervisor_leaves_no_process(tmp_path: Path) -> None:
    with up(tmp_path) as platform:
        platform.until("all 5 processes ready", COLD_SECONDS)
        children = platform.children()

        platform.process.kill()
        platform.process.wait()

        _, alive = psutil.wait_procs(children, timeout=40)
        assert alive == []


def test_a_home_that_a_platform_runs_on_is_left_alone(tmp_path: Path) -> None:
    first = hold(tmp_path)
    assert first is not None

    with first, up(tmp_path) as second:
        code = second.process.wait(60)

    assert (code, "already runs" in second.text()) == (1, True)
    assert not (tmp_path / "valkey").exists()
    assert not (tmp_path / "truckroll.db").exists()


def test_a_home_is_free_again_once_its_platform_has_ended(tmp_path: Path) -> None:
    first = hold(tmp_path)
    assert first is not None
    first.close()

    again = hold(tmp_path)

    assert again is not None
    again.close()


def test_an_installation_without_valkey_works_too(tmp_path: Path) -> None:
    with up(tmp_path, TRUCKROLL_BROKER_URL="filesystem://") as platform:
        platform.until("all 4 processes ready", COLD_SECONDS)

        assert platform.get("/readyz").status_code == 200
