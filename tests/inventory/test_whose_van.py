"""A part comes out of the van of the engineer who fitted it, whoever is booked by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from inventory.models import StockLevel
from server.kernel import geo
from server.kernel.actors import system
from server.kernel.ids import new_id
from server.workforce import api as workforce
from tests.builders import PORTO, a_part, a_van, a_work_order, some_stock
from tests.platforms import Person
from tests.server.workorders.assignments import unassign
from tests.sync.phones import Phone

ONE = 1000


def test_a_part_fitted_on_reassigned_work_comes_out_of_the_fitters_van(
    sign_in: Callable[..., Person], working: Callable[..., Any]
) -> None:
    phone = Phone(sign_in("engineer")).enrol()
    with working() as session:
        actor = system(session.info["unit"].tenant_id)
        engineer = workforce.create_engineer(
            session,
            actor=actor,
            user_id=phone.person.id,
            name="Ana",
            home_position=geo.point(*PORTO),
        )
        van_id, part_id = a_van(session, engineer.id).id, a_part(session).id
        some_stock(session, part_id, van_id, 3 * ONE)
        work_order_id = a_work_order(session).id
    with working() as session:
        unassign(session, work_order_id)

    repair_id = str(new_id())
    answer = phone.push(
        phone.command("repair.record", work_order_id, id=repair_id, action="Seal replaced"),
        phone.command(
            "part.consume",
            work_order_id,
            move_id=str(new_id()),
            repair_id=repair_id,
            part_id=str(part_id),
            quantity="1",
        ),
    )

    assert [r["status"] for r in answer.get_json()["results"]] == ["merged", "merged"]
    with working() as session:
        level = session.scalars(select(StockLevel).where(StockLevel.location_id == van_id)).one()
        assert level.on_hand == 2 * ONE
