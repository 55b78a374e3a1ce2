"""The tus protocol over HTTP, without a network between."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.files.models import Blob
from server.kernel import clock
from server.kernel.modules import Platform
from server.kernel.outbox import OutboxRow, run_job
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from sync.uploads import jobs, routes, transfer
from sync.uploads.models import Upload
from tests.platforms import ApiClient, Person, make_tenant
from tests.server.files.pictures import SVG, a_bomb, a_jpeg

PATH = "/api/v1/uploads/"
MIB = 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"
SignIn = Callable[..., Person]


def b64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def metadata(**pairs: str) -> str:
    return ",".join(f"{key} {b64(value)}" for key, value in pairs.items())


@dataclass
class Phone:
    """Speaks tus through the application's test client."""

    client: ApiClient
    headers: dict[str, str] = field(default_factory=lambda: dict(TUS))

    def start(self, length: int | str, said: str = "", **headers: str) -> TestResponse:
        named = {"Upload-Length": str(length), "Upload-Metadata": said, **headers}
        return self.client.post(PATH, headers={**self.headers, **named})

    def started(self, length: int, said: str = "") -> str:
        answer = self.start(length, said)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.headers["Location"])

    def head(self, url: str) -> TestResponse:
        return self.client.open("HEAD", url, headers=self.headers)

    def send(self, url: str, offset: int, content: bytes, **changes: Any) -> TestResponse:
        headers = {**self.headers, "Upload-Offset": str(offset), **changes.pop("headers", {})}
        options = {"data": content, "content_type": BYTES, **changes}
        return self.client.patch(url, headers=headers, **options)

    def end(self, url: str) -> TestResponse:
        return self.client.delete(url, headers=self.headers)


@pytest.fixture
def engineer(sign_in: SignIn) -> Person:
    return sign_in("engineer")


@pytest.fixture
def phone(engineer: Person) -> Phone:
    return Phone(engineer.client)


@pytest.fixture
def folder(platform: Platform, tenant: Tenant) -> Path:
    return transfer.tenant_folder(platform.settings.home, tenant.id)


@pytest.fixture
def held(working: Callable[..., Any]) -> Callable[[bytes], bool]:
    """Tell whether the tenant holds these bytes."""

    def ask(content: bytes) -> bool:
        sha256 = hashlib.sha256(content).hexdigest()
        with working(write=False) as session:
            return session.scalar(select(Blob).where(Blob.sha256 == sha256)) is not None

    return ask


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_clients_are_told_what_is_spoken_without_credentials(phone: Phone) -> None:
    phone.client.token = ""

    answer = phone.client.open("OPTIONS", PATH)

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in answer.headers["Tus-Extension"]
    assert answer.headers["Tus-Max-Size"] == str(200 * MIB)


def test_a_photo_sent_in_pieces_is_kept(
    phone: Phone, held: Callable[[bytes], bool], folder: Path
) -> None:
    photo = a_jpeg(900, 700)
    said = metadata(filename="a.jpg", filetype="image/jpeg")
    url = phone.started(len(photo), said)

    offsets = []
    for start in range(0, len(photo), 1000):
        answer = phone.send(url, start, photo[start : start + 1000])
        assert answer.status_code == 204, answer.get_data(as_text=True)
        offsets.append(int(answer.headers["Upload-Offset"]))

    assert offsets == [min(n + 1000, len(photo)) for n in range(0, len(photo), 1000)]
    assert held(photo)
    assert files_in(folder) == []


def test_the_place_of_an_upload_is_a_path(phone: Phone) -> None:
    answer = phone.start(10)

    assert answer.headers["Location"].startswith("/api/v1/uploads/")
    assert answer.headers["Upload-Offset"] == "0"
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Upload-Expires"].endswith(" GMT")


def test_where_an_upload_stands_is_told_in_headers_and_as_json(phone: Phone) -> None:
    said = metadata(filename="a.jpg")
    url = phone.started(10, said)
    phone.send(url, 0, b"\xff\xd8\xff1")

    answer = phone.head(url)
    shown = phone.client.get(url).get_json()

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, "4")
    assert answer.headers["Upload-Length"] == "10"
    assert answer.headers["Upload-Metadata"] == said
    assert answer.headers["Cache-Control"] == "no-store"
    assert (shown["offset"], shown["length"], shown["state"]) == (4, 10, "receiving")


