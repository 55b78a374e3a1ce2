"""SQLite's spatial index in queries: an R*Tree of boxes and the table from its keys to record ids.

``kernel/ddl.py`` declares the two tables and the triggers that keep them.
"""

from __future__ import annotations

import json
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    Uuid,
    and_,
    column,
    func,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from server.kernel import ddl
from server.kernel.geo.shapes import HALF_GIRTH_METRES, Box, boxes_around

Column: TypeAlias = ColumnElement[Any] | InstrumentedAttribute[Any]

_FIRST_METRES = 32.0
_LADDER = 21  # Doublings from the first radius to half the girth of the world.


def index_of(place: Column) -> str | None:
    """Return the name of the R*Tree of a column, None where none is declared."""
    owner = getattr(place, "table", None)
    owner = getattr(owner, "element", owner)  # The table of an alias.
    return ddl.rtree_of(str(getattr(owner, "name", "")), str(getattr(place, "name", "")))


def candidates(place: Column, boxes: list[Box]) -> ColumnElement[bool]:
    """Return the condition that the index has the record near ``boxes``; true without index.

    Written as nested IN: SQLite expects few ids from each and so reads the R*Tree first, then the
    records by their ids. A join would let it begin with all records of the tenant.
    """
    name = index_of(place)
    if name is None:
        return true()
    tree = _tree(name)
    keys = table(ddl.key_table(name), column("key"), column("id", Uuid()))
    found = [select(tree.c.id).where(_touches(tree, box)) for box in boxes]
    ids = select(keys.c.id).where(keys.c.key.in_(union_all(*found) if found[1:] else found[0]))
    record_id: ColumnElement[Any] = place.table.c.id
    return record_id.in_(ids)


def radius_stmt(name: str, lon: float, lat: float, k: int) -> Select[Any]:
    """Return the statement for the first step of the ladder whose box holds ``k`` entries.

    One statement tries radii from 32 m upwards, each doubled, and stops at the first that is large
    enough: its cost depends on ``k`` and on the depth of the tree, not on the number of records.
    """
    ladder = [boxes_around(lon, lat, metres_of(step))[0] for step in range(_LADDER)]
    steps = func.json_each(json.dumps(ladder)).table_valued("key", "value", name="step")
    west, south, east, north = (
        cast("float", func.json_extract(steps.c.value, f"$[{index}]")) for index in range(4)
    )
    tree = _tree(name)
    some = (
        select(tree.c.id)
        .where(_touches(tree, Box(west, south, east, north)))
        .limit(k)
        .correlate(steps)
        .subquery()
    )
    enough = select(func.count()).select_from(some).scalar_subquery()
    return select(steps.c.key).where(enough >= k).limit(1)


def metres_of(step: int) -> float:
    """Return the radius of a step of the ladder."""
    return min(_FIRST_METRES * 2.0**step, HALF_GIRTH_METRES)


def _tree(name: str) -> TableClause:
    return table(name, *(column(part) for part in ("id", "minx", "maxx", "miny", "maxy")))


def _touches(tree: TableClause, box: Box) -> ColumnElement[bool]:
    return and_(
        tree.c.minx <= box.east,
        tree.c.maxx >= box.west,
        tree.c.miny <= box.north,
        tree.c.maxy >= box.south,
    )
