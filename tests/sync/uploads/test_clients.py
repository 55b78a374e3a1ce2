"""Independent clients against a real web server: tuspy, and sockets that behave badly."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import select
from tusclient import client as tuspy
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from server.files.models import Blob
from server.kernel.modules import Platform
from tests.platforms import Person
from tests.server.files.pictures import SVG, a_bomb

PATH = "/api/v1/uploads/"
MODULES = "server.auth.module,server.files.module,server.places.module,sync.uploads.module"
KEY = "k" * 40
THREADS = 4
START_SECONDS = 60
pytestmark = [pytest.mark.slow]


@dataclass(frozen=True)
class Live:
    """A served application and a signed-in engineer's token."""

    url: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"}

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 0)

    def uploader(self, content: bytes, **options: Any) -> Any:
        made = tuspy.TusClient(self.url + PATH, headers=dict(self.headers))
        return made.uploader(file_stream=io.BytesIO(content), **options)

    def start(self, length: int) -> str:
        headers = {**self.headers, "Upload-Length": str(length)}
        return str(httpx.post(self.url + PATH, headers=headers).headers["Location"])

    def offset(self, path: str) -> int:
        answer = httpx.head(self.url + path, headers=self.headers, timeout=30)
        return int(answer.headers["Upload-Offset"])

    @contextmanager
    def patching(self, path: str, offset: int, announced: int) -> Iterator[socket.socket]:
        """Begin a PATCH on a socket of its own; the test decides what follows."""
        lines = [
            f"PATCH {path} HTTP/1.1",
            "Host: test",
            f"Authorization: Bearer {self.token}",
            "Tus-Resumable: 1.0.0",
            "Content-Type: application/offset+octet-stream",
            f"Upload-Offset: {offset}",
            f"Content-Length: {announced}",
        ]
        with socket.create_connection(self.address, timeout=30) as connection:
            connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            yield connection


@pytest.fixture(scope="module")
def served(platform: Platform, database_url: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "TRUCKROLL_HOME": str(platform.settings.home),
        "DATABASE_URL": database_url,
        "TRUCKROLL_SECRET_KEYS": KEY,
        "TRUCKROLL_MODULES": MODULES,
        "TRUCKROLL_API_THREADS": str(THREADS),
    }
    log = (platform.settings.home / "live.log").open("wb")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--http", "1", "--no-ws", "--blocking-threads", str(THREADS)]
    process = subprocess.Popen(
        [*command, "tests.sync.uploads.live:app"],
        env=environ,
        cwd=Path(__file__).parents[3],
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}{PATH}", process, Path(log.name))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.options(url).status_code == 204:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start: {log.read_text()[-3000:]}")


@pytest.fixture
def live(served: str, sign_in: Callable[..., Person]) -> Live:
    return Live(served, sign_in("engineer").client.token)


@pytest.fixture
def held(working: Callable[..., Any]) -> Callable[[bytes], bool]:
    def ask(content: bytes) -> bool:
        sha256 = hashlib.sha256(content).hexdigest()
        with working(write=False) as session:
            return session.scalar(select(Blob).where(Blob.sha256 == sha256)) is not None

    return ask


def a_photo(size: int) -> bytes:
    """Return a JPEG of a given size: a header, a scan of noise."""
    frame = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda"
    return frame + os.urandom(size - len(frame))


@pytest.mark.parametrize("has_checksum", [True, False])
@pytest.mark.parametrize("said", [{}, {"filename": "a.jpg", "filetype": "image/jpeg"}])
def test_tuspy_sends_a_file_in_pieces(
    live: Live, held: Callable[[bytes], bool], said: dict[str, str], *, has_checksum: bool
) -> None:
    content = a_photo(3_000_000)

    live.uploader(content, chunk_size=512_000, metadata=said, upload_checksum=has_checksum).upload()

    assert held(content)


def test_tuspy_continues_where_it_stopped(live: Live, held: Callable[[bytes], bool]) -> None:
    content = a_photo(3_000_000)
    first = live.uploader(content, chunk_size=500_000)
    first.upload(stop_at=1_000_000)

    second = live.uploader(content, chunk_size=700_000, url=first.url)
    second.upload()

    assert (first.offset, second.offset) == (1_000_000, 3_000_000)
    assert held(content)


def test_tuspy_is_told_when_an_upload_has_gone(live: Live) -> None:
    first = live.uploader(a_photo(1000), chunk_size=100)
    first.upload_chunk()
    httpx.delete(first.url, headers=live.headers)

    with pytest.raises(TusCommunicationError):
        live.uploader(a_photo(1000), url=first.url)


