"""Receipts, returns, adjustments, counts and transfers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inventory import service
from inventory.errors import LocationNotEmpty, StockNotFree
from inventory.models import StockLevel, StockLocation, StockMove
from server.kernel.actors import Actor
from server.kernel.creation import IdTaken
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from tests.builders import a_part, a_van, a_warehouse, some_stock
from tests.inventory.records import (
    ONE,
    a_work_order,
    assert_sound,
    assign,
    claims,
    level,
    moves,
    reserve,
)
from tests.server.workforce.people import an_engineer


@pytest.fixture
def store(session: Session) -> StockLocation:
    return a_warehouse(session)


def test_a_receipt_raises_the_level_once(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, move_id = a_part(session), new_id()
    same: dict[str, Any] = {"part_id": part.id, "location_id": store.id, "move_id": move_id}

    service.receive_stock(session, actor=actor, quantity=ONE, **same)
    service.receive_stock(session, actor=actor, quantity=ONE, **same)

    assert level(session, part, store) == (ONE, 0)
    with pytest.raises(IdTaken):
        service.receive_stock(session, actor=actor, quantity=2 * ONE, **same)


def test_an_archived_part_is_returned_but_not_received(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part = a_part(session)
    service.change_part(session, actor=actor, part=part, changes={"is_archived": True})
    what: dict[str, Any] = {"part_id": part.id, "location_id": store.id, "quantity": ONE}

    service.return_stock(session, actor=actor, **what)

    assert moves(session, part) == [("return", ONE)]
    with pytest.raises(InvalidInput):
        service.receive_stock(session, actor=actor, **what)


def test_an_adjustment_never_takes_what_is_claimed(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, work_order = a_part(session), a_work_order(session)
    some_stock(session, part.id, store.id, 3 * ONE)
    reserve(session, work_order, part, 2 * ONE)
    what: dict[str, Any] = {"part_id": part.id, "location_id": store.id}

    service.adjust_stock(session, actor=actor, quantity=-ONE, remark="broken", **what)

    assert level(session, part, store) == (2 * ONE, 2 * ONE)
    with pytest.raises(StockNotFree):
        service.adjust_stock(session, actor=actor, quantity=-1, **what)


@pytest.mark.parametrize("counted", [0, ONE, 3 * ONE, 7 * ONE])
def test_a_count_makes_the_level_what_was_counted(
    session: Session, actor: Actor, store: StockLocation, counted: int
) -> None:
    part = a_part(session)
    some_stock(session, part.id, store.id, 3 * ONE)

    service.count_stock(
        session, actor=actor, part_id=part.id, location_id=store.id, counted=counted
    )

    assert level(session, part, store) == (counted, 0)
    assert ("adjustment", counted - 3 * ONE) in moves(session, part)
    assert_sound(session)


def test_a_count_below_the_claims_sends_the_latest_work_elsewhere(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, first, second = a_part(session), a_work_order(session), a_work_order(session)
    some_stock(session, part.id, store.id, 4 * ONE)
    reserve(session, first, part, 2 * ONE)
    reserve(session, second, part, 2 * ONE)
    side = a_warehouse(session, name="Side")
    some_stock(session, part.id, side.id, ONE)

    service.count_stock(session, actor=actor, part_id=part.id, location_id=store.id, counted=ONE)

    assert claims(session, first) == {store.id: ONE, None: ONE}
    assert claims(session, second) == {side.id: ONE, None: ONE}
    assert_sound(session)


def test_a_transfer_is_two_moves_with_one_id(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, engineer = a_part(session), an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, store.id, 3 * ONE)

    made = service.transfer_stock(
        session,
        actor=actor,
        part_id=part.id,
        from_location_id=store.id,
        to_location_id=van.id,
        quantity=2 * ONE,
    )

    both = session.scalars(select(StockMove).where(StockMove.transfer_id == made.id)).all()
    assert sorted((move.quantity, move.location_id) for move in both) == [
        (-2 * ONE, store.id),
        (2 * ONE, van.id),
    ]
    assert (level(session, part, store), level(session, part, van)) == ((ONE, 0), (2 * ONE, 0))


def test_a_transfer_never_takes_what_is_claimed(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, work_order, side = a_part(session), a_work_order(session), a_warehouse(session)
    some_stock(session, part.id, store.id, 2 * ONE)
    reserve(session, work_order, part, ONE)

    with pytest.raises(StockNotFree) as refusal:
        service.transfer_stock(
            session,
            actor=actor,
            part_id=part.id,
            from_location_id=store.id,
            to_location_id=side.id,
            quantity=2 * ONE,
        )

    assert refusal.value.params == {"free": ONE, "quantity": 2 * ONE}


def test_a_transfer_for_a_work_order_takes_its_claims_along(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, store.id, 2 * ONE)
    reserve(session, work_order, part, 2 * ONE)
    assign(session, work_order, engineer)
    same: dict[str, Any] = {
        "part_id": part.id,
        "from_location_id": store.id,
        "to_location_id": van.id,
        "quantity": ONE,
        "work_order_id": work_order.id,
        "transfer_id": new_id(),
    }

    service.transfer_stock(session, actor=actor, **same)
    service.transfer_stock(session, actor=actor, **same)

    assert claims(session, work_order) == {van.id: ONE, store.id: ONE}
    assert (level(session, part, store), level(session, part, van)) == ((ONE, ONE), (ONE, ONE))
    assert_sound(session)


def test_a_transfer_to_where_it_is_already_is_refused(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part = a_part(session)
    some_stock(session, part.id, store.id, ONE)

    with pytest.raises(InvalidInput):
        service.transfer_stock(
            session,
            actor=actor,
            part_id=part.id,
            from_location_id=store.id,
            to_location_id=store.id,
            quantity=ONE,
        )


def test_a_location_with_stock_is_not_archived(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part = a_part(session)
    some_stock(session, part.id, store.id, ONE)

    with pytest.raises(LocationNotEmpty):
        service.change_location(session, actor=actor, location=store, changes={"is_archived": True})


@pytest.mark.parametrize("statement", [update(StockMove).values(quantity=9), delete(StockMove)])
def test_the_database_refuses_to_change_the_ledger(
    session: Session, store: StockLocation, statement: object
) -> None:
    some_stock(session, a_part(session).id, store.id, ONE)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(statement)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("on_hand", "reserved"), [(-1, 0), (0, -1), (ONE, ONE + 1)], ids=["less", "claim", "over"]
)
def test_the_database_refuses_a_level_that_cannot_be(
    session: Session, store: StockLocation, on_hand: int, reserved: int
) -> None:
    part = a_part(session)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.add(
            StockLevel(part_id=part.id, location_id=store.id, on_hand=on_hand, reserved=reserved)
        )
