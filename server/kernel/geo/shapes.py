"""Positions and areas as values: EWKB in WGS 84 (longitude first), and arithmetic on the sphere."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import shapely
from geoalchemy2 import WKBElement

SRID = 4326
# The sphere of PostGIS (``use_spheroid => false``): the mean radius of WGS 84. Both databases
# measure on it, so that they name the same nearest engineer; an ellipsoid differs by 0.3 %.
SPHERE_RADIUS_METRES = 6_371_008.771_415_06
HALF_GIRTH_METRES = math.pi * SPHERE_RADIUS_METRES

LonLat: TypeAlias = tuple[float, float]
Ring: TypeAlias = Sequence[LonLat]

_EWKB_POINT = struct.Struct("<BIIdd")
_LITTLE_ENDIAN = 1
_POINT_WITH_SRID = 0x20000001
# A centimetre or less: keeps a box around a circle whole when the arithmetic rounds down.
_BOX_MARGIN_DEGREES = 1e-7


class Box(NamedTuple):
    """A rectangle of longitudes and latitudes that does not cross the 180th meridian."""

    west: float
    south: float
    east: float
    north: float


def haversine_metres(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Return the metres between two positions along the sphere."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_chord = (
        math.sin((phi2 - phi1) / 2) ** 2
        + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * SPHERE_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half_chord)))


def point(lon: float, lat: float) -> WKBElement:
    """Return the value of a position column; raises ValueError outside the world.

    The meridian at -180 is that at 180: PostGIS fails to order by nearness when both occur.
    """
    _check(lon, lat)
    lon = 180.0 if lon == -180 else lon  # noqa: PLR2004 - degrees
    data = _EWKB_POINT.pack(_LITTLE_ENDIAN, _POINT_WITH_SRID, SRID, lon, lat)
    return WKBElement(data, srid=SRID, extended=True)


def polygon(rings: Sequence[Ring]) -> WKBElement:
    """Return the value of an area column from its rings, the outer one first.

    Raises ValueError for a ring that is open or shorter than four positions, and for an area that
    crosses itself: PostGIS would refuse to search in it.
    """
    for ring in rings:
        if len(ring) < 4 or tuple(ring[0]) != tuple(ring[-1]):  # noqa: PLR2004 - RFC 7946, 3.1.6.
            raise ValueError("A ring needs four or more positions, the last equal to the first.")
        for lon, lat in ring:
            _check(lon, lat)
    if not rings:
        raise ValueError("An area needs an outer ring.")
    area = shapely.Polygon(rings[0], list(rings[1:]))
    if not area.is_valid:
        raise ValueError(f"This is not an area: {shapely.is_valid_reason(area)}.")
    data = shapely.to_wkb(shapely.set_srid(area, SRID), include_srid=True, byte_order=1)
    return WKBElement(data, srid=SRID, extended=True)


def lon_lat(value: WKBElement) -> LonLat:
    """Return longitude and latitude of a position."""
    data = _bytes(value)
    if len(data) == _EWKB_POINT.size and data[0] == _LITTLE_ENDIAN:
        _, _, _, lon, lat = _EWKB_POINT.unpack(data)
        return lon, lat
    shape = shapely.from_wkb(data)
    return shapely.get_x(shape), shapely.get_y(shape)


def rings(value: WKBElement) -> list[list[LonLat]]:
    """Return the rings of an area, the outer one first, as GeoJSON has them."""
    area = shapely.from_wkb(_bytes(value))
    return [[(x, y) for x, y in ring.coords] for ring in shapely.get_rings(area)]


def boxes_around(lon: float, lat: float, metres: float) -> list[Box]:
    """Return the smallest boxes that hold the circle; two where it crosses the 180th meridian."""
    angle = metres / SPHERE_RADIUS_METRES
    south = lat - math.degrees(angle) - _BOX_MARGIN_DEGREES
    north = lat + math.degrees(angle) + _BOX_MARGIN_DEGREES
    if south <= -90.0 or north >= 90.0:  # noqa: PLR2004 - the circle holds a pole.
        return [Box(-180.0, max(south, -90.0), 180.0, min(north, 90.0))]
    reach = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
    return split(lon - reach - _BOX_MARGIN_DEGREES, south, lon + reach + _BOX_MARGIN_DEGREES, north)


def split(west: float, south: float, east: float, north: float) -> list[Box]:
    """Return a box cut at the 180th meridian; ``west`` > ``east`` means that it crosses it."""
    if west < -180.0:  # noqa: PLR2004
        west += 360.0
    if east > 180.0:  # noqa: PLR2004
        east -= 360.0
    if west <= east:
        return [Box(west, south, east, north)]
    return [Box(west, south, 180.0, north), Box(-180.0, south, east, north)]


def _check(lon: float, lat: float) -> None:
    # Written so that a NaN fails too.
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):  # noqa: PLR2004
        raise ValueError(f"({lon}, {lat}) is not a longitude and a latitude.")


def _bytes(value: WKBElement) -> bytes:
    data = value.data
    return bytes.fromhex(data) if isinstance(data, str) else bytes(data)
