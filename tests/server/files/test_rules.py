"""Which files are taken."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.files import rules
from server.files.errors import (
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotAllowed,
    ImageTooLarge,
    ImageUnreadable,
)
from server.kernel.errors import DomainError
from tests.server.files.pictures import SVG, a_bomb, a_jpeg, a_picture

MIB = 1024 * 1024
HEIC = (
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    b"\0\0\0\x14ispe\0\0\0\0\0\0\x02\0\0\0\x02\0"
    b"\0\0\0\x14ispe\0\0\0\0\0\0\x0f\xc0\0\0\x0b\xd0"
)


def judge(content: bytes, claimed: str = "", *, has_heif: bool = False) -> rules.FileFacts:
    stream = io.BytesIO(content)
    return rules.judge(stream, size=len(content), claimed=claimed, has_heif=has_heif)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (a_jpeg(30, 20), "image/jpeg"),
        (a_picture("PNG"), "image/png"),
        (a_picture("WEBP"), "image/webp"),
        (a_picture("WEBP", mode="RGBA"), "image/webp"),
    ],
)
def test_a_picture_is_taken_for_what_its_bytes_are(content: bytes, mime: str) -> None:
    facts = judge(content, mime)

    assert (facts.type.value, facts.width, facts.height) == (mime, 30, 20)


@given(
    st.integers(1, 400),
    st.integers(1, 400),
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.sampled_from(["RGB", "L"]),
)
def test_the_header_tells_the_size_that_was_saved(
    width: int, height: int, file_format: str, mode: str
) -> None:
    facts = judge(a_picture(file_format, width, height, mode))

    assert (facts.width, facts.height) == (width, height)


def test_a_lossless_webp_tells_its_size() -> None:
    facts = judge(a_picture("WEBP", 17, 4001, lossless=True))

    assert (facts.width, facts.height) == (17, 4001)


def test_a_document_is_kept_without_a_size() -> None:
    facts = judge(b"%PDF-1.7\n", "application/pdf")

    assert (facts.type, facts.width, facts.type.is_image) == (rules.FileType.PDF, 0, False)


@pytest.mark.parametrize("claimed", ["", "application/octet-stream", "IMAGE/JPG; q=1"])
def test_an_unspecific_or_differently_spelled_claim_is_accepted(claimed: str) -> None:
    assert judge(a_jpeg(), claimed).type is rules.FileType.JPEG


@pytest.mark.parametrize("claimed", ["image/png", "text/html", "image/svg+xml", "x" * 5000])
def test_bytes_of_another_type_than_declared_are_refused(claimed: str) -> None:
    with pytest.raises(FileTypeMismatch) as refusal:
        judge(a_jpeg(), claimed)

    assert len(str(refusal.value.params)) < 300


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b"\xef\xbb\xbf  <svg onload=alert(1)>",
        b"<!DOCTYPE html><html></html>",
        b"#!/bin/sh\n",
        b"<script>1</script>",
    ],
)
def test_an_active_document_is_refused_under_any_name(content: bytes) -> None:
    with pytest.raises(FileTypeNotAllowed, match="active document"):
        judge(content, "image/png")


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0", b"PK\x03\x04", b"GIF89a", b"BM", b"II*\0", b"\x7fELF", b"\0" * 64]
)
def test_any_other_type_is_refused_with_the_list_of_what_is_kept(content: bytes) -> None:
    with pytest.raises(FileTypeNotAllowed) as refusal:
        judge(content)

    assert refusal.value.params["allowed"] == [
        "image/jpeg",
        "image/png",
        "image/webp",
        "application/pdf",
    ]


def test_a_file_without_bytes_is_refused() -> None:
    with pytest.raises(FileEmpty):
        judge(b"", "image/jpeg")


def test_a_file_is_taken_up_to_two_hundred_mebibytes() -> None:
    rules.require_size(200 * MIB)

    with pytest.raises(FileTooLarge):
        rules.require_size(200 * MIB + 1)


def test_a_decompression_bomb_is_refused_by_its_header() -> None:
    bomb = a_bomb()

    with pytest.raises(ImageTooLarge) as refusal:
        judge(bomb)

    assert len(bomb) < 200_000
    assert refusal.value.params == {"width": 30_000, "height": 30_000, "limit": 50_000_000}


@pytest.mark.parametrize(
    ("width", "height", "is_taken"),
    [(10_000, 5_000, True), (50_000_000, 1, True), (10_000, 5_001, False), (2**31, 2**31, False)],
)
def test_fifty_megapixels_are_the_limit(width: int, height: int, *, is_taken: bool) -> None:
    if is_taken:
        rules.require_pixels(width, height)
        return
    with pytest.raises(ImageTooLarge):
        rules.require_pixels(width, height)


def test_a_jpeg_with_a_second_larger_frame_counts_as_the_larger() -> None:
    content = a_jpeg()
    frame = b"\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00"
    scan = content.index(b"\xff\xda")

    with pytest.raises(ImageTooLarge):
        judge(content[:scan] + frame + content[scan:])


@pytest.mark.parametrize("content", [a_jpeg(), a_picture("PNG"), a_picture("WEBP")])
def test_a_file_cut_within_its_header_is_refused(content: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        judge(content[:14])


def test_an_image_without_pixels_is_refused() -> None:
    with pytest.raises(ImageUnreadable):
        judge(a_picture("PNG")[:16] + b"\0" * 8)


def test_a_heic_photo_is_refused_by_the_name_of_what_is_missing() -> None:
    with pytest.raises(FileTypeNotAllowed, match="pillow-heif"):
        judge(HEIC)


def test_a_heic_photo_is_as_large_as_its_largest_part_where_it_is_decoded() -> None:
    facts = judge(HEIC, "image/heif", has_heif=True)

    assert (facts.type, facts.width, facts.height) == (rules.FileType.HEIC, 4032, 3024)


@given(st.binary(max_size=200), st.sampled_from([b"", *(p[:24] for p in (a_jpeg(), HEIC))]))
def test_no_bytes_whatever_lead_to_anything_but_facts_or_a_refusal(
    tail: bytes, start: bytes
) -> None:
    try:
        facts = judge(start + tail, has_heif=True)
    except DomainError:
        return

    assert 0 <= facts.width * facts.height <= rules.MAX_PIXELS


def test_an_instant_is_known_only_with_the_offset_from_utc() -> None:
    taken = "2026:11:20 10:00:00"

    assert rules.exif_instant(taken, "+08:00") == dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
    assert rules.exif_instant(taken, None) is None
    assert rules.exif_wall_clock(taken) == "2026-11-20T10:00:00"


@given(st.text(max_size=30), st.text(max_size=10))
def test_whatever_a_camera_writes_as_time_is_read_or_ignored(text: str, offset: str) -> None:
    instant = rules.exif_instant(text, offset)

    assert instant is None or instant.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("latitude", "longitude", "hemispheres", "expected"),
    [
        ([41.0, 9.0, 30.0], [8.0, 37.0, 48.0], "NW", (-8.63, 41.1583333)),
        ([4.0, 37.0, 12.0], [55.0, 27.0, 0.0], "SE", (55.45, -4.62)),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], "NE", None),
        ([91.0, 0.0, 0.0], [8.0, 0.0, 0.0], "NE", None),
        ([41.0, float("nan"), 0.0], [8.0, 0.0, 0.0], "NE", None),
        ([41.0], [8.0], "NE", None),
        (None, None, "", None),
        ([41.0, 0.0, 0.0], [8.0, 0.0, 0.0], "XX", None),
    ],
)
def test_a_position_is_a_place_on_earth_or_nothing(
    latitude: list[float] | None,
    longitude: list[float] | None,
    hemispheres: str,
    expected: tuple[float, float] | None,
) -> None:
    assert rules.exif_position(latitude, longitude, hemispheres) == expected
