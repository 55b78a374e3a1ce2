"""The spatial SQL functions that plain SQLite lacks, registered on every connection.

Geometry is stored as little-endian EWKB. Only what our elements, GeoAlchemy2's DDL and the triggers
of ``kernel/ddl.py`` call is here; distance is between positions, not between areas.
"""

from __future__ import annotations

import functools
import sqlite3
import struct
from collections.abc import Callable
from typing import Any

import shapely
from geoalchemy2 import Geography, Geometry
from sqlalchemy.ext.compiler import compiles

from server.kernel.geo.shapes import SRID, haversine_metres

_POINT = struct.Struct("<9xdd")
_POINT_BYTES = 25
_AREAS_KEPT = 4096


def register_functions(connection: sqlite3.Connection) -> None:
    """Give one SQLite connection the spatial functions."""
    for name, (arguments, function) in _FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)


def _null_in_null_out(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*values: Any) -> Any:
        return None if None in values else function(*values)

    return call


def _from_text(value: str | bytes | None) -> bytes | None:
    """Read EWKT, or the hexadecimal EWKB that PostGIS accepts in the same place."""
    if value is None or isinstance(value, bytes):
        return value
    head, _, body = value.rpartition(";")
    srid = int(head.upper().removeprefix("SRID=")) if head else SRID
    shape = shapely.from_wkt(body) if "(" in body else shapely.from_wkb(body)
    return shapely.to_wkb(shapely.set_srid(shape, srid), include_srid=True, byte_order=1)


@functools.lru_cache(_AREAS_KEPT)
def _shape(data: bytes) -> Any:
    # Prepared once: a territory is asked about many positions.
    shape = shapely.from_wkb(data)
    shapely.prepare(shape)
    return shape


def _bound(index: int) -> Callable[[bytes | None], float | None]:
    def bound(data: bytes | None) -> float | None:
        if data is None:
            return None
        if len(data) == _POINT_BYTES:
            value: float = _POINT.unpack(data)[index % 2]
        else:
            value = _shape(data).bounds[index]
        return value

    return bound


@_null_in_null_out
def _distance(a: bytes, b: bytes) -> float:
    return haversine_metres(*_POINT.unpack(a), *_POINT.unpack(b))


@_null_in_null_out
def _covers(area: bytes, position: bytes) -> bool:
    if len(position) == _POINT_BYTES:
        # Compared by numbers: making a shape of every position would cost ten times as much.
        lon, lat = _POINT.unpack(position)
        return bool(shapely.intersects_xy(_shape(area), lon, lat))
    return bool(_shape(area).covers(_shape(position)))


def _itself(data: bytes | None) -> bytes | None:
    return data


def _done(*_arguments: Any) -> int:
    return 1


_FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "GeomFromEWKT": (1, _from_text),
    "ST_GeomFromEWKT": (1, _from_text),
    "AsEWKB": (1, _itself),
    "ST_MinX": (1, _bound(0)),
    "ST_MinY": (1, _bound(1)),
    "ST_MaxX": (1, _bound(2)),
    "ST_MaxY": (1, _bound(3)),
    "geo_distance": (2, _distance),
    "geo_covers": (2, _covers),
    # GeoAlchemy2 calls these when tables are made and dropped; there is no registry here.
    "RecoverGeometryColumn": (5, _done),
    "DiscardGeometryColumn": (2, _done),
    "CheckSpatialIndex": (2, _done),
    "CreateSpatialIndex": (2, _done),
    "DisableSpatialIndex": (2, _done),
}


# "geometry(POINT,4326)" is a syntax error in SQLite's ALTER TABLE, and a reflected GEOMETRY type
# would make GeoAlchemy2 look for SpatiaLite's registry table.
@compiles(Geometry, "sqlite")
@compiles(Geography, "sqlite")
def _as_blob(_type: Any, _compiler: Any, **_options: Any) -> str:
    return "BLOB"
