"""The breakable network of the web tests does what it says, and nothing else."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.web.line import Line


class _Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what was sent, and keeps it."""

    received: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(body)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def line() -> Iterator[Line]:
    """A line to a server that echoes; behind the path of the stream listens nobody."""
    _Echo.received = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = Line(server.server_port, 1)
    yield made
    made.go_down()
    server.shutdown()
    server.server_close()


def test_a_whole_line_changes_nothing(line: Line) -> None:
    body = bytes(range(256)) * 1000

    with httpx.Client(base_url=line.url) as browser:
        answers = [browser.post("/a", content=body).content for _ in range(3)]

    assert answers == [body] * 3
    assert line.requests == ["POST /a"] * 3


def test_a_cut_ends_the_body_where_it_was_asked_to(line: Line) -> None:
    fault = line.cut("POST /a", after_bytes=50_000)

    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{line.url}/a", content=b"x" * 200_000)

    fault.wait()
    assert all(len(body) <= 50_000 for body in _Echo.received)
    assert httpx.post(f"{line.url}/a", content=b"again").content == b"again"


def test_a_lost_answer_has_reached_the_server(line: Line) -> None:
    line.lose_answer("POST /a")

    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{line.url}/a", content=b"heard")

    assert _Echo.received == [b"heard"]
    assert httpx.post(f"{line.url}/a", content=b"again").content == b"again"


def test_a_held_answer_comes_when_it_is_released(line: Line) -> None:
    fault = line.hold("POST /a")

    with ThreadPoolExecutor() as pool:
        answer = pool.submit(httpx.post, f"{line.url}/a", content=b"patience", timeout=20)
        fault.wait()
        is_waiting = not answer.done()
        fault.release()

        assert (is_waiting, answer.result().content) == (True, b"patience")


def test_a_line_that_is_down_refuses_until_it_comes_back(line: Line) -> None:
    line.go_down()

    with pytest.raises(httpx.ConnectError):
        httpx.post(f"{line.url}/a", content=b"x")
    line.come_back()

    assert httpx.post(f"{line.url}/a", content=b"back").content == b"back"
