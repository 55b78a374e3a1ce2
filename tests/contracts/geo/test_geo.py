"""The contract of positions, areas and spatial search, kept by both databases."""

from __future__ import annotations

import math
import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from server.kernel import geo
from tests.contracts.geo.tables import (
    OTHER_TENANT,
    PORTO,
    SQUARE,
    TENANT,
    Area,
    Spot,
    a_spot,
    captured,
    enter_tenant,
    names,
)

# ------------------------------------------------------------------------------------- values


def test_a_position_comes_back_exactly(session: Session) -> None:
    spot = a_spot(session, -8.629_105_123_456_789, 41.157_943_987_654_321)

    session.expire_all()

    assert spot.position is not None
    assert geo.lon_lat(spot.position) == (-8.629_105_123_456_789, 41.157_943_987_654_321)


def test_an_area_comes_back_with_its_hole(session: Session) -> None:
    hole = [(-8.6, 41.4), (-8.4, 41.4), (-8.5, 41.6), (-8.6, 41.4)]
    area = Area(border=geo.polygon([SQUARE, hole]))
    session.add(area)
    session.flush()

    session.expire_all()

    assert geo.rings(area.border) == [SQUARE, hole]


@pytest.mark.parametrize(
    "place", [(181.0, 0.0), (0.0, 90.1), (math.nan, 0.0), (0.0, math.inf), (41.1, -181.0)]
)
def test_a_position_outside_the_world_is_refused(place: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="not a longitude and a latitude"):
        geo.point(*place)


@pytest.mark.parametrize(
    "rings",
    [
        [],
        [SQUARE[:-1]],
        [SQUARE[:2] + SQUARE[:1]],
        [[(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)]],
        [[(0, 0), (400, 1), (1, 0), (0, 0)]],
    ],
)
def test_what_is_not_an_area_is_refused(rings: Any) -> None:
    with pytest.raises(ValueError, match=r"ring|area|longitude"):
        geo.polygon(rings)


# ----------------------------------------------------------------------------- distance and boxes


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        (PORTO, (-9.1393, 38.7223), 274_000),
        ((121.4737, 31.2304), (116.4074, 39.9042), 1_067_000),
        ((179.9, 0.0), (-179.9, 0.0), 22_239),
        ((0.0, 90.0), (10.0, -90.0), 20_015_115),
        (PORTO, PORTO, 0),
    ],
)
def test_metres_are_those_of_the_sphere(
    session: Session, a: geo.LonLat, b: geo.LonLat, metres: float
) -> None:
    asked = session.scalar(select(geo.distance(geo.point(*a), geo.point(*b))))

    assert asked == pytest.approx(geo.haversine_metres(*a, *b), rel=1e-3, abs=0.01)
    assert asked == pytest.approx(metres, rel=1e-3 * 2, abs=0.01)


def test_distance_to_nowhere_is_unknown(session: Session) -> None:
    session.add(Spot(position=None))
    session.flush()

    assert session.scalar(select(geo.distance(Spot.position, geo.point(*PORTO)))) is None


def test_within_includes_what_is_near_and_no_more(session: Session) -> None:
    a_spot(session, -8.63, 41.16, name="near")
    a_spot(session, -8.20, 41.16, name="far")
    session.add(Spot(name="nowhere"))
    session.flush()

    found = session.scalars(
        select(Spot.name).where(geo.within(Spot.position, geo.point(*PORTO), 5_000))
    ).all()

    assert found == ["near"]


def test_within_measures_as_distance_does(session: Session) -> None:
    a_spot(session, -8.6, 41.1)
    metres = geo.haversine_metres(-8.6, 41.1, -8.6, 41.9)

    held = [
        session.scalar(
            select(func.count()).where(geo.within(Spot.position, geo.point(-8.6, 41.9), m))
        )
        for m in (metres * 0.9995, metres * 1.0005)
    ]

    assert held == [0, 1]


def test_within_works_between_two_columns_and_through_an_alias(session: Session) -> None:
    a_spot(session, -8.63, 41.16, name="a")
    a_spot(session, -8.631, 41.161, name="b")
    a_spot(session, -8.2, 41.16, name="c")
    other = aliased(Spot)

    pairs = session.execute(
        select(Spot.name, other.name)
        .where(geo.within(Spot.position, other.position, 1_000), Spot.name < other.name)
        .where(geo.bbox(other.position, -9, 41, -8, 42))
    ).all()

    assert [tuple(pair) for pair in pairs] == [("a", "b")]


