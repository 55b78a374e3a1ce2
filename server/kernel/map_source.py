"""The base map below everything that has a position: none, or one that the operator names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

KINDS = ("none", "raster", "pmtiles", "style")
SYSTEMS = ("wgs84", "gcj02")
DEFAULT_ZOOM = 19
HIGHEST_ZOOM = 24
FILE_PATH = "/map.pmtiles"
# What may stand in a content security policy without changing what it says.
ORIGIN = re.compile(r"https?://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)(:[0-9]{1,5})?")
PLACEHOLDERS = ("{z}", "{x}", "{y}")

VARIABLES: dict[str, str] = {
    "TRUCKROLL_MAP_KIND": "The base map: `none` (a coastline), `raster`, `pmtiles` or `style`. "
    "Default `none`.",
    "TRUCKROLL_MAP_URL": "Where it is: tiles with `{z}`, `{x}` and `{y}`, a PMTiles file, or a "
    "MapLibre style; `https://…`, a path on our own origin, or for PMTiles `file:///…`. "
    "Whoever opens an app can read it.",
    "TRUCKROLL_MAP_ATTRIBUTION": "Whom the map must name, as text. Default: nobody.",
    "TRUCKROLL_MAP_MAX_ZOOM": "Deepest level that the map has, 0 to 24. Default 19.",
    "TRUCKROLL_MAP_CRS": "`wgs84`, or `gcj02` for maps of mainland China. Default `wgs84`.",
    "TRUCKROLL_MAP_ORIGINS": "Comma-separated further origins that a style loads from.",
}


@dataclass(frozen=True, kw_only=True)
class MapSource:
    """The base map as the apps are told; positions are always WGS 84, whatever it shows."""

    kind: str = "none"
    url: str | None = None
    attribution: str = ""
    max_zoom: int = DEFAULT_ZOOM
    crs: str = "wgs84"
    origins: tuple[str, ...] = ()
    file: Path | None = None


def from_environment(environ: Mapping[str, str]) -> MapSource:
    """Read the base map; raises ValueError naming the variable that cannot be used."""
    kind = _one_of(environ, "TRUCKROLL_MAP_KIND", KINDS)
    url = environ.get("TRUCKROLL_MAP_URL") or ""
    if (kind == "none") != (not url):
        msg = "TRUCKROLL_MAP_URL and TRUCKROLL_MAP_KIND go together: set both or neither."
        raise ValueError(msg)
    if kind == "raster" and not all(part in url for part in PLACEHOLDERS):
        msg = "TRUCKROLL_MAP_URL of a raster map must contain {z}, {x} and {y}."
        raise ValueError(msg)
    file = _file(url) if kind == "pmtiles" else None
    further = environ.get("TRUCKROLL_MAP_ORIGINS") or ""
    listed = [_origin("TRUCKROLL_MAP_ORIGINS", text.strip()) for text in further.split(",") if text]
    own = [] if file or not url or _is_path(url) else [_origin_of(url)]
    return MapSource(
        kind=kind,
        url=FILE_PATH if file else url or None,
        attribution=(environ.get("TRUCKROLL_MAP_ATTRIBUTION") or "").strip(),
        max_zoom=_zoom(environ),
        crs=_one_of(environ, "TRUCKROLL_MAP_CRS", SYSTEMS),
        origins=tuple(dict.fromkeys([*own, *listed])),
        file=file,
    )


def _one_of(environ: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    text = environ.get(name) or known[0]
    if text not in known:
        msg = f"{name} must be one of {', '.join(known)}, not {text!r}."
        raise ValueError(msg)
    return text


def _zoom(environ: Mapping[str, str]) -> int:
    text = environ.get("TRUCKROLL_MAP_MAX_ZOOM") or str(DEFAULT_ZOOM)
    if not (text.isascii() and text.isdecimal() and int(text) <= HIGHEST_ZOOM):
        msg = f"TRUCKROLL_MAP_MAX_ZOOM must be a whole number from 0 to 24, not {text!r}."
        raise ValueError(msg)
    return int(text)


def _file(url: str) -> Path | None:
    if not url.startswith("file:///"):
        return None
    path = Path(unquote(urlsplit(url).path))
    if path.suffix != ".pmtiles":
        msg = "TRUCKROLL_MAP_URL with file:/// must name a .pmtiles file."
        raise ValueError(msg)
    return path


def _is_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith("//")


def _origin_of(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return _origin("TRUCKROLL_MAP_URL", f"{scheme}://{host}")


def _origin(name: str, text: str) -> str:
    if not ORIGIN.fullmatch(text):
        msg = f"{name} must begin with https:// or http:// and a plain host, not {text!r}."
        raise ValueError(msg)
    return text.lower()
