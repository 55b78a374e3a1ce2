"""What the headers of tus say, and when a request is refused."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.files.errors import FileEmpty, FileTooLarge
from sync.uploads import rules
from sync.uploads.errors import (
    ChecksumMismatch,
    ChecksumUnsupported,
    HeaderInvalid,
    OffsetWrong,
    PatchTypeWrong,
    UploadTooLong,
    VersionUnsupported,
)

MIB = 1024 * 1024
KEYS = st.text(string.ascii_letters + string.digits + "_-.", min_size=1, max_size=20)
# NUL is refused: no database can keep it.
VALUES = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=50)


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


@given(st.dictionaries(KEYS.filter(lambda key: key != "sha256"), VALUES, max_size=10))
def test_metadata_survives_being_written_and_read(pairs: dict[str, str]) -> None:
    assert rules.read_metadata(rules.write_metadata(pairs)).pairs == pairs


@given(st.text(max_size=200))
def test_no_metadata_whatever_leads_to_anything_but_pairs_or_a_refusal(header: str) -> None:
    try:
        metadata = rules.read_metadata(header)
    except HeaderInvalid:
        return

    assert len(metadata.name) <= 200


@pytest.mark.parametrize("header", [None, "", "  ", ","])
def test_the_empty_metadata_that_clients_send_says_nothing(header: str | None) -> None:
    assert rules.read_metadata(header) == rules.UploadMetadata()


def test_metadata_names_the_file_its_type_and_its_hash() -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    header = (
        f"filename {b64('照片.jpg')},filetype {b64('image/jpeg')},"
        f" sha256 {b64(digest.upper())},is_confidential"
    )

    metadata = rules.read_metadata(header)

    assert (metadata.name, metadata.mime, metadata.sha256) == ("照片.jpg", "image/jpeg", digest)
    assert metadata.pairs["is_confidential"] == ""


@pytest.mark.parametrize(
    "header",
    [
        "filename !!!",
        "filename " + b64(bytes([0xFF, 0xFE])),
        f"filename {b64('a')},filename {b64('b')}",
        f"ключ {b64('a')}",
        f"name {b64('a' + chr(0) + 'b')}",
        f"sha256 {b64('not a hash')}",
        f"note {b64('x' * 1001)}",
        ",".join(f"k{i} {b64('v')}" for i in range(33)),
    ],
)
def test_metadata_that_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(HeaderInvalid):
        rules.read_metadata(header)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("...", ""),
        ("照片 1.jpg", "照片 1.jpg"),
        ("x" * 500, "x" * 200),
    ],
)
def test_a_file_name_is_safe_to_show_and_store(text: str, expected: str) -> None:
    assert rules.file_name(text) == expected


@pytest.mark.parametrize("header", [None, "", "0.2.2", "1.0", "1.0.0,0.2"])
def test_another_version_is_refused_with_the_one_that_is_spoken(header: str | None) -> None:
    with pytest.raises(VersionUnsupported) as refusal:
        rules.require_version(header)

    assert (refusal.value.status, refusal.value.headers["Tus-Version"]) == (412, "1.0.0")


@given(st.integers(1, 200 * MIB))
def test_a_length_within_bounds_is_read(length: int) -> None:
    assert rules.read_length(str(length), None) == length


@pytest.mark.parametrize("text", [None, "", "-1", "+1", "1.5", "1e3", "0x10", " 1", "²", "１２"])
def test_a_number_that_is_none_is_refused(text: str | None) -> None:
    with pytest.raises(HeaderInvalid):
        rules.read_length(text, None)
    with pytest.raises(HeaderInvalid):
        rules.read_offset(text)


def test_a_deferred_length_is_not_offered() -> None:
    with pytest.raises(HeaderInvalid, match="Defer"):
        rules.read_length(None, "1")


def test_a_photo_of_no_bytes_and_a_file_beyond_the_limit_are_refused_when_announced() -> None:
    with pytest.raises(FileEmpty):
        rules.read_length("0", None)
    with pytest.raises(FileTooLarge) as refusal:
        rules.read_length(str(200 * MIB + 1), None)

    assert refusal.value.status == 413


@given(st.binary(max_size=100), st.sampled_from(sorted(rules.ALGORITHMS)))
def test_a_right_checksum_is_accepted_and_a_wrong_one_refused(
    content: bytes, algorithm: str
) -> None:
    expected = hashlib.new(algorithm, content).digest()
    checksum = rules.read_checksum(f"{algorithm} {b64(expected)}")
    assert checksum is not None
    right, wrong = checksum.start(), checksum.start()
    right.update(content)
    wrong.update(content + b"!")

    checksum.require(right)

    with pytest.raises(ChecksumMismatch) as refusal:
        checksum.require(wrong)
    assert refusal.value.status == 460


def test_without_the_header_there_is_no_checksum() -> None:
    assert rules.read_checksum(None) is None


@pytest.mark.parametrize("header", ["md5 " + b64(b"x" * 16), "", "crc32", "SHA1 " + b64(b"x" * 20)])
def test_an_unknown_algorithm_is_refused_with_those_that_are_known(header: str) -> None:
    with pytest.raises(ChecksumUnsupported) as refusal:
        rules.read_checksum(header)

    assert refusal.value.status == 400
    assert refusal.value.params["supported"] == ["sha1", "sha256"]


@pytest.mark.parametrize("header", ["sha1", "sha1 ", "sha1 !!!!", "sha1 " + b64(b"x" * 19)])
def test_a_checksum_that_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(HeaderInvalid):
        rules.read_checksum(header)


@pytest.mark.parametrize("content_type", [None, "", "application/octet-stream", "image/jpeg"])
def test_a_patch_of_another_type_is_refused(content_type: str | None) -> None:
    with pytest.raises(PatchTypeWrong) as refusal:
        rules.require_patch_type(content_type)

    assert refusal.value.status == 415


def test_a_patch_of_the_right_type_is_accepted() -> None:
    rules.require_patch_type("Application/Offset+Octet-Stream; charset=binary")


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_only_bytes_that_continue_the_upload_are_accepted(claimed: int, actual: int) -> None:
    if claimed == actual:
        rules.require_offset(claimed, actual)
        return
    with pytest.raises(OffsetWrong) as refusal:
        rules.require_offset(claimed, actual)

    assert (refusal.value.status, refusal.value.headers["Upload-Offset"]) == (409, str(actual))


@given(st.integers(1, 200 * MIB), st.data())
def test_a_request_never_has_room_for_more_than_is_missing_or_allowed(
    length: int, data: st.DataObject
) -> None:
    offset = data.draw(st.integers(0, length))
    room = rules.room_left(length=length, offset=offset, announced=None)

    assert room == min(8 * MIB, length - offset)
    assert rules.room_left(length=length, offset=offset, announced=room) == room
    with pytest.raises(UploadTooLong):
        rules.room_left(length=length, offset=offset, announced=room + 1)


def test_an_expiry_is_written_as_http_writes_it() -> None:
    instant = dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))

    assert rules.http_date(instant) == "Sun, 22 Nov 2026 10:30:00 GMT"


def test_clients_are_told_what_is_spoken() -> None:
    assert rules.offered() == {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,creation-with-upload,checksum,termination,expiration",
        "Tus-Max-Size": str(200 * MIB),
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }
