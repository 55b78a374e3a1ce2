"""Two at once: nobody gets what another has, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory import service
from inventory.errors import StockNotFree
from inventory.models import Part, StockLevel, StockLocation, StockMove
from server.kernel.actors import Actor
from server.kernel.errors import Busy, DomainError
from server.kernel.ids import new_id
from server.kernel.uow import retrying
from server.workforce import api as workforce
from server.workorders import api as workorders
from tests.builders import a_part, a_van, a_warehouse, some_stock
from tests.inventory.records import (
    ONE,
    a_repair,
    a_work_order,
    assert_sound,
    assign,
    claims,
    fit,
    level,
    reserve,
)
from tests.server.workforce.people import an_engineer

Working = Callable[..., Any]
AT_ONCE = 4


@dataclass(frozen=True)
class Scene:
    """The ids of what the racers meet at."""

    part: UUID
    store: UUID
    work: tuple[UUID, ...]
    repairs: tuple[UUID, ...]
    engineers: tuple[UUID, ...]


@pytest.fixture
def scene(working: Working) -> Scene:
    with working() as session:
        work = [a_work_order(session) for _ in range(AT_ONCE)]
        return Scene(
            part=a_part(session).id,
            store=a_warehouse(session).id,
            work=tuple(one.id for one in work),
            repairs=tuple(a_repair(session, one).id for one in work),
            engineers=tuple(an_engineer(session).id for _ in range(2)),
        )


def at_once(working: Working, *works: Callable[[Session], Any]) -> list[Any]:
    """Run each work in a unit of work of its own, all at the same time.

    A deadlock or a busy database is tried again, as the edge and its clients do.
    """
    barrier = Barrier(len(works))

    def run(work: Callable[[Session], Any]) -> Any:
        def unit() -> Any:
            with working() as session:
                return work(session)

        barrier.wait()
        for _ in range(5):
            try:
                return retrying(unit)
            except Busy:
                continue
            except DomainError as refusal:
                return refusal
        raise AssertionError

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_the_last_five_are_claimed_once(working: Working, scene: Scene) -> None:
    with working() as session:
        some_stock(session, scene.part, scene.store, 5 * ONE)

    def claim(work_order_id: UUID) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            work_order = workorders.get_work_order(session, work_order_id)
            reserve(session, work_order, session.get_one(Part, scene.part), 5 * ONE)

        return work

    at_once(working, *(claim(work_order_id) for work_order_id in scene.work))

    with working(write=False) as session:
        got = [claims(session, workorders.get_work_order(session, one)) for one in scene.work]
        assert sorted(one[scene.store] for one in got) == [0, 0, 0, 5 * ONE]
        assert sum(one[None] for one in got) == 15 * ONE
        assert_sound(session)


def test_the_last_five_leave_the_warehouse_once(
    working: Working, scene: Scene, actor: Actor
) -> None:
    with working() as session:
        some_stock(session, scene.part, scene.store, 5 * ONE)
        vans = [a_van(session, engineer_id).id for engineer_id in scene.engineers]

    def load(van_id: UUID) -> Callable[[Session], Any]:
        return lambda session: service.transfer_stock(
            session,
            actor=actor,
            part_id=scene.part,
            from_location_id=scene.store,
            to_location_id=van_id,
            quantity=5 * ONE,
        )

    outcomes = at_once(working, *map(load, vans))

    assert sum(isinstance(outcome, StockNotFree) for outcome in outcomes) == 1
    with working(write=False) as session:
        on_hand = session.scalars(select(StockLevel.on_hand).order_by(StockLevel.on_hand))
        assert list(on_hand)[-1] == 5 * ONE
        assert_sound(session)


def test_two_dispatchers_who_book_one_engineer_share_what_the_van_holds(
    working: Working, scene: Scene
) -> None:
    with working() as session:
        van_id = a_van(session, scene.engineers[0]).id
        some_stock(session, scene.part, van_id, 5 * ONE)
        for work_order_id in scene.work:
            work_order = workorders.get_work_order(session, work_order_id)
            reserve(session, work_order, session.get_one(Part, scene.part), 3 * ONE)

    def book(work_order_id: UUID) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            engineer = workforce.get_engineer(session, scene.engineers[0])
            assign(session, workorders.lock_work_order(session, work_order_id), engineer)

        return work

    at_once(working, *(book(work_order_id) for work_order_id in scene.work))

    with working(write=False) as session:
        got = [claims(session, workorders.get_work_order(session, one)) for one in scene.work]
        assert sum(one[van_id] for one in got) == 5 * ONE
        assert_sound(session)


def test_what_is_fitted_at_once_never_makes_a_level_negative(
    working: Working, scene: Scene
) -> None:
    with working() as session:
        van_id = a_van(session, scene.engineers[0]).id
        some_stock(session, scene.part, van_id, 5 * ONE)

    def use(index: int) -> Callable[[Session], Any]:
        def work(session: Session) -> Any:
            work_order = workorders.lock_work_order(session, scene.work[index])
            part = session.get_one(Part, scene.part)
            engineer = workforce.get_engineer(session, scene.engineers[0])
            repair_id = scene.repairs[index]
            return fit(session, work_order, part, 3 * ONE, engineer=engineer, repair_id=repair_id)

        return work

    fitted = at_once(working, *map(use, range(AT_ONCE)))

    assert sum(one.found for one in fitted) == 7 * ONE
    with working(write=False) as session:
        place = session.get_one(StockLocation, van_id)
        assert level(session, session.get_one(Part, scene.part), place) == (0, 0)
        assert_sound(session)


def test_a_consumption_pushed_twice_at_once_is_booked_once(working: Working, scene: Scene) -> None:
    move_id = new_id()

    def use(session: Session) -> Any:
        work_order = workorders.lock_work_order(session, scene.work[0])
        part = session.get_one(Part, scene.part)
        engineer = workforce.get_engineer(session, scene.engineers[0])
        repair_id = scene.repairs[0]
        return fit(
            session,
            work_order,
            part,
            ONE,
            engineer=engineer,
            repair_id=repair_id,
            move_id=move_id,
        )

    fitted = at_once(working, use, use)

    assert sorted(one.is_replay for one in fitted) == [False, True]
    with working(write=False) as session:
        assert len(session.scalars(select(StockMove)).all()) == 2  # What was found, and used.
        assert_sound(session)


def test_a_level_that_begins_twice_at_once_is_one_level(working: Working, scene: Scene) -> None:
    def receive(session: Session) -> None:
        some_stock(session, scene.part, scene.store, ONE)

    at_once(working, *[receive] * AT_ONCE)

    with working(write=False) as session:
        assert list(session.scalars(select(StockLevel.on_hand))) == [AT_ONCE * ONE]
        assert_sound(session)


def test_a_claim_made_while_stock_comes_in_is_not_left_short(
    working: Working, scene: Scene
) -> None:
    def claim(session: Session) -> None:
        work_order = workorders.get_work_order(session, scene.work[0])
        reserve(session, work_order, session.get_one(Part, scene.part), ONE)

    def receive(session: Session) -> None:
        some_stock(session, scene.part, scene.store, ONE)

    at_once(working, claim, receive)

    with working(write=False) as session:
        work_order = workorders.get_work_order(session, scene.work[0])
        assert claims(session, work_order) == {scene.store: ONE}


def test_using_releasing_and_receiving_at_once_keeps_the_books(
    working: Working, scene: Scene, actor: Actor
) -> None:
    with working() as session:
        some_stock(session, scene.part, scene.store, 4 * ONE)
        for work_order_id in scene.work:
            work_order = workorders.get_work_order(session, work_order_id)
            reserve(session, work_order, session.get_one(Part, scene.part), 2 * ONE)

    def use(index: int) -> Callable[[Session], Any]:
        def work(session: Session) -> Any:
            work_order = workorders.lock_work_order(session, scene.work[index])
            part = session.get_one(Part, scene.part)
            return fit(session, work_order, part, 2 * ONE, repair_id=scene.repairs[index])

        return work

    def release(session: Session) -> None:
        service.release(session, actor=actor, work_order_id=scene.work[0])

    def receive(session: Session) -> None:
        some_stock(session, scene.part, scene.store, ONE)

    def count(session: Session) -> None:
        service.count_stock(
            session, actor=actor, part_id=scene.part, location_id=scene.store, counted=2 * ONE
        )

    at_once(working, use(1), use(2), use(3), release, receive, count)

    with working(write=False) as session:
        assert_sound(session)