@pytest.mark.parametrize(
    ("place", "held"),
    [((-8.5, 41.5), True), ((-8.0, 41.5), True), ((-9.0, 41.0), True), ((-7.999, 41.5), False)],
)
def test_an_area_covers_its_inside_and_its_border(
    session: Session, place: geo.LonLat, *, held: bool
) -> None:
    session.add(Area(border=geo.polygon([SQUARE])))
    session.flush()

    assert session.scalar(select(geo.covers(Area.border, geo.point(*place)))) is held


def test_a_box_finds_positions_to_the_last_digit(session: Session) -> None:
    a_spot(session, -8.0, 41.0, name="corner")
    for lon, lat in [(-7.999_999_99, 41), (-9.000_000_01, 41), (-8, 41.000_000_01), (-8, 39.99)]:
        a_spot(session, lon, lat, name="outside")

    found = session.scalars(select(Spot.name).where(geo.bbox(Spot.position, -9, 40, -8, 41))).all()

    assert found == ["corner"]


def test_a_box_finds_areas_that_it_touches(session: Session) -> None:
    session.add(Area(border=geo.polygon([SQUARE])))
    session.flush()

    def found(*box: float) -> int | None:
        return session.scalar(select(func.count(Area.id)).where(geo.bbox(Area.border, *box)))

    assert (found(-8.1, 41.9, -7, 43), found(-8.0, 42.0, 0, 50), found(-7.9, 40, 0, 50)) == (
        1,
        1,
        0,
    )


def test_a_box_may_cross_the_180th_meridian(session: Session) -> None:
    for lon in (-179.5, 179.5, 0.0):
        a_spot(session, lon, 10, name=str(lon))

    box = geo.bbox(Spot.position, 179, 0, -179, 20)

    assert set(session.scalars(select(Spot.name).where(box))) == {"-179.5", "179.5"}


# --------------------------------------------------------------------------------------- search


# On a grid of a metre: PostGIS rounds distances to 10 nm but not the bounds in its index, and stops
# with "index returned tuples in wrong order" for positions less than that apart.
def degrees(least: float, most: float) -> st.SearchStrategy[float]:
    return st.integers(round(least * 1e5), round(most * 1e5)).map(lambda n: n / 1e5)


edge = st.sampled_from([-180.0, -179.999, 179.999, 180.0, 0.0])
pole = st.sampled_from([-90.0, -89.99, 89.99, 90.0, 0.0])
places = st.tuples(degrees(-180, 180) | edge, degrees(-90, 90) | pole)
local = st.tuples(degrees(-8.7, -8.5), degrees(41.1, 41.2))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), spread=st.sampled_from([places, local]), k=st.integers(1, 8))
def test_search_agrees_with_measuring_everything(
    session: Session, data: st.DataObject, spread: Any, k: int
) -> None:
    spots = data.draw(st.lists(spread, max_size=25))
    at = data.draw(spread)
    metres = data.draw(st.sampled_from([50.0, 5_000.0, 800_000.0, 12_000_000.0]))
    with session.begin_nested() as trial:
        session.add_all([Spot(position=geo.point(*spot)) for spot in spots])
        session.flush()
        measured = sorted(geo.haversine_metres(*spot, *at) for spot in spots)

        nearest = [found for _, found in geo.find_nearest(session, Spot, Spot.position, at, k)]
        inside = [found for _, found in geo.find_within(session, Spot, Spot.position, at, metres)]
        counted = session.scalar(
            select(func.count(Spot.id)).where(geo.within(Spot.position, geo.point(*at), metres))
        )
        trial.rollback()

    assert nearest == pytest.approx(measured[:k], rel=1e-6, abs=0.02)
    assert inside == pytest.approx([m for m in measured if m <= metres], rel=1e-6, abs=0.02)
    assert counted == len(inside)


def test_within_reaches_past_its_first_batch(session: Session) -> None:
    session.add_all(Spot(position=geo.point(-8.63 + i * 1e-5, 41.16)) for i in range(1_000))
    session.flush()

    found = geo.find_within(session, Spot, Spot.position, (-8.63, 41.16), 500)

    assert len(found) == 1 + int(500 / geo.haversine_metres(0, 41.16, 1e-5, 41.16))


