"""Pure rules of places: how large a territory is, and which names of time zones are known."""

from __future__ import annotations

import functools
import itertools
import math
import zoneinfo
from collections.abc import Sequence
from typing import TypeAlias

EARTH_RADIUS_METRES = 6_371_008.771_415_06

Ring: TypeAlias = Sequence[tuple[float, float]]
Box: TypeAlias = tuple[float, float, float, float]


def square_metres(rings: Sequence[Ring]) -> float:
    """How large an area is on the sphere: its outer ring without its holes.

    Measured in the equal-area cylindrical projection, in which an edge is straight between its
    ends: exact along meridians and parallels, and close enough to tell the smaller territory.
    """
    outer, *holes = (_enclosed(ring) for ring in rings)
    return max(0.0, outer - sum(holes))


def bounds(rings: Sequence[Ring]) -> Box:
    """The box around an area: west, south, east, north."""
    outer = rings[0]
    longitudes, latitudes = [lon for lon, _ in outer], [lat for _, lat in outer]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def is_timezone(name: str) -> bool:
    """Whether ``name`` is a time zone of the IANA database, like ``Europe/Lisbon``."""
    return name in _timezones()


@functools.cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() | {"UTC"})


def _enclosed(ring: Ring) -> float:
    flat = [(math.radians(lon), math.sin(math.radians(lat))) for lon, lat in ring]
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(flat))
    return abs(doubled) / 2 * EARTH_RADIUS_METRES**2
