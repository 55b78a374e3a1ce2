"""A camera that sees one code: what Chromium shows instead of a picture of the world."""

from __future__ import annotations

from pathlib import Path

import segno

WIDTH, HEIGHT = 640, 480
FRAMES = 5
BODY = 360
PAPER, INK = b"\xeb", b"\x10"


def looking_at(text: str, folder: Path) -> list[str]:
    """The browser's arguments for a camera before which a QR code of ``text`` is held."""
    film = folder / "camera.y4m"
    film.write_bytes(_film(text))
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def _film(text: str) -> bytes:
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n".encode()
    grey = b"\x80" * (WIDTH * HEIGHT // 2)
    return head + (b"FRAME\n" + _picture(text) + grey) * FRAMES


def _picture(text: str) -> bytes:
    code = [list(row) for row in segno.make(text, error="m").matrix]
    side = BODY // len(code)
    left, top = ((room - len(code) * side) // 2 for room in (WIDTH, HEIGHT))
    picture = bytearray(PAPER * (WIDTH * HEIGHT))
    for y, row in enumerate(code):
        for x, is_dark in enumerate(row):
            if is_dark:
                _square(picture, left + x * side, top + y * side, side)
    return bytes(picture)


def _square(picture: bytearray, left: int, top: int, side: int) -> None:
    for y in range(top, top + side):
        start = y * WIDTH + left
        picture[start : start + side] = INK * side