def test_the_first_bytes_may_come_with_the_creation(
    phone: Phone, held: Callable[[bytes], bool]
) -> None:
    photo = a_jpeg()
    headers = {**TUS, "Upload-Length": str(len(photo))}

    answer = phone.client.post(PATH, data=photo, content_type=BYTES, headers=headers)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(photo)))
    assert held(photo)


def test_a_finished_upload_may_be_asked_for_and_ended_and_stays_kept(
    phone: Phone, held: Callable[[bytes], bool]
) -> None:
    photo = a_jpeg()
    url = phone.started(len(photo))
    phone.send(url, 0, photo)

    head, again = phone.head(url), phone.send(url, len(photo), b"")
    ended, gone = phone.end(url), phone.head(url)

    assert head.headers["Upload-Offset"] == again.headers["Upload-Offset"] == str(len(photo))
    assert (again.status_code, ended.status_code, gone.status_code) == (204, 204, 404)
    assert held(photo)


def test_an_ended_upload_leaves_nothing_behind(phone: Phone, folder: Path) -> None:
    url = phone.started(10)
    phone.send(url, 0, b"\xff\xd8\xff1")

    phone.end(url)

    assert (phone.head(url).status_code, phone.end(url).status_code) == (404, 404)
    assert files_in(folder) == []


@pytest.mark.parametrize("offset", [0, 3, 5, 100])
def test_bytes_at_a_wrong_offset_are_refused_and_change_nothing(phone: Phone, offset: int) -> None:
    url = phone.started(10)
    phone.send(url, 0, b"\xff\xd8\xff1")

    answer = phone.send(url, offset, b"12")

    assert code(answer) == (409, "upload-offset-wrong")
    assert answer.headers["Upload-Offset"] == "4"
    assert phone.head(url).headers["Upload-Offset"] == "4"


def test_bytes_under_a_wrong_checksum_are_thrown_away(phone: Phone) -> None:
    url = phone.started(10)
    wrong = {"Upload-Checksum": "sha1 " + b64(hashlib.sha1(b"other").digest())}  # noqa: S324
    right = {"Upload-Checksum": "sha256 " + b64(hashlib.sha256(b"\xff\xd8\xff1").digest())}

    refused = phone.send(url, 0, b"\xff\xd8\xff1", headers=wrong)
    after = phone.head(url).headers["Upload-Offset"]
    taken = phone.send(url, 0, b"\xff\xd8\xff1", headers=right)

    assert (code(refused), after) == ((460, "checksum-mismatch"), "0")
    assert (taken.status_code, taken.headers["Upload-Offset"]) == (204, "4")


def test_a_checksum_of_an_unknown_kind_is_refused(phone: Phone) -> None:
    url = phone.started(10)

    answer = phone.send(url, 0, b"123", headers={"Upload-Checksum": "md5 " + b64(b"x" * 16)})

    assert code(answer) == (400, "checksum-algorithm-unsupported")


def test_more_bytes_than_announced_are_refused_and_change_nothing(phone: Phone) -> None:
    url = phone.started(10)

    answer = phone.send(url, 0, b"\xff\xd8\xff" + b"x" * 8)

    assert code(answer) == (413, "upload-too-long")
    assert phone.head(url).headers["Upload-Offset"] == "0"


def test_more_than_eight_mebibytes_in_one_request_are_refused(phone: Phone) -> None:
    url = phone.started(20 * MIB)

    answer = phone.send(url, 0, b"\xff\xd8\xff" + b"x" * (8 * MIB))

    assert code(answer) == (413, "upload-too-long")
    assert answer.get_json()["params"]["max_patch_size"] == 8 * MIB


def test_a_request_of_eight_mebibytes_is_taken(phone: Phone) -> None:
    url = phone.started(8 * MIB + 1)

    answer = phone.send(url, 0, b"\xff\xd8\xff" + b"x" * (8 * MIB - 3))

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(8 * MIB))


def test_a_connection_that_breaks_keeps_what_came(phone: Phone) -> None:
    url = phone.started(1000)

    phone.send(url, 0, b"", input_stream=Broken(b"\xff\xd8\xff" + b"x" * 400, announced=900))

    assert phone.head(url).headers["Upload-Offset"] == "403"


