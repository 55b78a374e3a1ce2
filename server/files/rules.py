"""Which files are taken, judged by their bytes; and what a photo says of itself.

Nothing here decodes an image: types come from magic bytes and sizes from headers, so that a
hostile file costs the API a few reads. The decoder runs apart, see ``images.py``.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from server.files.errors import (
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotAllowed,
    ImageTooLarge,
    ImageUnreadable,
)

MAX_FILE_SIZE = 200 * 1024 * 1024
MAX_PIXELS = 50_000_000
HEAD_SIZE = 4096
HEIC_SCAN_SIZE = 1 << 20
MAX_SEGMENTS = 10_000
UNSPECIFIC = frozenset({"", "application/octet-stream", "binary/octet-stream"})
ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/heif": "image/heic",
    "application/x-pdf": "application/pdf",
}
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
ACTIVE = re.compile(rb"<\s*(svg|html|!doctype|script|\?xml|\?php|body|iframe)|^#!", re.IGNORECASE)
# JPEG start-of-frame markers: all of C0 to CF except tables (C4), reserved (C8) and C CC.
FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
LONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
MINUTE, DEGREE = 60.0, 3600.0


class FileType(StrEnum):
    """The types the platform keeps; everything else is refused."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    HEIC = "image/heic"
    PDF = "application/pdf"

    @property
    def is_image(self) -> bool:
        """Whether pictures for lists can be made of it."""
        return self is not FileType.PDF


class AttachmentKind(StrEnum):
    """What an attachment proves."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    DOCUMENT = "document"


class AttachmentState(StrEnum):
    """Where the bytes of an attachment are."""

    AWAITING_BLOB = "awaiting_blob"
    STORED = "stored"
    REFUSED = "refused"


class PreviewState(StrEnum):
    """Whether small pictures of a file exist."""

    NONE = "none"
    PENDING = "pending"
    MADE = "made"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """What the first bytes say of a file; sizes in pixels, zero for a document."""

    type: FileType
    width: int = 0
    height: int = 0


def judge(stream: IO[bytes], *, size: int, claimed: str = "", has_heif: bool = False) -> FileFacts:
    """Take a file for what its bytes say, or refuse it.

    ``claimed`` is the type the sender declared; an unspecific one is accepted. ``has_heif`` tells
    whether the optional HEIC decoder is installed. Raises the refusals of ``errors.py``.
    """
    require_size(size)
    head = stream.read(HEAD_SIZE)
    file_type = sniff(head)
    if file_type is None:
        raise FileTypeNotAllowed(
            "The bytes are an active document, which is never kept."
            if ACTIVE.search(head)
            else "The bytes are of no type that is kept.",
            allowed=allowed_types(has_heif=has_heif),
        )
    if file_type is FileType.HEIC and not has_heif:
        raise FileTypeNotAllowed(
            "HEIC needs the optional package pillow-heif, which is not installed here; "
            "send JPEG instead.",
            allowed=allowed_types(has_heif=False),
        )
    require_claim(claimed, file_type)
    if not file_type.is_image:
        return FileFacts(type=file_type)
    width, height = image_size(stream, file_type)
    require_pixels(width, height)
    return FileFacts(type=file_type, width=width, height=height)


def allowed_types(*, has_heif: bool) -> list[str]:
    """Return the media types that are kept."""
    return [t.value for t in FileType if has_heif or t is not FileType.HEIC]


def sniff(head: bytes) -> FileType | None:
    """Return the type the magic bytes name, None for any that is not kept."""
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileType.WEBP
    if head.startswith(b"%PDF-"):
        return FileType.PDF
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS and b"avif" not in head[8:64]:
        return FileType.HEIC
    return None


def require_size(size: int) -> None:
    """Refuse a file that is empty or too large, before a byte of it is read."""
    if size <= 0:
        raise FileEmpty("The file has no bytes.")
    if size > MAX_FILE_SIZE:
        raise FileTooLarge("The file is larger than is taken.", size=size, limit=MAX_FILE_SIZE)


def require_pixels(width: int, height: int) -> None:
    """Refuse an image without pixels or with more than are decoded."""
    if width <= 0 or height <= 0:
        raise ImageUnreadable("The image says that it has no pixels.")
    if width * height > MAX_PIXELS:
        raise ImageTooLarge(
            "The image has more pixels than are decoded.",
            width=width,
            height=height,
            limit=MAX_PIXELS,
        )


def require_claim(claimed: str, found: FileType) -> None:
    """Refuse a file whose sender declared another type than its bytes show."""
    declared = media_type(claimed)
    if declared not in UNSPECIFIC and declared != found:
        raise FileTypeMismatch(
            "The bytes are of another type than was declared.",
            declared=declared[:100],
            found=found.value,
        )


def require_announced(*, mime: str, size: int, kind: AttachmentKind, has_heif: bool) -> FileType:
    """Judge an attachment by what is announced of it, before its bytes arrive.

    Photos and signatures are images. Raises the refusals of ``errors.py``.
    """
    require_size(size)
    allowed = allowed_types(has_heif=has_heif)
    if kind is not AttachmentKind.DOCUMENT:
        allowed.remove(FileType.PDF)
    declared = media_type(mime)
    if declared not in allowed:
        raise FileTypeNotAllowed(
            f"A {kind} of this type is not kept.", declared=declared[:100], allowed=allowed
        )
    return FileType(declared)


def media_type(text: str) -> str:
    """Return the bare media type in the spelling used here: ``image/jpg; q=1`` is image/jpeg."""
    bare = text.split(";", 1)[0].strip().lower()
    return ALIASES.get(bare, bare)


def image_size(stream: IO[bytes], file_type: FileType) -> tuple[int, int]:
    """Return width and height from the header; raises ImageUnreadable when there are none."""
    stream.seek(0)
    sizes = {
        FileType.JPEG: _jpeg_sizes,
        FileType.PNG: _png_sizes,
        FileType.WEBP: _webp_sizes,
        FileType.HEIC: _heic_sizes,
    }[file_type](stream)
    # A file may hold several headers; the decoder may believe any of them, so the largest counts.
    found = max(sizes, key=lambda size: size[0] * size[1], default=None)
    if found is None:
        raise ImageUnreadable("The header of the image is damaged.")
    return found


def _png_sizes(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    head = stream.read(24)
    if head[12:16] == b"IHDR" and len(head) == 24:  # noqa: PLR2004 - signature, length, type, sides
        yield int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def _jpeg_sizes(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Walk the segments up to the scan and yield every frame's size."""
    stream.seek(2)
    for _ in range(MAX_SEGMENTS):
        marker = _next_marker(stream)
        if marker is None or marker in (0xDA, 0xD9):
            return
        if marker in LONE_MARKERS:
            continue
        length = int.from_bytes(stream.read(2))
        if marker in FRAME_MARKERS:
            frame = stream.read(5)
            if len(frame) < 5:  # noqa: PLR2004 - precision, height, width
                return
            yield int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
            stream.seek(-5, 1)
        if length < 2:  # noqa: PLR2004 - a segment's length counts its own two bytes
            return
        stream.seek(length - 2, 1)


