"""The outbox: a job takes effect exactly once, whoever runs it, dies over it or comes late."""

from __future__ import annotations

import contextvars
import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.kernel import clock, outbox
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.outbox import JobState, OutboxRow, defer, due_jobs, run_job
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from server.places.models import Customer
from tests.builders import a_customer
from tests.server.kernel.conftest import is_postgresql

Working = Callable[..., Any]
Job = Callable[[Session, dict[str, Any]], Any]
EVERY = 10**6


@pytest.fixture
def declare(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Job], None]:
    return lambda name, job: monkeypatch.setitem(platform.jobs, name, job)


@pytest.fixture
def name() -> str:
    """What the job of this test calls the customer that is its effect."""
    return f"Effect {new_id()}"


@pytest.fixture
def job_id(declare: Callable[[str, Job], None], working: Working, name: str) -> UUID:
    declare("test.effect", lambda session, payload: effect(session, payload["name"]))
    return deferred(working, "test.effect", name)


def deferred(working: Working, job: str, name: str, **options: Any) -> UUID:
    with working() as session:
        made: UUID = defer(session, job, {"name": name}, **options).id
    return made


def effect(session: Session, name: str) -> None:
    a_customer(session, name=name)


def effects(working: Working, name: str) -> int:
    with working(write=False) as session:
        return len(session.scalars(select(Customer.id).where(Customer.name == name)).all())


def row_of(platform: Platform, job_id: UUID) -> OutboxRow:
    with unit_of_work(platform, None, write=False) as session:
        row = session.get_one(OutboxRow, job_id)
        session.expunge(row)
    return row


def later(seconds: float, work: Callable[[], Any]) -> Any:
    """Do the work as if so much time had gone by."""

    def at_that_time() -> Any:
        with clock.frozen(clock.now() + dt.timedelta(seconds=seconds)):
            return work()

    return contextvars.copy_context().run(at_that_time)


def both(*works: Callable[[], Any]) -> list[Any]:
    """Do all at once, each in a thread of its own; what they returned, sorted."""
    start = threading.Barrier(len(works))
    found: list[Any] = []

    def run(work: Callable[[], Any]) -> None:
        start.wait()
        found.append(work())

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_a_job_is_run_with_its_payload_and_marked_as_done(
    platform: Platform, working: Working, job_id: UUID, name: str
) -> None:
    assert run_job(platform, job_id) is True

    assert effects(working, name) == 1
    assert row_of(platform, job_id).state is JobState.DONE
    assert run_job(platform, job_id) is False


def test_a_unit_of_work_that_is_undone_leaves_no_job(
    platform: Platform, working: Working, declare: Callable[[str, Job], None]
) -> None:
    declare("test.effect", lambda session, payload: None)
    with pytest.raises(LookupError), working() as session:  # noqa: PT012
        row = defer(session, "test.effect", {})
        session.flush()
        job_id = row.id
        raise LookupError

    assert job_id not in due_jobs(platform, EVERY)


def test_a_job_that_nobody_declares_is_refused_at_once(working: Working) -> None:
    with pytest.raises(LookupError, match=r"test\.unknown"), working() as session:
        defer(session, "test.unknown", {})


def test_two_workers_that_race_for_a_job_do_it_once(
    platform: Platform, working: Working, job_id: UUID, name: str
) -> None:
    ran = both(lambda: run_job(platform, job_id), lambda: run_job(platform, job_id))

    assert ran == [False, True]
    assert effects(working, name) == 1


def test_a_job_whose_worker_died_is_due_again_when_the_lease_ends(
    platform: Platform, working: Working, job_id: UUID, name: str
) -> None:
    outbox._claim(platform, job_id)  # The worker dies here.

    assert job_id not in due_jobs(platform, EVERY)
    assert run_job(platform, job_id) is False
    assert job_id in later(121, lambda: due_jobs(platform, EVERY))
    assert later(121, lambda: run_job(platform, job_id)) is True
    assert effects(working, name) == 1


def test_a_worker_slower_than_its_lease_and_its_successor_take_effect_once(
    platform: Platform, working: Working, declare: Callable[[str, Job], None], name: str
) -> None:
    began, finish = threading.Event(), threading.Event()

    def slow(session: Session, payload: dict[str, Any]) -> None:
        effect(session, payload["name"])
        began.set()
        finish.wait(5)

    declare("test.slow", slow)
    job_id = deferred(working, "test.slow", name)
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(run_job(platform, job_id))),
        threading.Thread(
            target=lambda: found.append(later(121, lambda: run_job(platform, job_id)))
        ),
    ]
    threads[0].start()
    assert began.wait(5)
    threads[1].start()
    finish.set()
    for thread in threads:
        thread.join()

    assert sorted(found) == [False, True]
    assert effects(working, name) == 1


