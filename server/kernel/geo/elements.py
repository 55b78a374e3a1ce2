"""What a query says about positions and areas, compiled for PostGIS and for SQLite.

Arguments are columns or values of ``point`` and ``polygon``. Where a column has a declared spatial
index (``kernel/ddl.py``), ``within``, ``covers`` and ``bbox`` use it on both databases.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import Boolean, ColumnElement, Float, and_, false, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from server.kernel.geo import rtree
from server.kernel.geo.shapes import SRID, Box, boxes_around, lon_lat, split

Place: TypeAlias = rtree.Column | WKBElement


def PointColumn() -> Geometry:  # noqa: N802 - stands where a type's class would stand.
    """Return the type of a position column; declare its index with ``ddl.spatial_index``."""
    return Geometry("POINT", SRID, spatial_index=False)


def PolygonColumn() -> Geometry:  # noqa: N802
    """Return the type of an area column; declare its index with ``ddl.spatial_index``."""
    return Geometry("POLYGON", SRID, spatial_index=False)


def distance(a: Place, b: Place) -> ColumnElement[float]:
    """Metres between two positions."""
    return _Distance(_operand(a), _operand(b))


def nearest(a: Place, b: Place) -> ColumnElement[float]:
    """Order by this for the nearest first: the distance, in the form that an index can serve."""
    return _Nearest(_operand(a), _operand(b))


def within(a: Place, b: Place, metres: float) -> ColumnElement[bool]:
    """Whether two positions lie at most ``metres`` apart."""
    exact = _Within(_operand(a), _operand(b), literal(metres, Float()))
    if isinstance(b, WKBElement) and not isinstance(a, WKBElement):
        return _guarded(exact, a, boxes_around(*lon_lat(b), metres))
    return exact


def covers(polygon: Place, point: Place) -> ColumnElement[bool]:
    """Whether an area holds a position; its border belongs to it."""
    exact = _Covers(_operand(polygon), _operand(point))
    if isinstance(point, WKBElement):
        lon, lat = lon_lat(point)
        return _guarded(exact, polygon, [Box(lon, lat, lon, lat)])
    return exact


def bbox(geom: Place, minx: float, miny: float, maxx: float, maxy: float) -> ColumnElement[bool]:
    """Whether a geometry touches a box; ``minx`` > ``maxx`` crosses the 180th meridian."""
    boxes = split(minx, miny, maxx, maxy)
    exact = [_InBox(_operand(geom), *(literal(edge, Float()) for edge in box)) for box in boxes]
    return _guarded(or_(false(), *exact), geom, boxes)


def _operand(place: Place) -> Any:
    return literal(place, _LITERAL) if isinstance(place, WKBElement) else place


def _guarded(exact: ColumnElement[bool], place: Place, boxes: list[Box]) -> ColumnElement[bool]:
    """Put SQLite's spatial index before the exact test; PostGIS finds its index by itself."""
    if isinstance(place, WKBElement) or rtree.index_of(place) is None:
        return exact
    return and_(_OnSQLite(rtree.candidates(place, boxes)), exact)


_LITERAL = Geometry(srid=SRID, spatial_index=False)


class _Distance(FunctionElement[float]):
    type = Float()
    inherit_cache = True


class _Nearest(FunctionElement[float]):
    type = Float()
    inherit_cache = True


class _Condition(FunctionElement[bool]):
    """A condition in SQLite's own form: "... = 1" around it would hide the index."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        del against
        return self


class _Within(_Condition):
    inherit_cache = True


class _Covers(_Condition):
    inherit_cache = True


class _InBox(_Condition):
    inherit_cache = True


class _OnSQLite(_Condition):
    """A condition that only SQLite needs."""

    inherit_cache = True


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, options: Any) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(_Distance, "postgresql")
def _distance_postgis(element: _Distance, compiler: SQLCompiler, **options: Any) -> str:
    a, b = _arguments(element, compiler, options)
    return f"ST_Distance(({a})::geography, ({b})::geography, false)"


@compiles(_Nearest, "postgresql")
def _nearest_postgis(element: _Nearest, compiler: SQLCompiler, **options: Any) -> str:
    # <-> between geographies is spherical too, so the order of the index is the exact order.
    a, b = _arguments(element, compiler, options)
    return f"(({a})::geography <-> ({b})::geography)"


@compiles(_Within, "postgresql")
def _within_postgis(element: _Within, compiler: SQLCompiler, **options: Any) -> str:
    a, b, metres = _arguments(element, compiler, options)
    return f"ST_DWithin(({a})::geography, ({b})::geography, {metres}, false)"


@compiles(_Covers, "postgresql")
def _covers_postgis(element: _Covers, compiler: SQLCompiler, **options: Any) -> str:
    area, position = _arguments(element, compiler, options)
    return f"ST_Covers({area}, {position})"


@compiles(_InBox, "postgresql")
def _in_box_postgis(element: _InBox, compiler: SQLCompiler, **options: Any) -> str:
    # && finds the index but compares single-precision boxes, a metre or two too large.
    geom, west, south, east, north = _arguments(element, compiler, options)
    return (
        f"({geom} && ST_MakeEnvelope({west}, {south}, {east}, {north}, {SRID})"
        f" AND ST_XMax({geom}) >= {west} AND ST_XMin({geom}) <= {east}"
        f" AND ST_YMax({geom}) >= {south} AND ST_YMin({geom}) <= {north})"
    )


@compiles(_OnSQLite, "postgresql")
def _skipped(_element: _OnSQLite, _compiler: SQLCompiler, **_options: Any) -> str:
    return "true"


@compiles(_Distance, "sqlite")
@compiles(_Nearest, "sqlite")
def _distance_sqlite(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    a, b = _arguments(element, compiler, options)
    return f"geo_distance({a}, {b})"


@compiles(_Within, "sqlite")
def _within_sqlite(element: _Within, compiler: SQLCompiler, **options: Any) -> str:
    a, b, metres = _arguments(element, compiler, options)
    return f"(geo_distance({a}, {b}) <= {metres})"


@compiles(_Covers, "sqlite")
def _covers_sqlite(element: _Covers, compiler: SQLCompiler, **options: Any) -> str:
    area, position = _arguments(element, compiler, options)
    return f"geo_covers({area}, {position})"


@compiles(_InBox, "sqlite")
def _in_box_sqlite(element: _InBox, compiler: SQLCompiler, **options: Any) -> str:
    geom, west, south, east, north = _arguments(element, compiler, options)
    return (
        f"(ST_MaxX({geom}) >= {west} AND ST_MinX({geom}) <= {east}"
        f" AND ST_MaxY({geom}) >= {south} AND ST_MinY({geom}) <= {north})"
    )


@compiles(_OnSQLite, "sqlite")
def _kept(element: _OnSQLite, compiler: SQLCompiler, **options: Any) -> str:
    (condition,) = _arguments(element, compiler, options)
    return condition
