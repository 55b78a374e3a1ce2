"""Records for the tests of the inventory, and what must be true of every ledger."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import Discrepancy, Part, Reservation, StockLevel, StockMove
from inventory.queries import find_level
from inventory.rules import ReservationState
from server.kernel.actors import system
from server.kernel.ids import new_id
from server.kernel.session import platform_of, tenant_of
from server.workforce import api as workforce
from server.workorders import api as workorders
from server.workorders.api import PartNeed, PartsGate
from tests.builders import a_site, a_ticket

ONE = 1000


def gate_of(session: Session) -> PartsGate:
    """What fills the port on the platform under test."""
    return platform_of(session).port(PartsGate)  # type: ignore[type-abstract]


def need(part: Part, quantity: int) -> PartNeed:
    return PartNeed(
        part_id=part.id, number=part.number, name=part.name, unit=part.unit, quantity=quantity
    )


def a_work_order(session: Session, *, site_id: UUID | None = None, **changes: Any) -> Any:
    """A released work order that needs no parts by itself."""
    ticket = a_ticket(session, site_id=site_id or a_site(session).id)
    return workorders.open_work_order(
        session, actor=system(tenant_of(session)), ticket_id=ticket.id, **changes
    )


def reserve(session: Session, work_order: Any, part: Part, quantity: int) -> None:
    gate_of(session).reserve(
        session,
        actor=system(tenant_of(session)),
        work_order_id=work_order.id,
        needs=[need(part, quantity)],
    )


def assign(session: Session, work_order: Any, engineer: workforce.Engineer | None) -> None:
    workorders.assign_engineer(
        session,
        actor=system(tenant_of(session)),
        work_order=work_order,
        engineer_id=engineer.id if engineer else None,
        engineer_user_id=engineer.user_id if engineer else None,
    )


def a_repair(session: Session, work_order: Any) -> Any:
    return workorders.record_repair(
        session,
        actor=system(tenant_of(session)),
        work_order=work_order,
        action="Replaced the seal",
        id=new_id(),
    )


def fit(
    session: Session,
    work_order: Any,
    part: Part,
    quantity: int,
    *,
    engineer: workforce.Engineer | None = None,
    **options: Any,
) -> workorders.FittedPart:
    """Book a part on a new repair of a work order."""
    values: dict[str, Any] = {"engineer_id": engineer.id if engineer else None, "move_id": None}
    if "repair_id" not in options:
        values["repair_id"] = a_repair(session, work_order).id
    return gate_of(session).consume(
        session,
        actor=system(tenant_of(session)),
        work_order_id=work_order.id,
        part_id=part.id,
        quantity=quantity,
        **(values | options),
    )


def level(session: Session, part: Part, location: Any) -> tuple[int, int]:
    """How much lies there, and how much of it is reserved."""
    found = find_level(session, part.id, location.id)
    return (found.on_hand, found.reserved) if found else (0, 0)


def claims(session: Session, work_order: Any) -> Counter[UUID | None]:
    """The open claims of a work order by location; None is what is short."""
    found: Counter[UUID | None] = Counter()
    statement = select(Reservation.location_id, Reservation.quantity).where(
        Reservation.work_order_id == work_order.id, Reservation.state == ReservationState.OPEN
    )
    for location_id, quantity in session.execute(statement):
        found[location_id] += quantity
    return found


def discrepancies(session: Session, part: Part) -> list[tuple[int, str]]:
    statement = select(Discrepancy.quantity, Discrepancy.state)
    rows = session.execute(statement.where(Discrepancy.part_id == part.id))
    return [(quantity, str(state)) for quantity, state in rows]


def moves(session: Session, part: Part) -> list[tuple[str, int]]:
    """Reason and quantity of each move of a part, in no particular order."""
    statement = select(StockMove.reason, StockMove.quantity).where(StockMove.part_id == part.id)
    return sorted((str(reason), quantity) for reason, quantity in session.execute(statement))


def assert_sound(session: Session) -> None:
    """Levels are the sum of moves and hold their claims; nothing is negative."""
    session.flush()
    booked: Counter[tuple[UUID, UUID]] = Counter()
    for part_id, location_id, quantity in session.execute(
        select(StockMove.part_id, StockMove.location_id, StockMove.quantity)
    ):
        booked[part_id, location_id] += quantity
    claimed: Counter[tuple[UUID, UUID | None]] = Counter()
    statement = select(Reservation.part_id, Reservation.location_id, Reservation.quantity)
    for part_id, place, quantity in session.execute(
        statement.where(Reservation.state == ReservationState.OPEN)
    ):
        claimed[part_id, place] += quantity
    columns = (
        StockLevel.part_id,
        StockLevel.location_id,
        StockLevel.on_hand,
        StockLevel.reserved,
    )
    rows = {(row[0], row[1]): (row[2], row[3]) for row in session.execute(select(*columns))}
    assert {key: row[0] for key, row in rows.items() if row[0]} == {
        key: quantity for key, quantity in booked.items() if quantity
    }
    assert {key: row[1] for key, row in rows.items() if row[1]} == {
        key: quantity for key, quantity in claimed.items() if quantity and key[1] is not None
    }
    assert all(0 <= reserved <= on_hand for on_hand, reserved in rows.values())
