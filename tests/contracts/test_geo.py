"""One contract for positions, areas, guards and spatial search, kept by both databases."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from geoalchemy2 import WKBElement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Connection,
    Engine,
    UniqueConstraint,
    Uuid,
    delete,
    event,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column

from server.kernel import ddl, geo
from server.kernel.db import make_engine
from server.kernel.types import UtcDateTime

PORTO = (-8.6291, 41.1579)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TENANT, OTHER_TENANT, ENGINEER = UUID(int=1), UUID(int=2), UUID(int=3)
SQUARE = [(-9.0, 41.0), (-8.0, 41.0), (-8.0, 42.0), (-9.0, 42.0), (-9.0, 41.0)]
numbers = count(1000)


class Base(DeclarativeBase):
    type_annotation_map = {UUID: Uuid(), dt.datetime: UtcDateTime()}  # noqa: RUF012


class Spot(Base):
    __tablename__ = "geo_spot"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    tenant_id: Mapped[UUID] = mapped_column(default=TENANT, index=True)
    name: Mapped[str] = mapped_column(default="")
    position: Mapped[WKBElement | None] = mapped_column(geo.PointColumn())


class Area(Base):
    __tablename__ = "geo_area"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    border: Mapped[WKBElement] = mapped_column(geo.PolygonColumn())


class Slot(Base):
    __tablename__ = "geo_slot"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    tenant_id: Mapped[UUID] = mapped_column(default=TENANT)
    engineer_id: Mapped[UUID] = mapped_column(default=ENGINEER)
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(default="confirmed")


class Fact(Base):
    __tablename__ = "geo_fact"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    note: Mapped[str]


TABLES = tuple(Base.metadata.tables)
NO_OVERLAP = "ex_geo_slot_engineer_id_overlap"


@pytest.fixture(scope="module")
def declared() -> Iterator[None]:
    before = dict(ddl._declared)
    ddl.spatial_index("geo_spot", "position")
    ddl.spatial_index("geo_area", "border")
    ddl.append_only("geo_fact")
    ddl.no_overlap("geo_slot", "engineer_id", "starts_at", "ends_at", "state not like 'can%'")
    yield
    ddl._declared.clear()
    ddl._declared.update(before)


@pytest.fixture(scope="module")
def engine(new_database: Callable[[str], str], declared: None) -> Iterator[Engine]:
    engine = make_engine(new_database("geo"), as_owner=True)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        ddl.apply(connection, TABLES)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


def a_spot(session: Session, lon: float, lat: float, **columns: Any) -> Spot:
    spot = Spot(position=geo.point(lon, lat), **columns)
    session.add(spot)
    session.flush()
    return spot


def a_slot(session: Session, start: float, end: float, **columns: Any) -> Slot:
    hours = [NOON + dt.timedelta(hours=hour) for hour in (start, end)]
    slot = Slot(starts_at=hours[0], ends_at=hours[1], **columns)
    session.add(slot)
    session.flush()
    return slot


def enter_tenant(connection: Connection) -> None:
    """Become the application's role within one tenant."""
    for line in (*ddl.statements_for_tenant_table("geo_spot"), *ddl.grants("geo_fact")):
        connection.exec_driver_sql(line)
    connection.exec_driver_sql("ANALYZE geo_spot")
    connection.exec_driver_sql(f"SET LOCAL ROLE {ddl.APP_ROLE}")
    connection.exec_driver_sql("SELECT set_config('app.tenant_id', %s, true)", (str(TENANT),))


def names(found: list[tuple[Spot, float]]) -> list[str]:
    return [spot.name for spot, _ in found]


def rtree_ids(session: Session) -> list[UUID]:
    """Return what the index says, where the index is a table that can be read."""
    rows = session.scalars(
        text(
            "SELECT k.id FROM geo_spot_position_rtree r"
            " JOIN geo_spot_position_rtree_key k ON k.key = r.id"
        )
    )
    return sorted(UUID(row) for row in rows)


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
    a_spot(session, -7.999_999_99, 41.0, name="outside")

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
        assert plan.count("_rtree VIRTUAL TABLE INDEX 2") == 3, plan
        assert not re.findall(r"SCAN geo_spot$|\(tenant_id=\?\)", plan, re.MULTILINE), plan


