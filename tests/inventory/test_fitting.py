"""Parts fitted on repairs: claims first, then what is free, then what is found."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory import service
from inventory.models import StockLocation, StockMove
from inventory.rules import LocationKind
from inventory.service.claims import SHOW_CLAIMS
from server.kernel.actors import Actor
from server.kernel.creation import IdTaken
from server.kernel.errors import InvalidInput, NotFound
from server.kernel.ids import new_id
from server.kernel.outbox import OutboxRow
from server.workorders import api as workorders
from tests.builders import a_part, a_van, a_warehouse, some_stock
from tests.inventory.records import (
    ONE,
    a_repair,
    a_work_order,
    assert_sound,
    assign,
    claims,
    discrepancies,
    fit,
    gate_of,
    level,
    moves,
    reserve,
)
from tests.server.workforce.people import an_engineer


def test_a_fitted_part_uses_up_its_claim(session: Session) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    some_stock(session, part.id, store.id, 5 * ONE)
    reserve(session, work_order, part, 2 * ONE)

    fitted = fit(session, work_order, part, ONE)

    assert (fitted.quantity, fitted.found, fitted.is_replay) == (ONE, 0, False)
    assert level(session, part, store) == (4 * ONE, ONE)
    assert claims(session, work_order) == {store.id: ONE}
    assert_sound(session)


def test_the_move_names_the_repair(session: Session) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    some_stock(session, part.id, store.id, ONE)
    repair, move_id = a_repair(session, work_order), new_id()

    fit(session, work_order, part, ONE, repair_id=repair.id, move_id=move_id)

    move = session.get_one(StockMove, move_id)
    assert (move.repair_id, move.work_order_id) == (repair.id, work_order.id)
    assert (move.quantity, move.reason) == (-ONE, "consumption")


def test_beyond_the_claim_the_van_gives_what_it_has_free(session: Session) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    engineer = an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, store.id, ONE)
    reserve(session, work_order, part, ONE)
    some_stock(session, part.id, van.id, 5 * ONE)

    fitted = fit(session, work_order, part, 3 * ONE, engineer=engineer)

    assert fitted.found == 0
    assert level(session, part, store) == (0, 0)
    assert level(session, part, van) == (3 * ONE, 0)
    assert gate_of(session).parts_fitted(session, [work_order.id]) == {work_order.id: [fitted]}
    assert_sound(session)


def test_a_part_used_beyond_the_van_stock_is_found_and_reported(session: Session) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, van.id, ONE)

    fitted = fit(session, work_order, part, 3 * ONE, engineer=engineer)

    assert fitted.found == 2 * ONE
    assert moves(session, part) == [
        ("consumption", -3 * ONE),
        ("found", 2 * ONE),
        ("receipt", ONE),
    ]
    assert discrepancies(session, part) == [(2 * ONE, "open")]
    assert level(session, part, van) == (0, 0)
    assert_sound(session)


def test_what_others_have_claimed_in_the_van_is_not_taken(session: Session) -> None:
    part, mine, other = a_part(session), a_work_order(session), a_work_order(session)
    engineer = an_engineer(session)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, van.id, ONE)
    assign(session, other, engineer)
    reserve(session, other, part, ONE)

    fitted = fit(session, mine, part, ONE, engineer=engineer)

    assert fitted.found == ONE
    assert claims(session, other) == {van.id: ONE}
    assert_sound(session)


def test_what_the_van_gave_is_not_waited_for_any_more(session: Session) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    reserve(session, work_order, part, 2 * ONE)
    van = a_van(session, engineer.id)
    some_stock(session, part.id, van.id, 2 * ONE)

    fit(session, work_order, part, ONE, engineer=engineer)

    assert claims(session, work_order) == {None: ONE}
    assert_sound(session)


def test_an_engineer_without_van_takes_from_where_the_claim_lies(session: Session) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    engineer = an_engineer(session)
    some_stock(session, part.id, store.id, 3 * ONE)
    reserve(session, work_order, part, ONE)

    fitted = fit(session, work_order, part, 2 * ONE, engineer=engineer)

    assert fitted.found == 0
    assert level(session, part, store) == (ONE, 0)


def test_an_engineer_without_van_and_claim_gets_a_van(session: Session) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)

    fitted = fit(session, work_order, part, ONE, engineer=engineer)

    van = session.scalars(select(StockLocation)).one()
    assert (van.kind, van.engineer_id, van.engineer_user_id) == (
        LocationKind.VAN,
        engineer.id,
        engineer.user_id,
    )
    assert (fitted.found, level(session, part, van)) == (ONE, (0, 0))


@pytest.mark.parametrize("engineer_id", [None, new_id()])
def test_without_anybody_known_the_fullest_store_gives(
    session: Session, engineer_id: UUID | None
) -> None:
    part, work_order = a_part(session), a_work_order(session)
    side, store = a_warehouse(session, name="Side"), a_warehouse(session)
    some_stock(session, part.id, side.id, ONE)
    some_stock(session, part.id, store.id, 2 * ONE)

    fitted = fit(session, work_order, part, 2 * ONE, engineer_id=engineer_id)

    assert fitted.found == 0
    assert level(session, part, store) == (0, 0)


def test_a_fact_is_kept_also_where_nobody_has_set_up_a_store(session: Session) -> None:
    part, work_order = a_part(session), a_work_order(session)

    fitted = fit(session, work_order, part, ONE)

    assert fitted.found == ONE
    assert_sound(session)


def test_the_same_move_is_booked_once(session: Session) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    repair, move_id = a_repair(session, work_order), new_id()
    same = {"repair_id": repair.id, "move_id": move_id, "engineer": engineer}

    first = fit(session, work_order, part, ONE, **same)
    again = fit(session, work_order, part, ONE, **same)

    assert (first.is_replay, again.is_replay) == (False, True)
    assert (again.quantity, again.found, again.move_id) == (ONE, ONE, move_id)
    assert moves(session, part) == [("consumption", -ONE), ("found", ONE)]


def test_another_content_under_the_same_id_is_refused(session: Session) -> None:
    part, work_order, engineer = a_part(session), a_work_order(session), an_engineer(session)
    repair, move_id = a_repair(session, work_order), new_id()
    same = {"repair_id": repair.id, "move_id": move_id, "engineer": engineer}
    fit(session, work_order, part, ONE, **same)

    with pytest.raises(IdTaken):
        fit(session, work_order, part, 2 * ONE, **same)


def test_the_id_of_a_receipt_is_no_consumption(session: Session) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    receipt = some_stock(session, part.id, store.id, ONE)

    with pytest.raises(IdTaken):
        fit(session, work_order, part, ONE, move_id=receipt.id)


def test_an_unknown_part_is_refused(session: Session) -> None:
    part, work_order = a_part(session), a_work_order(session)
    session.delete(part)
    session.flush()

    with pytest.raises(NotFound):
        fit(session, work_order, part, ONE)


def test_an_unknown_repair_is_refused(session: Session) -> None:
    part, work_order = a_part(session), a_work_order(session)

    with pytest.raises(InvalidInput):
        fit(session, work_order, part, ONE, repair_id=new_id())


def test_finished_work_keeps_what_was_fitted_and_gives_the_rest_back(
    session: Session, actor: Actor
) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    some_stock(session, part.id, store.id, 3 * ONE)
    reserve(session, work_order, part, 2 * ONE)
    fitted = fit(session, work_order, part, ONE)

    workorders.cancel(session, actor=actor, work_order=work_order, reason="no access")

    assert level(session, part, store) == (2 * ONE, 0)
    assert gate_of(session).parts_fitted(session, [work_order.id])[work_order.id] == [fitted]


def test_what_came_back_is_not_shown_as_fitted_the_last_first(
    session: Session, actor: Actor
) -> None:
    part, other, work_order = a_part(session), a_part(session), a_work_order(session)
    store = a_warehouse(session)
    for each in (part, other):
        some_stock(session, each.id, store.id, 9 * ONE)
    first, last = (fit(session, work_order, part, 3 * ONE) for _ in range(2))
    fit(session, work_order, other, ONE)
    elsewhere = a_work_order(session)
    fit(session, elsewhere, part, ONE)

    shown = []
    for quantity in (ONE, 3 * ONE, 5 * ONE):
        service.return_stock(
            session,
            actor=actor,
            part_id=part.id,
            location_id=store.id,
            quantity=quantity,
            work_order_id=work_order.id,
        )
        session.flush()
        fitted = gate_of(session).parts_fitted(session, [work_order.id])[work_order.id]
        shown.append([(one.move_id, one.quantity) for one in fitted if one.part_id == part.id])

    assert shown == [
        [(first.move_id, 3 * ONE), (last.move_id, 2 * ONE)],
        [(first.move_id, 2 * ONE)],
        [],
    ]
    found = gate_of(session).parts_fitted(session, [work_order.id, elsewhere.id])
    assert [one.part_id for one in found[work_order.id]] == [other.id]
    assert [one.quantity for one in found[elsewhere.id]] == [ONE]


def test_a_return_shows_the_work_order_again(session: Session, actor: Actor) -> None:
    part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
    some_stock(session, part.id, store.id, ONE)
    fit(session, work_order, part, ONE)

    service.return_stock(
        session,
        actor=actor,
        part_id=part.id,
        location_id=store.id,
        quantity=ONE,
        work_order_id=work_order.id,
    )
    session.flush()

    jobs = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == SHOW_CLAIMS)).all()
    assert {"work_order_ids": [str(work_order.id)]} in jobs
