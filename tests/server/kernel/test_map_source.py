"""The base map in the settings: what is told to the apps, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.kernel.map_source import MapSource, from_environment
from server.kernel.settings import SettingsError
from server.kernel.settings import from_environment as all_settings

TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


def a_map(kind: str, url: str, **more: str) -> MapSource:
    named = {f"TRUCKROLL_MAP_{name.upper()}": value for name, value in more.items()}
    return from_environment({"TRUCKROLL_MAP_KIND": kind, "TRUCKROLL_MAP_URL": url, **named})


def test_without_a_word_there_is_a_coastline_and_no_base_map() -> None:
    assert from_environment({}) == MapSource(
        kind="none", url=None, attribution="", max_zoom=19, crs="wgs84", origins=(), file=None
    )


def test_tiles_are_loaded_from_their_own_origin() -> None:
    made = a_map("raster", TILES, attribution=" © Example ", max_zoom="17", crs="gcj02")

    assert made == MapSource(
        kind="raster",
        url=TILES,
        attribution="© Example",
        max_zoom=17,
        crs="gcj02",
        origins=("https://tiles.example.org",),
    )


@pytest.mark.parametrize(
    ("kind", "url"),
    [("style", "/styles/town.json"), ("pmtiles", "/maps/town.pmtiles")],
)
def test_a_path_is_on_our_own_origin(kind: str, url: str) -> None:
    made = a_map(kind, url)

    assert (made.url, made.origins) == (url, ())


def test_a_style_names_the_other_origins_that_it_loads_from() -> None:
    made = a_map(
        "style",
        "https://maps.example.org:8443/style.json?key=1",
        origins="https://tiles.example.org, https://maps.example.org:8443",
    )

    assert made.origins == ("https://maps.example.org:8443", "https://tiles.example.org")


def test_a_file_on_this_host_is_served_by_us() -> None:
    made = a_map("pmtiles", "file:///srv/maps/old%20town.pmtiles")

    assert (made.url, made.file) == ("/map.pmtiles", Path("/srv/maps/old town.pmtiles"))
    assert made.origins == ()


@pytest.mark.parametrize(
    ("named", "environ"),
    [
        ("KIND", {"KIND": "vector", "URL": TILES}),
        ("URL", {"KIND": "raster"}),
        ("URL", {"URL": TILES}),
        ("{z}", {"KIND": "raster", "URL": "https://tiles.example.org/"}),
        ("URL", {"KIND": "raster", "URL": "https://{s}.example.org/{z}/{x}/{y}.png"}),
        ("URL", {"KIND": "style", "URL": "ftp://tiles.example.org/style.json"}),
        ("URL", {"KIND": "style", "URL": "//tiles.example.org/style.json"}),
        ("URL", {"KIND": "style", "URL": "https://a.example;script-src/style.json"}),
        ("URL", {"KIND": "style", "URL": "https://a.example *.org/style.json"}),
        ("URL", {"KIND": "style", "URL": "https://user:password@a.example/style.json"}),
        ("URL", {"KIND": "pmtiles", "URL": "file:///etc/passwd"}),
        ("URL", {"KIND": "style", "URL": "file:///srv/style.json"}),
        ("MAX_ZOOM", {"MAX_ZOOM": "25"}),
        ("MAX_ZOOM", {"MAX_ZOOM": "-1"}),
        ("MAX_ZOOM", {"MAX_ZOOM": "deep"}),
        ("CRS", {"CRS": "bd09"}),
        ("ORIGINS", {"ORIGINS": "tiles.example.org"}),
        ("ORIGINS", {"ORIGINS": "https://tiles.example.org/path"}),
        ("ORIGINS", {"ORIGINS": "https://*.example.org"}),
    ],
)
def test_a_map_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, named: str, environ: dict[str, str]
) -> None:
    given = {f"TRUCKROLL_MAP_{name}": value for name, value in environ.items()}

    with pytest.raises(SettingsError, match=named):
        all_settings({"TRUCKROLL_HOME": str(tmp_path), **given})
