"""What a photo shows of itself, and its small pictures."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PIL import Image

from server.files.errors import ImageTooCostly, ImageUnreadable
from server.files.images import Limits, inspect, make_thumbnails
from tests.server.files.pictures import SVG, a_bomb, a_jpeg, a_picture


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "photo"
    path.write_bytes(content)
    return path


def test_a_photo_tells_its_size_time_and_place(tmp_path: Path) -> None:
    path = kept(tmp_path, a_jpeg(80, 60, orientation=6, gps=True, offset="+01:00"))

    facts = inspect(path)

    assert (facts.width, facts.height, facts.mime, facts.orientation) == (80, 60, "image/jpeg", 6)
    assert facts.taken_at == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    assert facts.wall_clock == "2026-11-20T10:00:00"
    assert facts.gps == (-8.63, 41.1583333)


def test_a_picture_without_metadata_tells_only_its_size(tmp_path: Path) -> None:
    facts = inspect(kept(tmp_path, a_picture("PNG")))

    assert (facts.mime, facts.orientation, facts.taken_at, facts.gps) == (
        "image/png",
        1,
        None,
        None,
    )


def test_thumbnails_are_upright_small_and_without_metadata(tmp_path: Path) -> None:
    path = kept(tmp_path, a_jpeg(800, 400, orientation=6, gps=True))

    _, made = make_thumbnails(path, sizes=(100, 400), folder=tmp_path)

    assert [(t.size, t.width, t.height) for t in made] == [(400, 200, 400), (100, 50, 100)]
    for thumbnail in made:
        with Image.open(thumbnail.path) as picture:
            assert (picture.format, dict(picture.getexif())) == ("WEBP", {})
            assert not picture.info.keys() & {"exif", "xmp", "icc_profile"}
            # Orientation 6 is shown turned clockwise: what was left is now on top.
            red, _, blue = picture.convert("RGB").crop((25, 2, 26, 3)).tobytes()
            assert (red > 200, blue < 60) == (True, True)
        assert b"Exif" not in thumbnail.path.read_bytes()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_pictures_of_every_mode_have_thumbnails(tmp_path: Path, mode: str) -> None:
    path = kept(tmp_path, a_picture("PNG", 300, 200, mode))

    _, made = make_thumbnails(path, sizes=(60,), folder=tmp_path)

    assert (made[0].width, made[0].height) == (60, 40)


def test_a_small_picture_is_not_enlarged(tmp_path: Path) -> None:
    _, made = make_thumbnails(kept(tmp_path, a_jpeg(30, 20)), sizes=(480,), folder=tmp_path)

    assert (made[0].width, made[0].height) == (30, 20)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_photo_has_no_thumbnail(tmp_path: Path, share: float) -> None:
    content = a_jpeg(800, 600)
    path = kept(tmp_path, content[: int(len(content) * share)])

    with pytest.raises(ImageUnreadable):
        make_thumbnails(path, sizes=(60,), folder=tmp_path)

    assert list(tmp_path.glob("*.webp")) == []


@pytest.mark.parametrize(
    "content", [SVG, b"", b"GIF89a", a_bomb(12_000, 12_000), a_bomb(), a_picture("TIFF")]
)
def test_what_may_not_be_decoded_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        inspect(kept(tmp_path, content))


def test_an_image_that_needs_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = kept(tmp_path, a_picture("PNG", 7000, 7000))

    with pytest.raises(ImageTooCostly, match="memory"):
        make_thumbnails(path, sizes=(60,), folder=tmp_path, limits=Limits(memory=160 << 20))


def test_a_decoder_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = kept(tmp_path, a_jpeg())

    with pytest.raises(ImageTooCostly, match="too long"):
        inspect(path, limits=Limits(timeout_seconds=0.001))


def test_a_decoder_that_computes_too_long_is_stopped(tmp_path: Path) -> None:
    path = kept(tmp_path, a_jpeg())

    with pytest.raises(ImageTooCostly, match="time"):
        inspect(path, limits=Limits(cpu_seconds=0))
