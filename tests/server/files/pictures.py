"""Small real pictures and hostile ones, made in memory."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

GPS_PORTO = {1: "N", 2: (41.0, 9.0, 30.0), 3: "W", 4: (8.0, 37.0, 48.0)}
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'


def a_jpeg(
    width: int = 64, height: int = 48, *, orientation: int = 1, gps: bool = False, offset: str = ""
) -> bytes:
    """Return a JPEG whose left half is red, so that a turned one can be told."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    camera = exif.get_ifd(0x8769)
    camera[0x9003] = "2026:11:20 10:00:00"
    if offset:
        camera[0x9011] = offset
    if gps:
        exif.get_ifd(0x8825).update(GPS_PORTO)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def a_picture(
    file_format: str,
    width: int = 30,
    height: int = 20,
    mode: str = "RGB",
    *,
    lossless: bool = False,
) -> bytes:
    """Return a plain picture in one of Pillow's formats."""
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, file_format, lossless=lossless)
    return out.getvalue()


def a_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """Return a small PNG that decodes to ``width`` by ``height`` black pixels."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = b"".join(_chunk(*c) for c in ((b"IHDR", header), (b"IDAT", body), (b"IEND", b"")))
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(name: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + checksum
