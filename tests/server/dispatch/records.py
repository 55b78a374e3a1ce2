"""Records for the tests of dispatch: a work order at a site, engineers on shift around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from server.kernel import geo
from server.kernel.actors import system
from server.kernel.session import tenant_of
from server.places import api as places
from server.tickets import api as tickets
from server.workforce import api as workforce
from server.workorders import api as workorders
from tests.server.workforce.people import a_shift, an_engineer

PORTO = (-8.61, 41.15)
MONDAY_8 = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)


def a_site(session: Session, position: tuple[float, float] = PORTO) -> Any:
    actor = system(tenant_of(session))
    customer = places.create_customer(session, actor=actor, name="Cold Stores")
    return places.create_site(
        session,
        actor=actor,
        name="Depot",
        customer_id=customer.id,
        address="Rua da Fonte 1",
        position=geo.point(*position),
        timezone="Europe/Lisbon",
    )


def a_work_order(
    session: Session, *, position: tuple[float, float] = PORTO, **changes: Any
) -> workorders.WorkOrder:
    actor = system(tenant_of(session))
    site = a_site(session, position)
    ticket = tickets.open_ticket(
        session, actor=actor, title="Compressor trips", channel="phone", site_id=site.id
    )
    session.flush()
    values: dict[str, Any] = {"ticket_id": ticket.id, "duration_minutes": 60}
    return workorders.open_work_order(session, actor=actor, **(values | changes))


def an_engineer_on_shift(
    session: Session, *, starts_in_hours: float = 0, hours: float = 9, **changes: Any
) -> workforce.Engineer:
    engineer = an_engineer(session, **changes)
    a_shift(session, engineer.id, starts_in_hours=starts_in_hours, hours=hours)
    return engineer
