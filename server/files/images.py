"""What a photo shows of itself, and small pictures of it, both made in a process of their own.

Decoders of image formats are large C libraries with a long history of memory errors, and a file of
a few kilobytes can ask for gigabytes. A process of its own, with a limit of memory and processor
time that it cannot raise, dies alone: the worker that asked keeps running and reports the file.
"""

from __future__ import annotations

import datetime as dt
import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from server.files.errors import ImageTooCostly, ImageUnreadable
from server.files.rules import (
    MAX_PIXELS,
    FileType,
    exif_instant,
    exif_position,
    exif_wall_clock,
)

DECODER = Path(__file__).with_name("decoder.py")
TYPES = {
    "JPEG": FileType.JPEG,
    "MPO": FileType.JPEG,  # a JPEG followed by further views, as many phones write it
    "PNG": FileType.PNG,
    "WEBP": FileType.WEBP,
    "HEIF": FileType.HEIC,
}
STOPPED = (-signal.SIGXCPU, -signal.SIGKILL)
UPRIGHT, LAST_ORIENTATION = 1, 8


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one decoding may cost: bytes of memory, seconds of processor and of waiting."""

    memory: int = 1 << 30
    cpu_seconds: int = 30
    timeout_seconds: float = 90.0


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """What an image says of itself; ``width`` and ``height`` as stored, before it is turned.

    ``taken_at`` is known only when the camera recorded its offset from UTC; ``wall_clock`` is what
    it showed otherwise. ``gps`` is (longitude, latitude) and belongs to those who may see places.
    """

    width: int
    height: int
    mime: str
    orientation: int
    taken_at: dt.datetime | None
    wall_clock: str | None
    gps: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Thumbnail:
    """A small WEBP picture on disk: upright, without metadata, longest side at most ``size``."""

    path: Path
    size: int
    width: int
    height: int


DEFAULT_LIMITS = Limits()


def has_heif() -> bool:
    """Whether HEIC photos can be decoded here."""
    return find_spec("pillow_heif") is not None


def inspect(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> ImageFacts:
    """Return what the image says of itself; raises ImageUnreadable and ImageTooCostly."""
    return _facts(_decode(path, [], path.parent, limits))


def make_thumbnails(
    path: Path, *, sizes: tuple[int, ...], folder: Path, limits: Limits = DEFAULT_LIMITS
) -> tuple[ImageFacts, list[Thumbnail]]:
    """Write small pictures into ``folder``, largest first, and return them with the facts.

    Raises ImageUnreadable for a truncated or damaged image, ImageTooCostly at a limit.
    """
    answer = _decode(path, list(sizes), folder, limits)
    made = [
        Thumbnail(path=folder / f"{entry['size']}.webp", **entry) for entry in answer["thumbnails"]
    ]
    return _facts(answer), made


def _decode(path: Path, sizes: list[int], folder: Path, limits: Limits) -> dict[str, Any]:
    request = {
        "path": str(path.absolute()),
        "folder": str(folder.absolute()),
        "sizes": sizes,
        "heif": has_heif(),
        "max_pixels": MAX_PIXELS,
        "memory": limits.memory,
        "cpu_seconds": limits.cpu_seconds,
    }
    try:
        child = subprocess.run(  # noqa: S603 - our own script, the path travels on standard input
            [sys.executable, "-I", str(DECODER)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.timeout_seconds,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise ImageTooCostly("Decoding took too long.") from None
    if child.returncode in STOPPED:
        raise ImageTooCostly("Decoding was stopped at its limit of time.")
    if child.returncode != 0:
        raise ImageUnreadable("The image broke its decoder.", reason=f"exit {child.returncode}")
    answer: dict[str, Any] = json.loads(child.stdout)
    if "costly" in answer:
        raise ImageTooCostly("Decoding needs more memory than it is given.")
    if "error" in answer:
        raise ImageUnreadable("The image cannot be decoded.", reason=answer["error"])
    return answer


def _facts(answer: dict[str, Any]) -> ImageFacts:
    orientation = answer["orientation"]
    is_known = isinstance(orientation, int) and UPRIGHT <= orientation <= LAST_ORIENTATION
    return ImageFacts(
        width=answer["width"],
        height=answer["height"],
        mime=TYPES[answer["format"]].value,
        orientation=orientation if is_known else UPRIGHT,
        taken_at=exif_instant(answer["taken"], answer["offset"]),
        wall_clock=exif_wall_clock(answer["taken"]),
        gps=exif_position(answer["latitude"], answer["longitude"], answer["hemispheres"]),
    )