def _next_marker(stream: IO[bytes]) -> int | None:
    """Return the code of the next marker; padding of FF bytes may stand before it."""
    if stream.read(1) != b"\xff":
        return None
    while (byte := stream.read(1)) == b"\xff":
        pass
    return byte[0] if byte else None


def _webp_sizes(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    head = stream.read(30).ljust(30, b"\0")
    form, body = head[12:16], head[20:]
    if form == b"VP8X":
        yield int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    elif form == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        yield (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        sides = (body[6:8], body[8:10])
        width, height = (int.from_bytes(side, "little") & 0x3FFF for side in sides)
        yield width, height


def _heic_sizes(stream: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Yield every size property (box ``ispe``) near the start: the image's and its tiles'."""
    head = stream.read(HEIC_SCAN_SIZE)
    for found in re.finditer(rb"ispe\0\0\0\0(.{4})(.{4})", head, re.DOTALL):
        yield int.from_bytes(found[1]), int.from_bytes(found[2])


def exif_instant(text: str | None, offset: str | None) -> dt.datetime | None:
    """Return when a photo was taken, None unless the camera also recorded its offset from UTC.

    Without the offset the time is only what a wall clock showed, and is never made an instant.
    """
    if not text or not offset:
        return None
    try:
        instant = dt.datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
        return instant.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def exif_wall_clock(text: str | None) -> str | None:
    """Return what the camera's clock showed, as ``YYYY-MM-DDTHH:MM:SS`` without a zone."""
    found = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)", text or "")
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}" if found else None


def exif_position(
    latitude: list[float] | None, longitude: list[float] | None, hemispheres: str
) -> tuple[float, float] | None:
    """Return (longitude, latitude) in degrees from EXIF degrees, minutes and seconds.

    ``hemispheres`` is N or S followed by E or W. None for anything that is not a place on Earth,
    and for exactly 0,0, which cameras write when they have no fix.
    """
    north, east = _degrees(latitude), _degrees(longitude)
    if north is None or east is None or not re.fullmatch(r"[NS][EW]", hemispheres):
        return None
    lat = -north if hemispheres[0] == "S" else north
    lon = -east if hemispheres[1] == "W" else east
    is_place = abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)  # noqa: PLR2004
    return (round(lon, 7), round(lat, 7)) if is_place else None


def _degrees(parts: list[float] | None) -> float | None:
    if not parts or len(parts) != 3 or any(not math.isfinite(p) or p < 0 for p in parts):  # noqa: PLR2004
        return None
    return parts[0] + parts[1] / MINUTE + parts[2] / DEGREE