class Broken(io.BytesIO):
    """A connection that brings less than was announced and then ends."""

    def __init__(self, content: bytes, announced: int) -> None:
        super().__init__(content)
        self.announced = announced
        self.is_measured = False

    def seek(self, position: int, whence: int = 0) -> int:
        self.is_measured = whence == io.SEEK_END
        return super().seek(position, whence)

    def tell(self) -> int:
        return self.announced if self.is_measured else super().tell()


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("0", (422, "file-empty")),
        (str(200 * MIB + 1), (413, "file-too-large")),
        ("-1", (400, "tus-header-invalid")),
        ("", (400, "tus-header-invalid")),
        ("ten", (400, "tus-header-invalid")),
        ("9" * 30, (400, "tus-header-invalid")),
    ],
)
def test_a_length_that_cannot_be_is_refused(
    phone: Phone, length: str, expected: tuple[int, str]
) -> None:
    assert code(phone.start(length)) == expected


def test_metadata_that_cannot_be_read_is_refused(phone: Phone) -> None:
    assert code(phone.start(10, "filename !!")) == (400, "tus-header-invalid")


def test_another_version_is_refused(phone: Phone) -> None:
    url = phone.started(10)
    phone.headers = {"Tus-Resumable": "0.2.2"}

    answers = [phone.start(10), phone.send(url, 0, b"123"), phone.end(url)]

    assert [code(answer) for answer in answers] == [(412, "tus-version-unsupported")] * 3
    assert answers[0].headers["Tus-Version"] == "1.0.0"
    assert phone.head(url).status_code == 412


def test_a_body_of_another_type_is_refused(phone: Phone) -> None:
    url = phone.started(10)

    answer = phone.send(url, 0, b"123", content_type="application/octet-stream")

    assert code(answer) == (415, "patch-type-wrong")


@pytest.mark.parametrize(
    ("content", "mime", "expected"),
    [
        (SVG, "image/png", (415, "file-type-not-allowed")),
        (SVG, "image/svg+xml", (415, "file-type-not-allowed")),
        (a_bomb(), "image/png", (422, "image-too-large")),
        (a_jpeg(), "image/png", (422, "file-type-mismatch")),
        (b"MZ" + b"x" * 100, "", (415, "file-type-not-allowed")),
    ],
)
def test_a_hostile_file_is_refused_whole_and_leaves_nothing_behind(
    phone: Phone, folder: Path, content: bytes, mime: str, expected: tuple[int, str]
) -> None:
    url = phone.started(len(content), metadata(filename="photo.png", filetype=mime))

    answer = phone.send(url, 0, content)

    assert code(answer) == expected
    assert phone.head(url).status_code == 410
    assert phone.client.get(url).get_json()["params"] == {"reason": expected[1]}
    assert files_in(folder) == []


def test_a_file_other_than_the_announced_one_is_refused(
    phone: Phone, held: Callable[[bytes], bool]
) -> None:
    photo = a_jpeg()
    url = phone.started(len(photo), metadata(sha256=hashlib.sha256(b"other").hexdigest()))

    answer = phone.send(url, 0, photo)

    assert code(answer) == (460, "checksum-mismatch")
    assert not held(photo)
    assert phone.head(url).status_code == 410


def test_an_upload_belongs_to_whoever_started_it(
    phone: Phone, sign_in: SignIn, platform: Platform
) -> None:
    url = phone.started(10)
    colleague = Phone(sign_in("engineer").client)
    stranger = Phone(sign_in("admin", tenant=make_tenant(platform)).client)

    for other in (colleague, stranger):
        answers = [other.head(url), other.send(url, 0, b"123"), other.end(url)]
        assert [answer.status_code for answer in answers] == [404] * 3


def test_nobody_uploads_without_credentials(phone: Phone) -> None:
    url = phone.started(10)
    phone.client.token = ""

    answers = [phone.start(10), phone.head(url), phone.send(url, 0, b"1"), phone.end(url)]

    assert [answer.status_code for answer in answers] == [401] * 4


def test_a_newer_request_takes_over_from_one_that_still_waits(phone: Phone) -> None:
    url = phone.started(100)
    inner: list[TestResponse] = []

    class Waking(Broken):
        """While the old request waits for bytes, the phone has come back with a new one."""

        def readinto(self, buffer: Any) -> int:
            if not inner:
                inner.append(phone.send(url, 0, b"\xff\xd8\xffnew"))
            return super().readinto(buffer)

    old = phone.send(url, 0, b"", input_stream=Waking(b"\xff\xd8\xffold bytes", announced=12))

    assert (inner[0].status_code, inner[0].headers["Upload-Offset"]) == (204, "6")
    assert code(old) == (409, "upload-taken-over")
    assert phone.head(url).headers["Upload-Offset"] == "6"