@pytest.mark.parametrize("content", [SVG, a_bomb()])
def test_tuspy_is_told_that_a_hostile_file_is_refused(live: Live, content: bytes) -> None:
    with pytest.raises(TusUploadFailed) as refusal:
        live.uploader(content, metadata={"filetype": "image/png"}).upload()

    assert 400 <= refusal.value.status_code < 500


def test_a_dropped_connection_keeps_its_prefix(live: Live, held: Callable[[bytes], bool]) -> None:
    content = a_photo(2_000_000)
    path = live.start(len(content))

    with live.patching(path, 0, len(content)) as connection:
        connection.sendall(content[:1_234_567])
    offset = until(lambda: live.offset(path), lambda offset: offset == 1_234_567)
    # The dropped request may still be leaving; a client that is told so asks and goes on.
    again = live.uploader(
        content, chunk_size=400_000, url=live.url + path, retries=5, retry_delay=0
    )
    again.upload()

    assert offset == 1_234_567
    assert held(content)


def until(ask: Callable[[], int], is_enough: Callable[[int], bool]) -> int:
    deadline = time.monotonic() + 20
    while not is_enough(answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def test_a_phone_that_comes_back_need_not_wait_for_its_half_open_connection(
    live: Live, held: Callable[[bytes], bool]
) -> None:
    content = a_photo(600_000)
    path = live.start(len(content))

    with live.patching(path, 0, len(content)) as half_open:
        half_open.sendall(content[:300_000])
        # The two may overtake each other on their way; a client that is told so asks and goes on.
        again = live.uploader(
            content, chunk_size=200_000, url=live.url + path, retries=5, retry_delay=0
        )
        again.upload()
        half_open.sendall(content[300_000:])

    assert held(content)


def test_a_silent_connection_is_cut_and_its_bytes_are_kept(live: Live) -> None:
    path = live.start(1_000_000)

    with live.patching(path, 0, 1_000_000) as silent:
        silent.sendall(a_photo(100_000))
        offset = until(lambda: live.offset(path), lambda offset: offset > 0)

    assert offset == 100_000


def test_silent_connections_do_not_stop_the_rest_of_the_service(live: Live) -> None:
    paths = [live.start(1000) for _ in range(THREADS + 2)]

    with open_all(live, paths):
        time.sleep(0.3)
        busy = send(live, paths[0], b"\xff\xd8\xff")
        statuses = {
            httpx.get(live.url + path, headers=live.headers, timeout=10).status_code
            for path in paths * 3
        }

    assert statuses == {200}
    assert busy.status_code == 503


def send(live: Live, path: str, content: Any, **headers: str) -> httpx.Response:
    """Send one PATCH from the start of an upload."""
    said = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return httpx.patch(
        live.url + path, content=content, headers={**live.headers, **said, **headers}, timeout=20
    )


@contextmanager
def open_all(live: Live, paths: list[str]) -> Iterator[None]:
    if not paths:
        yield
        return
    with live.patching(paths[0], 0, 1000), open_all(live, paths[1:]):
        yield


def test_a_body_shorter_than_announced_is_not_taken_for_whole(live: Live) -> None:
    path = live.start(1000)

    with live.patching(path, 0, 1000) as connection:
        connection.sendall(b"\xff\xd8\xff" + b"x" * 500)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1000)

    assert until(lambda: live.offset(path), lambda offset: offset > 0) == 503


def test_a_chunked_body_longer_than_the_upload_is_refused(live: Live) -> None:
    path = live.start(10)

    answer = send(live, path, iter([b"\xff\xd8\xff", b"x" * 20]))

    assert (answer.status_code, live.offset(path)) == (413, 0)


def test_a_request_that_is_too_large_still_gets_its_answer(live: Live) -> None:
    path = live.start(20 * 1024 * 1024)

    answer = send(live, path, b"x" * (9 * 1024 * 1024))

    assert answer.json()["code"] == "upload-too-long"


def test_a_wrong_checksum_is_refused_and_changes_nothing(live: Live) -> None:
    path = live.start(10)
    wrong = base64.b64encode(hashlib.sha1(b"other").digest()).decode()  # noqa: S324

    answer = send(live, path, b"\xff\xd8\xff", **{"Upload-Checksum": f"sha1 {wrong}"})

    assert (answer.status_code, live.offset(path)) == (460, 0)


def test_several_phones_upload_at_once(live: Live, held: Callable[[bytes], bool]) -> None:
    photos = [a_photo(800_000) for _ in range(6)]

    def upload(photo: bytes) -> None:
        live.uploader(photo, chunk_size=300_000, retries=20, retry_delay=1).upload()

    threads = [threading.Thread(target=upload, args=(photo,)) for photo in photos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [held(photo) for photo in photos] == [True] * len(photos)
