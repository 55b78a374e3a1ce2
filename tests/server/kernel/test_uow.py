"""The unit of work keeps everything or nothing, asks again when the database says so, and reads."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from server import factory
from server.kernel import changes, db
from server.kernel.audit import AuditEntry
from server.kernel.errors import Busy, StaleRevision
from server.kernel.events import EventRecord
from server.kernel.modules import Platform
from server.kernel.session import Unit
from server.kernel.tenancy import Tenant
from server.kernel.uow import ATTEMPTS, is_busy, retrying, unit_of_work
from server.places.models import Customer
from tests.builders import a_customer

Working = Callable[..., Any]
UNSCOPED = {"unscoped": "health"}


@pytest.fixture(scope="module")
def impatient(platform: Platform) -> Iterator[Platform]:
    """A second process on the database of an embedded platform, which waits only briefly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "BUSY_TIMEOUT_SECONDS", 0.05)
        loaded = factory.load(dataclasses.replace(platform.settings), wake=False)
    yield loaded
    loaded.dispose()


@pytest.fixture
def customer_id(working: Working) -> UUID:
    with working() as session:
        made: UUID = a_customer(session, name="Before").id
    return made


def name_of(reading: Callable[[], Any], customer_id: UUID) -> str:
    with reading() as session:
        return str(session.get_one(Customer, customer_id).name)


def test_an_error_keeps_nothing_of_what_was_done(
    working: Working, reading: Callable[[], Any]
) -> None:
    with reading() as session:
        before = changes.height(session).seq

    with pytest.raises(LookupError), working() as session:  # noqa: PT012
        made = a_customer(session).id
        session.flush()
        raise LookupError

    with reading() as session:
        assert session.get(Customer, made) is None
        assert changes.height(session).seq == before
        for trace in (AuditEntry, EventRecord):
            assert session.scalars(select(trace).where(trace.entity_id == made)).all() == []


def test_record_feed_audit_and_fact_are_kept_together(
    working: Working, reading: Callable[[], Any]
) -> None:
    with working() as session:
        made = a_customer(session).id

    with reading() as session:
        assert session.get(Customer, made) is not None
        assert made in changes.visible_items(session, scopes={"desk"}, kind="customer")
        for trace in (AuditEntry, EventRecord):
            assert session.scalars(select(trace).where(trace.entity_id == made)).all()


def test_only_a_commit_is_announced(platform: Platform, working: Working) -> None:
    announced: list[Unit] = []
    platform.after_commit.append(announced.append)
    try:
        with pytest.raises(LookupError), working() as session:  # noqa: PT012
            a_customer(session)
            raise LookupError
        with working() as session:
            a_customer(session)
    finally:
        platform.after_commit.remove(announced.append)

    (unit,) = announced
    assert unit.height is not None


def test_a_savepoint_that_is_undone_leaves_the_rest(
    working: Working, reading: Callable[[], Any]
) -> None:
    with working() as session:
        kept = a_customer(session).id
        with pytest.raises(LookupError), session.begin_nested():  # noqa: PT012
            undone = a_customer(session).id
            session.flush()
            raise LookupError
        later = a_customer(session).id

    with reading() as session:
        found = {kept, later, undone} & changes.visible_items(
            session, scopes={"desk"}, kind="customer"
        ).keys()
        assert found == {kept, later}
        assert session.get(Customer, undone) is None


def test_a_reading_unit_refuses_changed_records(
    reading: Callable[[], Any], customer_id: UUID
) -> None:
    with pytest.raises(RuntimeError, match="reading"), reading() as session:
        session.get_one(Customer, customer_id).name = "After"

    assert name_of(reading, customer_id) == "Before"


def test_a_reading_unit_keeps_nothing_that_was_flushed(
    reading: Callable[[], Any], customer_id: UUID
) -> None:
    with pytest.raises((RuntimeError, DBAPIError)), reading() as session:  # noqa: PT012
        session.get_one(Customer, customer_id).name = "After"
        session.flush()
        raise RuntimeError  # SQLite has no read-only transaction: nothing commits it.

    assert name_of(reading, customer_id) == "Before"