@contextmanager
def captured(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Keep the statements of a connection as the driver gets them."""
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    yield statements
    event.remove(connection, "before_cursor_execute", keep)


# ---------------------------------------------------------------- the index follows the records


only_sqlite = pytest.mark.only("sqlite")  # PostgreSQL keeps its indexes itself.


@only_sqlite
def test_the_index_follows_every_change(session: Session) -> None:
    moved, removed, kept = (a_spot(session, *PORTO) for _ in range(3))
    session.add(late := Spot())
    session.flush()

    moved.position = geo.point(10, 10)
    late.position = geo.point(20, 20)
    session.delete(removed)
    session.flush()
    session.execute(update(Spot).where(Spot.id == kept.id).values(position=None))

    assert rtree_ids(session) == sorted([moved.id, late.id])
    assert geo.find_within(session, Spot, Spot.position, (10, 10), 1)[0][0] is moved
    assert geo.find_within(session, Spot, Spot.position, PORTO, 1_000) == []


@only_sqlite
def test_the_index_follows_a_replaced_row_and_a_new_id(session: Session) -> None:
    spot = a_spot(session, *PORTO)
    session.execute(
        text("INSERT OR REPLACE INTO geo_spot SELECT id, tenant_id, 'new', position FROM geo_spot")
    )

    session.execute(update(Spot).values(id=UUID(int=77)))

    assert (spot.name, rtree_ids(session)) == ("", [UUID(int=77)])


@only_sqlite
def test_the_index_survives_vacuum(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for i in range(50):
            a_spot(session, -8 + i * 0.01, 41, name=f"{i}")
        session.execute(delete(Spot).where(Spot.name.like("1%")))
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("BEGIN")

    with Session(engine) as session, session.begin():
        found = geo.find_nearest(session, Spot, Spot.position, (-7.8, 41), 3)
        session.execute(delete(Spot))

    assert sorted(names(found)) == ["20", "21", "22"]


@only_sqlite
def test_making_the_index_again_fills_it_from_the_records(engine: Engine, session: Session) -> None:
    connection = session.connection()
    for line in ddl.drop_statements("sqlite", ["geo_spot"]):
        connection.exec_driver_sql(line)
    spot = a_spot(session, *PORTO)

    ddl.apply(connection, ["geo_spot"])

    assert rtree_ids(session) == [spot.id]


@only_sqlite
def test_the_file_has_exactly_what_is_declared(session: Session) -> None:
    of_these_tables = {name for name in ddl.declared_sqlite_objects() if "geo_" in name}

    assert ddl.sqlite_objects(session.connection()) == of_these_tables


@only_sqlite
def test_shadow_tables_are_told_from_real_ones(session: Session) -> None:
    tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))

    assert {name for name in tables if not ddl.is_shadow_table(name)} == set(TABLES)


# ------------------------------------------------------------------------------------- guards


@pytest.mark.parametrize(
    ("start", "end", "columns", "allowed"),
    [
        (1, 3, {}, False),
        (0.5, 0.75, {}, False),
        (-5, 5, {}, False),
        (2, 4, {}, True),
        (-2, 0, {}, True),
        (1, 1, {}, True),
        (1, 3, {"state": "cancelled"}, True),
        (1, 3, {"engineer_id": UUID(int=4)}, True),
        (1, 3, {"tenant_id": OTHER_TENANT}, True),
    ],
)
def test_the_ranges_of_one_owner_never_overlap(
    session: Session, start: float, end: float, columns: dict[str, Any], *, allowed: bool
) -> None:
    a_slot(session, 0, 2)

    refusal = None
    try:
        with session.begin_nested():
            a_slot(session, start, end, **columns)
    except IntegrityError as error:
        refusal = str(error.orig)

    assert (refusal is None) is allowed
    assert allowed or NO_OVERLAP in str(refusal)


def test_a_range_without_end_reaches_for_ever(session: Session) -> None:
    session.add(Slot(starts_at=NOON, ends_at=None))
    session.flush()

    with pytest.raises(IntegrityError, match=NO_OVERLAP):
        a_slot(session, 1000, 1001)


def test_moving_or_reviving_a_range_into_another_is_refused(session: Session) -> None:
    a_slot(session, 0, 2)
    later = a_slot(session, 2, 4)
    cancelled = a_slot(session, 0, 2, state="cancelled")

    def refused(slot: Slot, **changes: Any) -> bool:
        try:
            with session.begin_nested():
                session.execute(update(Slot).where(Slot.id == slot.id).values(**changes))
        except IntegrityError as error:
            return NO_OVERLAP in str(error.orig)
        return False

    assert refused(later, starts_at=NOON + dt.timedelta(hours=1, minutes=59))
    assert refused(cancelled, state="confirmed")
    assert not refused(later, starts_at=NOON + dt.timedelta(hours=3))


@pytest.mark.parametrize("change", [update(Fact).values(note="new"), delete(Fact)])
def test_an_append_only_table_refuses_changes(session: Session, change: Any) -> None:
    session.add(Fact(note="old"))
    session.flush()

    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(change)

    assert session.scalars(select(Fact.note)).all() == ["old"]


def test_declaring_twice_changes_nothing(session: Session) -> None:
    a_slot(session, 0, 2)

    ddl.apply(session.connection(), TABLES)

    with pytest.raises(IntegrityError, match=NO_OVERLAP):
        a_slot(session, 1, 3)


# ----------------------------------------------------------------------------------- row security


@pytest.mark.only("postgres")
def test_the_application_sees_one_tenant_and_may_not_rewrite_facts(session: Session) -> None:
    a_spot(session, *PORTO, name="ours")
    a_spot(session, *PORTO, name="theirs", tenant_id=OTHER_TENANT)
    connection = session.connection()

    enter_tenant(connection)
    found = geo.find_nearest(session, Spot, Spot.position, PORTO, 5)
    inside = geo.find_within(session, Spot, Spot.position, PORTO, 100)
    rights = connection.exec_driver_sql(
        "SELECT has_table_privilege('geo_fact', 'INSERT'),"
        " has_table_privilege('geo_fact', 'UPDATE')"
    ).one()

    assert (names(found), names(inside)) == (["ours"], ["ours"])
    assert tuple(rights) == (True, False)
