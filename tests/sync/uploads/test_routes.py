"""The tus protocol over HTTP, without a network between."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from server.kernel.modules import Platform
from tests.platforms import make_tenant
from tests.server.files.pictures import SVG, a_bomb, a_jpeg
from tests.sync.uploads.phones import (
    BYTES,
    MIB,
    PATH,
    TUS,
    Broken,
    Phone,
    SignIn,
    b64,
    code,
    files_in,
    metadata,
)


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
