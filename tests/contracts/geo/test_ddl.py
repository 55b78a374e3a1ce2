"""The contract of what stands beside the tables: indexes, guards and row-level security."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, Engine, Integer, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.kernel import ddl, geo
from tests.contracts.geo.tables import (
    NO_OVERLAP,
    NOON,
    OTHER_TENANT,
    PORTO,
    TABLES,
    Fact,
    Slot,
    Spot,
    a_slot,
    a_spot,
    captured,
    enter_tenant,
    names,
    rtree_ids,
)

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
def test_an_index_that_is_complete_is_not_made_again(session: Session) -> None:
    a_spot(session, *PORTO)

    with captured(session.connection()) as statements:
        ddl.apply(session.connection(), TABLES)

    assert [line for line, _ in statements if line.startswith(("DROP", "CREATE", "INSERT"))] == []


@only_sqlite
def test_a_batch_migration_loses_the_triggers_and_applying_restores_them(session: Session) -> None:
    kept = a_spot(session, *PORTO)
    a_slot(session, 0, 2)
    connection = session.connection()
    before = ddl.sqlite_objects(connection)

    for table in TABLES:
        with Operations(MigrationContext.configure(connection)).batch_alter_table(
            table, recreate="always"
        ) as batch:
            batch.add_column(Column("added", Integer))
    lost = before - ddl.sqlite_objects(connection)
    ddl.apply(connection, TABLES)
    moved = a_spot(session, 10, 10)

    assert {"geo_spot_position_rtree_insert", f"{NO_OVERLAP}_update"} <= lost
    assert ddl.sqlite_objects(connection) == before
    assert rtree_ids(session) == sorted([kept.id, moved.id])


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


def test_an_empty_range_is_in_nobodys_way(session: Session) -> None:
    a_slot(session, 1, 1)

    a_slot(session, 0, 2)

    assert session.scalar(select(func.count(Slot.id))) == 2


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
