"""Positions, areas and distance: the same answers on PostGIS and on plain SQLite.

``shapes`` holds values, ``elements`` what queries say, ``search`` finds records near a position,
``functions`` gives SQLite the spatial functions that it lacks. Metres are spherical everywhere.
"""

from server.kernel.geo.elements import (
    PointColumn,
    PolygonColumn,
    bbox,
    covers,
    distance,
    nearest,
    within,
)
from server.kernel.geo.functions import register_functions
from server.kernel.geo.search import find_nearest, find_within, nearest_stmt, within_stmt
from server.kernel.geo.shapes import (
    SPHERE_RADIUS_METRES,
    SRID,
    Box,
    LonLat,
    boxes_around,
    haversine_metres,
    lon_lat,
    point,
    polygon,
    rings,
)

__all__ = [
    "SPHERE_RADIUS_METRES",
    "SRID",
    "Box",
    "LonLat",
    "PointColumn",
    "PolygonColumn",
    "bbox",
    "boxes_around",
    "covers",
    "distance",
    "find_nearest",
    "find_within",
    "haversine_metres",
    "lon_lat",
    "nearest",
    "nearest_stmt",
    "point",
    "polygon",
    "register_functions",
    "rings",
    "within",
    "within_stmt",
]