def test_a_lost_race_is_run_again(working: Working, customer_id: UUID) -> None:
    tries: list[int] = []

    def work() -> str:
        with working() as session:
            tries.append(len(tries))
            if len(tries) < ATTEMPTS:
                raise StaleDataError
            session.get_one(Customer, customer_id).name = "After"
            return "done"

    assert retrying(work) == "done"
    assert len(tries) == ATTEMPTS


def test_a_race_that_is_lost_each_time_is_refused_as_stale() -> None:
    def work() -> None:
        raise StaleDataError

    with pytest.raises(StaleRevision):
        retrying(work)


@pytest.mark.only("postgres")
@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_serialization_failure_is_run_again_and_busy_at_last(
    working: Working, state: str
) -> None:
    tries: list[int] = []

    def work(failures: int) -> str:
        with working() as session:
            tries.append(len(tries))
            if len(tries) <= failures:
                raise_in_database(session, state)
            return "done"

    assert retrying(lambda: work(failures=2)) == "done"
    tries.clear()
    with pytest.raises(Busy):
        retrying(lambda: work(failures=3))
    assert len(tries) == ATTEMPTS


@pytest.mark.only("postgres")
@pytest.mark.parametrize("state", ["55P03", "57014", "53300", "57P01", "08006"])
def test_a_database_that_cannot_answer_now_is_busy(working: Working, state: str) -> None:
    with pytest.raises(Busy) as refused, working() as session:
        raise_in_database(session, state)

    assert refused.value.headers["Retry-After"]


@pytest.mark.only("postgres")
def test_a_lock_that_is_not_given_in_time_is_busy(working: Working, customer_id: UUID) -> None:
    with working() as session:
        session.get_one(Customer, customer_id).name = "First"
        session.flush()
        with pytest.raises(Busy), working() as waiting:  # noqa: PT012
            waiting.connection().exec_driver_sql("set local lock_timeout = '50ms'")
            waiting.scalars(
                select(Customer).where(Customer.id == customer_id).with_for_update()
            ).one()


@pytest.mark.only("sqlite")
def test_a_second_writer_that_waits_too_long_is_busy(
    impatient: Platform, tenant: Tenant, working: Working
) -> None:
    with working() as session:
        a_customer(session)
        with pytest.raises(Busy), unit_of_work(impatient, tenant.id) as second:
            second.scalars(select(Customer.id)).first()


@pytest.mark.only("sqlite")
def test_readers_do_not_wait_for_a_writer(
    impatient: Platform, tenant: Tenant, working: Working, customer_id: UUID
) -> None:
    with working() as session:
        session.get_one(Customer, customer_id).name = "After"
        session.flush()

        with unit_of_work(impatient, tenant.id, write=False) as second:
            assert second.get_one(Customer, customer_id).name == "Before"


def test_a_server_that_is_not_there_is_busy() -> None:
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")

    with pytest.raises(DBAPIError) as refused, nowhere.connect():
        pass

    assert is_busy(refused.value)


def test_two_writers_of_one_record_both_count(
    platform: Platform, tenant: Tenant, reading: Callable[[], Any], customer_id: UUID
) -> None:
    start = threading.Barrier(2)

    def write(letter: str) -> None:
        start.wait()

        def work() -> None:
            with unit_of_work(platform, tenant.id) as session:
                session.get_one(Customer, customer_id).name += letter

        retrying(work)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(name_of(reading, customer_id)) == sorted("Beforeab")


def raise_in_database(session: Session, state: str) -> None:
    session.connection().exec_driver_sql(
        f"DO $$ BEGIN RAISE EXCEPTION 'asked for' USING ERRCODE = '{state}'; END $$"
    )


@pytest.mark.only("postgres")
def test_what_reads_have_prepared_is_there_for_the_next_one(
    platform: Platform, tenant: Tenant
) -> None:
    own = factory.load(dataclasses.replace(platform.settings), wake=False)

    def customers() -> int:
        with unit_of_work(own, tenant.id, write=False) as session:
            session.scalars(select(Customer.name)).all()
            prepared = text("SELECT count(*) FROM pg_prepared_statements")
            return int(session.connection().scalar(prepared, execution_options=UNSCOPED) or 0)

    counts = [customers() for _ in range(10)]
    own.dispose()

    assert counts[0] == 0
    assert counts[-1] > 0
