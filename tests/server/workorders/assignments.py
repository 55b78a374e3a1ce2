"""Work orders given to engineers and taken from them again, without the bookings in between."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel import geo
from server.kernel.actors import system
from server.kernel.session import tenant_of
from server.workforce import api as workforce
from server.workorders import api as workorders
from tests.builders import PORTO
from tests.platforms import Person


def assign(session: Session, work_order: workorders.WorkOrder, person: Person) -> None:
    """Make the person an engineer, and give him the work order."""
    actor = system(tenant_of(session))
    engineer = workforce.create_engineer(
        session,
        actor=actor,
        user_id=person.id,
        name=person.login,
        home_position=geo.point(*PORTO),
    )
    workorders.assign_engineer(
        session,
        actor=actor,
        work_order=work_order,
        engineer_id=engineer.id,
        engineer_user_id=person.id,
    )


def unassign(session: Session, work_order_id: UUID) -> None:
    """Take the work order from whoever has it."""
    workorders.assign_engineer(
        session,
        actor=system(tenant_of(session)),
        work_order=workorders.lock_work_order(session, work_order_id),
        engineer_id=None,
        engineer_user_id=None,
    )