def test_a_worker_that_comes_back_after_its_lease_finds_the_job_taken(
    platform: Platform, working: Working, job_id: UUID, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = outbox._claim(platform, job_id)
    assert later(121, lambda: run_job(platform, job_id)) is True
    monkeypatch.setattr(outbox, "_claim", lambda *_: claim)  # It wakes up with its old claim.

    assert run_job(platform, job_id) is False
    assert effects(working, name) == 1
    assert row_of(platform, job_id).state is JobState.DONE


def test_a_job_that_fails_keeps_nothing_and_waits_longer_each_time(
    platform: Platform, working: Working, declare: Callable[[str, Job], None], name: str
) -> None:
    def failing(session: Session, payload: dict[str, Any]) -> None:
        effect(session, payload["name"])
        session.flush()
        raise ConnectionError("mail server away")

    declare("test.failing", failing)
    job_id = deferred(working, "test.failing", name)
    waits = []
    for seconds, expected in ((1, 2), (10, 4), (100, 8)):
        with clock.frozen(clock.now() + dt.timedelta(seconds=seconds)):
            assert run_job(platform, job_id) is False
            row = row_of(platform, job_id)
            waits.append((row.run_at - clock.now(), dt.timedelta(seconds=expected)))
            assert run_job(platform, job_id) is False, "not before its time"

    assert [found for found, _ in waits] == [expected for _, expected in waits]
    assert (row.state, row.tries, row.lease_until) == (JobState.QUEUED, 3, None)
    assert "mail server away" in row.last_error
    assert effects(working, name) == 0


def test_a_job_that_fails_every_time_is_kept_as_failed(
    platform: Platform, working: Working, declare: Callable[[str, Job], None], name: str
) -> None:
    declare("test.hopeless", lambda session, payload: 1 / 0)
    job_id = deferred(working, "test.hopeless", name)

    for turn in range(outbox.MAX_TRIES):
        later(turn * 4000, lambda: run_job(platform, job_id))

    row = row_of(platform, job_id)
    assert (row.state, row.tries) == (JobState.FAILED, outbox.MAX_TRIES)
    assert job_id not in later(10**6, lambda: due_jobs(platform, EVERY))


def test_a_job_that_kills_its_worker_each_time_is_given_up_too(
    platform: Platform, working: Working, job_id: UUID, name: str
) -> None:
    for turn in range(outbox.MAX_TRIES):
        later(turn * 200, lambda: outbox._claim(platform, job_id))

    assert later(10_000, lambda: run_job(platform, job_id)) is False
    assert row_of(platform, job_id).state is JobState.FAILED
    assert effects(working, name) == 0


def test_a_job_is_not_run_before_its_time(
    platform: Platform, working: Working, declare: Callable[[str, Job], None], name: str
) -> None:
    declare("test.effect", lambda session, payload: effect(session, payload["name"]))
    soon = clock.now() + dt.timedelta(hours=1)
    job_id = deferred(working, "test.effect", name, run_at=soon)

    assert job_id not in due_jobs(platform, EVERY)
    assert run_job(platform, job_id) is False
    assert later(3601, lambda: run_job(platform, job_id)) is True


def test_a_second_job_with_the_same_key_is_impossible(
    working: Working, theirs: Working, declare: Callable[[str, Job], None], name: str
) -> None:
    declare("test.effect", lambda session, payload: None)
    deferred(working, "test.effect", name, key=name)

    with pytest.raises(IntegrityError):
        deferred(working, "test.effect", name, key=name)
    assert deferred(theirs, "test.effect", name, key=name)


def test_jobs_without_a_key_are_as_many_as_were_deferred(
    working: Working, declare: Callable[[str, Job], None], name: str
) -> None:
    declare("test.effect", lambda session, payload: None)

    first, second = (deferred(working, "test.effect", name) for _ in range(2))
    assert first != second


@pytest.fixture
def sweeping(platform: Platform) -> None:
    """Only this test's jobs are due: those of others in the database are nobody's here."""
    with unit_of_work(platform, None) as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.state == JobState.QUEUED)):
            row.state = JobState.DONE


def test_the_sweep_runs_what_is_due_the_oldest_first(
    platform: Platform, working: Working, sweeping: None, declare: Callable[[str, Job], None]
) -> None:
    ran: list[str] = []
    declare("test.note", lambda session, payload: ran.append(payload["name"]))
    for name, age in (("second", 10), ("third", 5), ("first", 60)):
        at = clock.now() - dt.timedelta(seconds=age)
        deferred(working, "test.note", name, run_at=at)

    assert len(due_jobs(platform, 2)) == 2
    assert outbox.run_due(platform) == 3
    assert ran == ["first", "second", "third"]


def test_only_jobs_due_now_are_announced(
    working: Working, declare: Callable[[str, Job], None]
) -> None:
    declare("test.note", lambda session, payload: None)
    with working() as session:
        now = defer(session, "test.note", {}).id
        defer(session, "test.note", {}, run_at=clock.now() + dt.timedelta(hours=1))

        assert session.info["unit"].job_ids == [now]


def test_a_job_runs_in_its_own_tenant_as_the_system(
    platform: Platform, tenant: Tenant, working: Working, declare: Callable[[str, Job], None]
) -> None:
    seen: list[Any] = []

    def look(session: Session, payload: dict[str, Any]) -> None:
        seen.append((session.info["unit"].tenant_id, session.info["unit"].actor.name))
        if is_postgresql(session):
            raw = "select current_setting('app.tenant_id')"
            seen.append(session.connection().exec_driver_sql(raw).scalar_one())

    declare("test.look", look)

    assert run_job(platform, deferred(working, "test.look", "")) is True
    assert seen[0] == (tenant.id, "system")
    assert seen[1:] in ([], [str(tenant.id)])
