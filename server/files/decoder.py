"""Decodes one image in a process of its own; started by ``images.py``, never imported by it.

Uses nothing but Pillow and the standard library. The request comes as JSON on standard input, the
answer leaves as JSON on standard output.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

ORIENTATION, EXIF_BLOCK, GPS_BLOCK = 0x0112, 0x8769, 0x8825
TAKEN_AT, TAKEN_OFFSET = 0x9003, 0x9011
FORMATS = ("JPEG", "PNG", "WEBP")
# Modes whose pixels may be averaged; palettes and single bits must become colours first.
SCALABLE = ("L", "RGB", "RGBA", "CMYK", "YCbCr")
MAX_OUTPUT = 64 * 1024 * 1024
QUALITY = 75


def main() -> None:
    """Answer one request; a refusal is an answer too, a crash is not."""
    request = json.load(sys.stdin)
    _limit(request)
    formats = list(FORMATS)
    if request["heif"]:
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - an optional decoder

        register_heif_opener()
        formats.append("HEIF")
    try:
        with Image.open(request["path"], formats=formats) as image:
            answer = _facts(image)
            if request["sizes"]:
                answer["thumbnails"] = _thumbnails(image, request)
    except MemoryError:
        answer = {"costly": "memory"}
    # Pillow raises whatever its parsers stumble over; any of it means the same here.
    except Exception as error:  # noqa: BLE001
        answer = {"error": f"{type(error).__name__}: {error}"[:300]}
    json.dump(answer, sys.stdout)


def _limit(request: dict[str, Any]) -> None:
    """Give this process little memory and time, and make Pillow's warnings refusals."""
    for limit, value in (
        (resource.RLIMIT_AS, request["memory"]),
        (resource.RLIMIT_CPU, request["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, MAX_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    Image.MAX_IMAGE_PIXELS = request["max_pixels"]
    # Between one and two times the limit Pillow only warns.
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _facts(image: Image.Image) -> dict[str, Any]:
    exif = image.getexif()
    camera, gps = exif.get_ifd(EXIF_BLOCK), exif.get_ifd(GPS_BLOCK)
    return {
        "width": image.width,
        "height": image.height,
        "format": image.format,
        "orientation": exif.get(ORIENTATION, 1),
        "taken": _text(camera.get(TAKEN_AT)),
        "offset": _text(camera.get(TAKEN_OFFSET)),
        "latitude": _numbers(gps.get(2)),
        "longitude": _numbers(gps.get(4)),
        "hemispheres": f"{_text(gps.get(1)) or ''}{_text(gps.get(3)) or ''}",
    }


def _text(value: object) -> str | None:
    return value.strip("\0 ") if isinstance(value, str) else None


def _numbers(value: object) -> list[float] | None:
    if not isinstance(value, tuple | list):
        return None
    try:
        return [float(part) for part in value]
    except (TypeError, ValueError, ZeroDivisionError):
        return None


def _thumbnails(image: Image.Image, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Write one WEBP for each size, upright and without metadata; the largest is decoded once."""
    sizes = sorted(request["sizes"], reverse=True)
    # A JPEG is decoded at a fraction of its size; the others decode whole.
    image.draft("RGB", (sizes[0], sizes[0]))
    picture = image if image.mode in SCALABLE else _plain(image)
    # Shrunk before it is turned: the box is square and the full image is the costly one.
    picture.thumbnail((sizes[0], sizes[0]))
    picture = _plain(ImageOps.exif_transpose(picture))
    made = []
    for size in sizes:
        picture.thumbnail((size, size))
        path = Path(request["folder"]) / f"{size}.webp"
        picture.save(path, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"", xmp=b"")
        made.append({"size": size, "width": picture.width, "height": picture.height})
    return made


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGB", "RGBA"):
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


if __name__ == "__main__":
    main()