def test_the_nearest_are_found_in_dense_and_in_empty_regions(session: Session) -> None:
    session.add_all(
        Spot(name=f"town {i}", position=geo.point(-8.63 + i * 1e-5, 41.16)) for i in range(300)
    )
    a_spot(session, -140.0, -40.0, name="island")
    session.flush()

    from_town = geo.find_nearest(session, Spot, Spot.position, (-8.63, 41.16), 3)
    from_sea = geo.find_nearest(session, Spot, Spot.position, (-130.0, -35.0), 2)

    assert names(from_town) == ["town 0", "town 1", "town 2"]
    assert names(from_sea)[0] == "island"
    assert len(from_sea) == 2


@pytest.mark.parametrize("at", [(180.0, 0.0), (-180.0, 0.0), (179.99, 0.0), (-179.99, 0.0)])
def test_the_nearest_are_found_on_both_sides_of_the_180th_meridian(
    session: Session, at: tuple[float, float]
) -> None:
    east, west = a_spot(session, 180.0, 0.001), a_spot(session, -180.0, 0.002)
    beyond, before = a_spot(session, -179.0, 0.0), a_spot(session, 178.0, 0.0)
    far = a_spot(session, 0.0, 0.0)

    found = geo.find_nearest(session, Spot, Spot.position, at, 5)

    assert [spot.id for spot, _ in found] == [s.id for s in (east, west, beyond, before, far)]
    metres = [distance for _, distance in found]
    assert metres == sorted(metres)
    assert metres[1] < 1_500
    assert metres[4] > 20_000_000


def test_equal_distances_are_ordered_by_id(session: Session) -> None:
    ids = [UUID(int=n) for n in (9, 7, 8)]
    for spot_id in ids:
        a_spot(session, *PORTO, id=spot_id)

    found = geo.find_nearest(session, Spot, Spot.position, PORTO, 3)

    assert [spot.id for spot, _ in found] == sorted(ids)


def test_a_condition_reaches_past_nearer_records(session: Session) -> None:
    session.add_all(
        Spot(
            position=geo.point(-8.63 + i * 1e-3, 41.16),
            tenant_id=OTHER_TENANT if i % 50 == 49 else TENANT,
            name=str(i),
        )
        for i in range(400)
    )
    session.flush()

    found = geo.find_nearest(
        session, Spot, Spot.position, (-8.63, 41.16), 3, where=[Spot.tenant_id == OTHER_TENANT]
    )
    none = geo.find_nearest(
        session, Spot, Spot.position, (-8.63, 41.16), 3, where=[Spot.name == "nobody"]
    )

    assert (names(found), none) == (["49", "99", "149"], [])


def test_a_nearer_record_outside_the_first_box_wins_over_its_corner(session: Session) -> None:
    a_spot(session, 0.0, 0.0)  # Alone it makes the first box 45 metres wide to each side.
    a_spot(session, 0.00039, 0.00039, name="corner", tenant_id=OTHER_TENANT)
    a_spot(session, 0.00045, 0.0, name="nearer", tenant_id=OTHER_TENANT)

    found = geo.find_nearest(
        session, Spot, Spot.position, (0.0, 0.0), 1, where=[Spot.tenant_id == OTHER_TENANT]
    )

    assert names(found) == ["nearer"]


def test_a_record_without_position_is_never_near(session: Session) -> None:
    session.add(Spot(name="nowhere"))
    a_spot(session, *PORTO, name="here")

    assert names(geo.find_nearest(session, Spot, Spot.position, PORTO, 5)) == ["here"]


def test_the_search_reads_the_index_and_not_the_table(session: Session, database_kind: str) -> None:
    many = [geo.point(-8.7 + i * 1e-4, 41 + (i * 7919 % 1000) * 1e-4) for i in range(2_000)]
    session.add_all(Spot(position=position) for position in many)
    session.flush()
    connection = session.connection()
    if database_kind == "postgres":
        enter_tenant(connection)

    with captured(connection) as statements:
        geo.find_nearest(session, Spot, Spot.position, PORTO, 5, where=[Spot.tenant_id == TENANT])
        geo.find_within(session, Spot, Spot.position, PORTO, 500, where=[Spot.tenant_id == TENANT])
    explain = "EXPLAIN" if database_kind == "postgres" else "EXPLAIN QUERY PLAN"
    plan = "\n".join(
        str(row[-1])
        for statement, parameters in statements
        for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)
    )

    if database_kind == "postgres":
        assert plan.count("Order By: ((") == len(statements) == 3, plan
    else:
        assert plan.count("_rtree VIRTUAL TABLE INDEX 2") == len(statements) == 3, plan
        assert plan.count("SEARCH geo_spot USING INDEX") == 2, plan
        assert not re.findall(r"SCAN geo_spot$|\(tenant_id=\?\)", plan, re.MULTILINE), plan
