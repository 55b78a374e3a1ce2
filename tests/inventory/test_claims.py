"""Claims of work orders on parts, through the port and over the work order's life."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory import service
from inventory.errors import ReservationClosed, WorkOrderFinished
from inventory.models import Reservation, StockLocation
from inventory.service import Line
from server.kernel import clock, outbox
from server.kernel.actors import Actor
from server.kernel.ids import new_id
from server.workorders import api as workorders
from tests.builders import (
    a_fault_code,
    a_model,
    a_part,
    a_ticket,
    a_van,
    a_warehouse,
    an_asset,
    some_stock,
)
from tests.inventory.records import (
    ONE,
    a_work_order,
    assert_sound,
    assign,
    claims,
    fit,
    gate_of,
    level,
    need,
    reserve,
)
from tests.server.workforce.people import an_engineer


@pytest.fixture
def store(session: Session) -> StockLocation:
    return a_warehouse(session)


def test_a_ticket_whose_fault_takes_a_part_reserves_it(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, model = a_part(session), a_model(session)
    fault_code = a_fault_code(session, model.id)
    some_stock(session, part.id, store.id, 5 * ONE)
    lines = [Line(part.id, 2 * ONE)]
    service.set_fault_code_parts(session, actor=actor, fault_code_id=fault_code.id, lines=lines)

    ticket = a_ticket(
        session, asset_id=an_asset(session, model_id=model.id).id, fault_code_id=fault_code.id
    )

    (work_order,) = workorders.find_by_ticket(session, ticket.id)
    assert claims(session, work_order) == {store.id: 2 * ONE}
    assert level(session, part, store) == (5 * ONE, 2 * ONE)
    assert_sound(session)


def test_what_is_not_there_stays_short(session: Session, store: StockLocation) -> None:
    part, work_order = a_part(session), a_work_order(session)
    some_stock(session, part.id, store.id, ONE)

    reserve(session, work_order, part, 3 * ONE)

    assert claims(session, work_order) == {store.id: ONE, None: 2 * ONE}
    assert_sound(session)


def test_reserving_the_same_needs_again_claims_nothing_more(
    session: Session, store: StockLocation
) -> None:
    part, work_order = a_part(session), a_work_order(session)
    some_stock(session, part.id, store.id, 9 * ONE)

    reserve(session, work_order, part, 2 * ONE)
    reserve(session, work_order, part, 2 * ONE)
    reserve(session, work_order, part, 3 * ONE)

    assert claims(session, work_order) == {store.id: 3 * ONE}


def test_a_booking_moves_claims_to_the_van_as_far_as_it_holds_the_part(
    session: Session, store: StockLocation
) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, store.id, 5 * ONE)
    some_stock(session, part.id, van.id, ONE)
    reserve(session, work_order, part, 2 * ONE)

    assign(session, work_order, engineer)

    assert claims(session, work_order) == {van.id: ONE, store.id: ONE}
    assert_sound(session)


def test_without_booking_claims_go_back_to_a_store(session: Session, store: StockLocation) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, store.id, 5 * ONE)
    some_stock(session, part.id, van.id, 5 * ONE)
    reserve(session, work_order, part, 2 * ONE)
    assign(session, work_order, engineer)
    assert claims(session, work_order) == {van.id: 2 * ONE}

    assign(session, work_order, None)

    assert claims(session, work_order) == {store.id: 2 * ONE}
    assert level(session, part, van) == (5 * ONE, 0)
    assert_sound(session)


def test_a_claim_in_the_van_of_somebody_else_is_short_when_no_store_holds_the_part(
    session: Session,
) -> None:
    part, work_order = a_part(session), a_work_order(session)
    first, second = an_engineer(session), an_engineer(session)
    van = a_van(session, first.id)
    some_stock(session, part.id, van.id, ONE)
    assign(session, work_order, first)
    reserve(session, work_order, part, ONE)
    assert claims(session, work_order) == {van.id: ONE}

    assign(session, work_order, second)

    assert claims(session, work_order) == {None: ONE}
    assert_sound(session)


def test_nobody_claims_what_lies_in_the_van_of_another_engineer(session: Session) -> None:
    part, work_order, other = a_part(session), a_work_order(session), an_engineer(session)
    some_stock(session, part.id, a_van(session, other.id).id, 5 * ONE)

    reserve(session, work_order, part, ONE)

    assert claims(session, work_order) == {None: ONE}


def test_a_receipt_serves_the_work_due_first(session: Session, store: StockLocation) -> None:
    part = a_part(session)
    late = a_work_order(session, due_at=clock.now() + dt.timedelta(days=3))
    urgent = a_work_order(session, due_at=clock.now() + dt.timedelta(hours=2))
    for work_order in (late, urgent):
        reserve(session, work_order, part, 2 * ONE)

    some_stock(session, part.id, store.id, 3 * ONE)

    assert claims(session, urgent) == {store.id: 2 * ONE}
    assert claims(session, late) == {store.id: ONE, None: ONE}
    assert_sound(session)


def test_what_comes_into_a_van_serves_only_the_work_of_its_engineer(session: Session) -> None:
    part, engineer = a_part(session), an_engineer(session)
    van = a_van(session, engineer.id)
    theirs, other = a_work_order(session), a_work_order(session)
    assign(session, theirs, engineer)
    for work_order in (other, theirs):
        reserve(session, work_order, part, ONE)

    some_stock(session, part.id, van.id, 5 * ONE)

    assert claims(session, theirs) == {van.id: ONE}
    assert claims(session, other) == {None: ONE}


def test_what_one_work_gives_back_another_gets(
    session: Session, actor: Actor, store: StockLocation
) -> None:
    part, holder, waiting = a_part(session), a_work_order(session), a_work_order(session)
    some_stock(session, part.id, store.id, 2 * ONE)
    reserve(session, holder, part, 2 * ONE)
    reserve(session, waiting, part, 2 * ONE)

    workorders.cancel(session, actor=actor, work_order=holder, reason="called off")

    assert claims(session, holder) == {}
    assert claims(session, waiting) == {store.id: 2 * ONE}
    assert_sound(session)


def test_a_claim_that_moves_to_a_van_leaves_the_store_to_others(
    session: Session, store: StockLocation
) -> None:
    part, first, waiting = a_part(session), a_work_order(session), a_work_order(session)
    engineer = an_engineer(session)
    some_stock(session, part.id, a_van(session, engineer.id).id, ONE)
    some_stock(session, part.id, store.id, ONE)
    reserve(session, first, part, ONE)
    reserve(session, waiting, part, ONE)

    assign(session, first, engineer)

    assert claims(session, waiting) == {store.id: ONE}
    assert_sound(session)


def test_a_filled_claim_is_shown_on_its_work_order_afterwards(
    platform: Any, working: Any, tenant: Any
) -> None:
    with working() as session:
        part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
        reserve(session, work_order, part, ONE)
        session.flush()
        ids, before = (part.id, store.id, work_order.id), work_order.revision
    with working() as session:
        some_stock(session, ids[0], ids[1], ONE)

    outbox.run_due(platform)

    with working(write=False) as session:
        assert workorders.get_work_order(session, ids[2]).revision == before + 1


def test_needs_say_what_was_claimed_and_what_is_waiting(
    session: Session, store: StockLocation
) -> None:
    part, work_order = a_part(session), a_work_order(session)
    some_stock(session, part.id, store.id, 3 * ONE)
    reserve(session, work_order, part, 4 * ONE)
    fit(session, work_order, part, ONE)

    def needs() -> list[tuple[str, int, int]]:
        found = gate_of(session).needs_of(session, [work_order.id])[work_order.id]
        return [(one.number, one.quantity, one.reserved) for one in found]

    assert needs() == [(part.number, 4 * ONE, 2 * ONE)]
    fit(session, work_order, part, 2 * ONE)
    assert needs() == [(part.number, 4 * ONE, 0)]


def test_availability_counts_what_is_free_and_the_own_claims(
    session: Session, store: StockLocation
) -> None:
    part, work_order, other = a_part(session), a_work_order(session), a_work_order(session)
    engineer, nobody = an_engineer(session), an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, store.id, 3 * ONE)
    some_stock(session, part.id, van.id, 2 * ONE)
    reserve(session, other, part, ONE)
    assign(session, work_order, engineer)
    reserve(session, work_order, part, 2 * ONE)
    gate = gate_of(session)

    needs = gate.needs_of(session, [work_order.id])[work_order.id]
    for_work = gate.availability(session, needs, [engineer.id, nobody.id])
    for_anybody = gate.availability(session, [need(part, ONE)], [engineer.id])

    assert [(a.on_van, a.elsewhere) for a in for_work[engineer.id]] == [(2 * ONE, 2 * ONE)]
    assert [(a.on_van, a.elsewhere) for a in for_work[nobody.id]] == [(0, 4 * ONE)]
    assert [(a.on_van, a.elsewhere) for a in for_anybody[engineer.id]] == [(0, 2 * ONE)]


def test_a_claim_by_hand_is_made_once(session: Session, actor: Actor, store: StockLocation) -> None:
    part, work_order, made = a_part(session), a_work_order(session), new_id()
    some_stock(session, part.id, store.id, 5 * ONE)
    wanted = {
        "work_order_id": work_order.id,
        "part_id": part.id,
        "quantity": ONE,
        "reservation_id": made,
    }

    service.reserve_part(session, actor=actor, **wanted)
    service.reserve_part(session, actor=actor, **wanted)

    assert claims(session, work_order) == {store.id: ONE}


def test_nothing_is_claimed_for_finished_work(session: Session, actor: Actor) -> None:
    part, work_order = a_part(session), a_work_order(session)
    workorders.cancel(session, actor=actor, work_order=work_order, reason="called off")

    with pytest.raises(WorkOrderFinished):
        service.reserve_part(
            session, actor=actor, work_order_id=work_order.id, part_id=part.id, quantity=ONE
        )


def test_a_claim_is_given_back_once(session: Session, actor: Actor, store: StockLocation) -> None:
    part, work_order = a_part(session), a_work_order(session)
    some_stock(session, part.id, store.id, ONE)
    (claim,) = service.reserve_part(
        session, actor=actor, work_order_id=work_order.id, part_id=part.id, quantity=ONE
    )

    service.release_claim(session, actor=actor, reservation=claim)

    assert level(session, part, store) == (ONE, 0)
    with pytest.raises(ReservationClosed):
        service.release_claim(session, actor=actor, reservation=claim)


def test_a_van_that_changes_hands_serves_its_new_engineer(session: Session, actor: Actor) -> None:
    part, ana, rui = a_part(session), an_engineer(session), an_engineer(session)
    van = a_van(session, ana.id)
    some_stock(session, part.id, van.id, 5 * ONE)
    of_ana, of_rui = a_work_order(session), a_work_order(session)
    assign(session, of_ana, ana)
    assign(session, of_rui, rui)
    reserve(session, of_ana, part, 2 * ONE)
    reserve(session, of_rui, part, 4 * ONE)

    service.change_location(session, actor=actor, location=van, changes={"engineer_id": rui.id})

    lies_at = select(Reservation.work_order_id, Reservation.location_id)
    found = {row.work_order_id: row.location_id for row in session.execute(lies_at)}
    assert found == {of_ana.id: None, of_rui.id: van.id}