def test_bytes_lost_from_the_disk_are_asked_for_again(
    phone: Phone, folder: Path, held: Callable[[bytes], bool]
) -> None:
    photo = a_jpeg()
    url = phone.started(len(photo))
    phone.send(url, 0, photo[:100])
    for path in files_in(folder):
        path.unlink()

    offset = phone.head(url).headers["Upload-Offset"]
    answer = phone.send(url, 0, photo)

    assert (offset, answer.status_code, held(photo)) == ("0", 204, True)


def test_an_expired_upload_is_gone_and_removed(
    phone: Phone, folder: Path, working: Callable[..., Any]
) -> None:
    url = phone.started(10)
    phone.send(url, 0, b"\xff\xd8\xff1")
    later = clock.now() + dt.timedelta(days=8)
    with working() as session:
        for upload in session.scalars(select(Upload)):
            upload.expires_at = clock.now()

    answer = phone.head(url)
    with clock.frozen(later), working() as session:
        jobs.remove_expired(session, {})

    assert answer.status_code == 410
    assert (phone.head(url).status_code, files_in(folder)) == (404, [])


def test_an_upload_whose_process_died_before_finishing_is_finished_by_a_job(
    phone: Phone,
    platform: Platform,
    held: Callable[[bytes], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = a_jpeg(333, 222)
    url = phone.started(len(photo), metadata(filetype="image/jpeg"))
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_finish", died)
        assert phone.send(url, 0, photo).status_code == 500

    before = held(photo)
    job = job_of(platform, url)
    with clock.frozen(clock.now() + dt.timedelta(minutes=2)):
        assert run_job(platform, job)

    assert (before, held(photo)) == (False, True)
    assert phone.client.get(url).get_json()["state"] == "finished"


def job_of(platform: Platform, url: str) -> UUID:
    with unit_of_work(platform, None, write=False) as session:
        key = url.rsplit("/", 1)[1]
        return session.scalars(select(OutboxRow.id).where(OutboxRow.key == key)).one()


def died(*_: Any) -> None:
    raise RuntimeError


@pytest.mark.parametrize("asks", ["HEAD", "PATCH"])
def test_a_complete_upload_is_finished_by_asking_once_more(
    phone: Phone, held: Callable[[bytes], bool], monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    photo = a_jpeg(111, 222)
    url = phone.started(len(photo))
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_finish", died)
        phone.send(url, 0, photo)

    answer = phone.head(url) if asks == "HEAD" else phone.send(url, len(photo), b"")

    assert answer.headers["Upload-Offset"] == str(len(photo))
    assert held(photo)


def test_whoever_finishes_second_finds_it_finished(
    phone: Phone, held: Callable[[bytes], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_jpeg(112, 222)
    url = phone.started(len(photo))
    judge = transfer.judge_and_keep

    def overtaken(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(transfer, "judge_and_keep", judge)
        phone.head(url)
        raise FileNotFoundError

    monkeypatch.setattr(transfer, "judge_and_keep", overtaken)
    answer = phone.send(url, 0, photo)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(photo)))
    assert held(photo)


@pytest.fixture
def all_threads_busy() -> Iterator[None]:
    slots = routes._slots(4)
    for _ in range(4):
        slots.acquire(blocking=False)
    yield
    for _ in range(4):
        slots.release()


def test_uploads_leave_half_of_the_threads_to_others(phone: Phone, all_threads_busy: None) -> None:
    url = phone.started(10)

    answer = phone.send(url, 0, b"123")

    assert code(answer) == (503, "uploads-busy")
    assert answer.headers["Retry-After"] == "2"
    assert phone.head(url).status_code == 200


@pytest.mark.parametrize(("method", "status"), [("PATCH", 204), ("DELETE", 204), ("HEAD", 200)])
def test_a_method_may_be_named_in_a_header(phone: Phone, method: str, status: int) -> None:
    url = phone.started(10)
    headers = {**TUS, "X-HTTP-Method-Override": method, "Upload-Offset": "0"}

    answer = phone.client.post(url, data=b"123", content_type=BYTES, headers=headers)

    assert answer.status_code == status


def test_a_post_to_an_upload_without_a_method_is_refused(phone: Phone) -> None:
    url = phone.started(10)

    assert phone.client.post(url, headers=TUS).status_code == 405


def test_one_actor_holds_no_more_than_so_many_unfinished_uploads(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.uploads.service.MAX_OPEN_UPLOADS", 2)
    phone.started(10)
    phone.started(10)

    assert code(phone.start(10)) == (429, "too-many-uploads")
