"""The supervisor with real child processes: restarts, order, signals, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.supervisor import Patience

SLEEPER = """
import os, signal, sys, time
print("pid", os.getpid())
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    time.sleep(0.05)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("pid", os.getpid())
while True:
    time.sleep(0.05)
"""
PARENT = """
import os, signal, subprocess, sys, time
grandchild = subprocess.Popen(["sleep", "60"])
print("grandchild", grandchild.pid)
print("pid", os.getpid())
while True:
    time.sleep(0.05)
"""
WEB = """
import http.server, os, sys, time
port, slow = int(sys.argv[1]), float(sys.argv[2])
began = time.monotonic()
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        is_up = self.path == "/healthz" and time.monotonic() - began > slow
        self.send_response(200 if is_up else 503)
        self.end_headers()
    def log_message(self, *_):
        pass
print("pid", os.getpid())
http.server.HTTPServer(("127.0.0.1", port), Health).serve_forever()
"""
PREAMBLE = """
import sys
from server.supervisor import Child, HTTPReady, Patience, Port, PortReady, supervise
def python(name, code, *args, **options):
    return Child(name=name, argv=[sys.executable, "-c", code, *args], **options)
"""
ROOT = Path(__file__).parents[2]


class Running:
    """A supervisor in its own process, with what it has written so far."""

    def __init__(self, folder: Path, body: str) -> None:
        script = folder / "supervised.py"
        script.write_text(PREAMBLE + textwrap.dedent(body))
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(script)],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    def text(self) -> str:
        return self.log.read_text()

    def until(self, pattern: str, *, count: int = 1, timeout: float = 20) -> list[str]:
        """Wait until the pattern stands ``count`` times in the log; what it captured."""
        deadline = time.monotonic() + timeout
        while len(found := re.findall(pattern, self.text())) < count:
            assert time.monotonic() < deadline, f"no {pattern!r} in:\n{self.text()}"
            time.sleep(0.02)
        return found

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    started: list[Running] = []

    def start(body: str) -> Running:
        started.append(Running(tmp_path, body))
        return started[-1]

    yield start

    for running in started:
        if running.process.poll() is None:
            running.process.terminate()
            try:
                running.process.wait(15)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def until_gone(pid: int, timeout: float = 10) -> bool:
    deadline = time.monotonic() + timeout
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_a_killed_child_is_started_again(supervised: Callable[[str], Running]) -> None:
    running = supervised(f"raise SystemExit(supervise([python('one', {SLEEPER!r})]))")
    (first,) = running.until(r"one +\| pid (\d+)")

    os.kill(int(first), signal.SIGKILL)

    _, second = running.until(r"one +\| pid (\d+)", count=2)
    assert second != first
    assert "one ended: signal SIGKILL" in running.text()
    assert running.stop() == 0


def test_children_stop_in_reverse_order(supervised: Callable[[str], Running]) -> None:
    children = ", ".join(f"python({name!r}, {SLEEPER!r})" for name in ("one", "two", "three"))
    running = supervised(f"raise SystemExit(supervise([{children}]))")
    running.until(r"\| pid (\d+)", count=3)

    code = running.stop()

    stopped = re.findall(r"(\w+) stopped in [\d.]+ s: exit code 0", running.text())
    assert (code, stopped) == (0, ["three", "two", "one"])


def test_a_second_signal_kills_what_will_not_stop(supervised: Callable[[str], Running]) -> None:
    running = supervised(f"raise SystemExit(supervise([python('stone', {STUBBORN!r})]))")
    (pid,) = running.until(r"stone +\| pid (\d+)")
    running.process.send_signal(signal.SIGINT)
    running.until("once more to kill")
    assert is_alive(int(pid))

    began = time.monotonic()
    running.stop()

    assert time.monotonic() - began < 5
    assert "stone stopped in" in running.text()
    assert not is_alive(int(pid))


def test_a_child_that_will_not_stop_is_killed_after_its_grace(
    supervised: Callable[[str], Running],
) -> None:
    running = supervised(
        f"raise SystemExit(supervise([python('stone', {STUBBORN!r}, grace_seconds=0.3)]))"
    )
    (pid,) = running.until(r"stone +\| pid (\d+)")

    code = running.stop(signal.SIGTERM)

    assert "stone did not stop in 0.3 s" in running.text()
    assert (code, is_alive(int(pid))) == (0, False)


def test_a_child_that_never_becomes_ready_ends_the_run(
    supervised: Callable[[str], Running],
) -> None:
    running = supervised(f"""
        patience = Patience(max_restarts=1, ready_timeout_seconds=0.5, first_delay_seconds=0.05)
        children = [
            python('good', {SLEEPER!r}),
            python('never', {SLEEPER!r}, ready=PortReady({a_free_port()})),
            python('waits', {SLEEPER!r}, after=('never',)),
        ]
        raise SystemExit(supervise(children, patience=patience))
    """)

    code = running.process.wait(20)

    text = running.text()
    assert code == 1
    assert text.count("never was not ready after 0.5 s and is killed") == 2
    assert "never failed 2 times in a row; stopping all" in text
    assert "good stopped in" in text
    assert not re.search(r"waits +\| pid", text)


def test_a_program_that_does_not_exist_ends_the_run(supervised: Callable[[str], Running]) -> None:
    running = supervised("""
        patience = Patience(max_restarts=1, first_delay_seconds=0.05)
        raise SystemExit(supervise([Child(name='x', argv=['/nowhere/x'])], patience=patience))
    """)

    code = running.process.wait(20)

    assert (code, running.text().count("x cannot be started")) == (1, 2)


def test_an_open_port_is_not_ready_until_its_health_page_says_so(
    supervised: Callable[[str], Running],
) -> None:
    port = a_free_port()
    running = supervised(f"""
        children = [
            python('web', {WEB!r}, '{port}', '1.0', ready=HTTPReady({port})),
            python('later', {SLEEPER!r}, after=('web',)),
            python('beside', {SLEEPER!r}),
        ]
        raise SystemExit(supervise(children, banner='open the door'))
    """)

    running.until("open the door")

    text = running.text()
    (seconds,) = re.findall(r"web ready after ([\d.]+) s", text)
    assert float(seconds) >= 1.0
    assert text.index("beside ready") < text.index("web ready") < text.index("later ready")
    assert running.stop() == 0


def test_killing_the_supervisor_leaves_no_child(supervised: Callable[[str], Running]) -> None:
    children = ", ".join(f"python({name!r}, {SLEEPER!r})" for name in ("one", "two"))
    running = supervised(f"raise SystemExit(supervise([{children}]))")
    pids = running.until(r"\| pid (\d+)", count=2)

    running.process.kill()
    running.process.wait()

    assert [until_gone(int(pid)) for pid in pids] == [True, True]


def test_what_a_child_started_dies_with_it(supervised: Callable[[str], Running]) -> None:
    running = supervised(f"raise SystemExit(supervise([python('family', {PARENT!r})]))")
    (pid,) = running.until(r"\| pid (\d+)")
    (grandchild,) = running.until(r"\| grandchild (\d+)")

    os.kill(int(pid), signal.SIGKILL)

    assert until_gone(int(grandchild))


def test_a_port_in_use_is_reported_before_anything_starts(
    supervised: Callable[[str], Running],
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        running = supervised(f"""
            children = [
                python('first', {SLEEPER!r}),
                python('web', {SLEEPER!r}, ports=(Port({port}, 'PORT'),)),
            ]
            raise SystemExit(supervise(children))
        """)

        code = running.process.wait(20)

    text = running.text()
    assert code == 1
    assert f"Port {port} for web is already in use on 127.0.0.1" in text
    assert "or set PORT" in text
    assert "| pid" not in text


def test_a_line_beyond_the_limit_is_logged_whole(supervised: Callable[[str], Running]) -> None:
    code = "import time; print('x' * 200_000); print('short'); time.sleep(60)"
    running = supervised(f"raise SystemExit(supervise([python('loud', {code!r})]))")

    running.until(r"loud +\| short")

    assert running.text().count("x") >= 200_000
    assert running.stop() == 0


@pytest.mark.parametrize(("failures", "delay"), [(1, 0.5), (2, 1.0), (5, 8.0), (9, 15.0)])
def test_the_wait_doubles_with_each_failure_up_to_a_limit(failures: int, delay: float) -> None:
    assert Patience().delay_seconds(failures) == delay


def test_failures_are_forgotten_after_a_time_of_health(
    supervised: Callable[[str], Running],
) -> None:
    code = "import time; time.sleep(0.4)"
    running = supervised(f"""
        patience = Patience(max_restarts=1, first_delay_seconds=0.05, healthy_after_seconds=0.2)
        raise SystemExit(supervise([python('brief', {code!r})], patience=patience))
    """)

    running.until("brief: restart 1 of 1", count=4)

    assert running.process.poll() is None
    assert running.stop() == 0
