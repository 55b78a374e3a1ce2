"""Files as phones hand them over: photos, and what is none."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import ExifTags, Image

MEGAPIXELS_40 = (8000, 5000)


def a_photo(seed: int, *, size: tuple[int, int] = (1200, 900)) -> dict[str, Any]:
    """A JPEG of noise, which no camera compresses well: each seed another one."""
    noise = _noise(seed, size[0] * size[1] // 16)
    small = Image.frombytes("L", (size[0] // 4, size[1] // 4), noise)
    return _file(f"photo-{seed}.jpg", "image/jpeg", _jpeg(small.resize(size)))


def a_photo_of_40_megapixels() -> dict[str, Any]:
    """As the best phones make them."""
    return _file("large.jpg", "image/jpeg", _jpeg(Image.linear_gradient("L").resize(MEGAPIXELS_40)))


def a_heic() -> dict[str, Any]:
    """The beginning of a picture in Apple's format, which browsers elsewhere cannot decode."""
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    return _file("IMG_0001.HEIC", "image/heic", head + _noise(1, 4000))


def an_empty_file() -> dict[str, Any]:
    """What a full or hurried phone hands over at times."""
    return _file("photo.jpg", "image/jpeg", b"")


def a_text_named_as_photo() -> dict[str, Any]:
    """Bytes that are no picture at all."""
    return _file("photo.jpg", "image/jpeg", b"Not a picture. " * 400)


def _noise(seed: int, length: int) -> bytes:
    return random.Random(seed).randbytes(length)  # noqa: S311 - the same in each run, no secret


def _jpeg(image: Image.Image) -> bytes:
    output = io.BytesIO()
    image.convert("RGB").save(output, "JPEG", quality=90)
    return output.getvalue()


def _file(name: str, mime: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": mime, "buffer": content}


def a_photo_held_upright() -> dict[str, Any]:
    """As phones write it that are held upright: lying, with a note that it is to be turned."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = "2026:01:15 09:30:00"
    details[ExifTags.Base.OffsetTimeOriginal] = "+01:00"
    output = io.BytesIO()
    Image.linear_gradient("L").resize((2400, 1800)).convert("RGB").save(
        output, "JPEG", quality=90, exif=exif
    )
    return _file("upright.jpg", "image/jpeg", output.getvalue())
