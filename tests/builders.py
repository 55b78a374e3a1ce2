"""Builders of records that many tests need: one valid default each, keyword overrides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from inventory import api as inventory
from inventory.rules import LocationKind
from server.assets import api as assets
from server.assets.rules import ChecklistKind, TaskDefinition
from server.kernel import geo
from server.kernel.actors import system
from server.kernel.ids import new_id
from server.kernel.priority import Priority
from server.kernel.session import tenant_of
from server.places import api as places
from server.tickets import api as tickets
from server.workforce import api as workforce
from server.workorders import api as workorders

PORTO = (-8.61, 41.15)
CHECKLIST = (
    TaskDefinition(title="Switch off the power", kind=ChecklistKind.CHECK),
    TaskDefinition(
        title="Bearing temperature", kind=ChecklistKind.READING, unit="°C", low=0, high=80_000
    ),
    TaskDefinition(title="Remarks", kind=ChecklistKind.TEXT, is_required=False),
)


def a_customer(session: Session, **changes: Any) -> Any:
    values = {"name": f"Customer {new_id().hex[-6:]}"}
    return places.create_customer(session, actor=_actor(session), **(values | changes))


def a_site(session: Session, *, at: tuple[float, float] = PORTO, **changes: Any) -> Any:
    """A site of a customer of its own; ``at`` is longitude and latitude."""
    values: dict[str, Any] = {
        "name": f"Site {new_id().hex[-6:]}",
        "address": "Rua das Flores 1, Porto",
        "position": geo.point(*at),
        "timezone": "Europe/Lisbon",
    }
    if "customer_id" not in changes:
        values["customer_id"] = a_customer(session).id
    return places.create_site(session, actor=_actor(session), **(values | changes))


def a_territory(
    session: Session,
    *,
    box: tuple[float, float, float, float] = (-8.7, 41.1, -8.5, 41.2),
    **changes: Any,
) -> Any:
    """A territory that is a box: west, south, east, north."""
    values: dict[str, Any] = {
        "name": f"Territory {new_id().hex[-6:]}",
        "area": geo.polygon([a_ring(*box)]),
    }
    return places.create_territory(session, actor=_actor(session), **(values | changes))


def a_ring(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """The border of a box, closed."""
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def a_model(session: Session, **changes: Any) -> Any:
    values = {"name": f"Pump {new_id().hex[-6:]}", "manufacturer": "Acme"}
    return assets.create_model(session, actor=_actor(session), **(values | changes))


def a_skill(session: Session, **changes: Any) -> Any:
    values = {"code": f"skill-{new_id().hex[-12:]}", "name": "Hydraulics"}
    return workforce.create_skill(session, actor=_actor(session), **(values | changes))


def a_fault_code(session: Session, model_id: UUID | None = None, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "code": f"F{new_id().hex[-6:]}",
        "title": "Bearing worn",
        "priority": Priority.HIGH,
        "estimated_minutes": 90,
        "tasks": CHECKLIST,
    }
    return assets.create_fault_code(
        session,
        actor=_actor(session),
        model_id=model_id or a_model(session).id,
        **(values | changes),
    )


def an_asset(session: Session, **changes: Any) -> Any:
    values: dict[str, Any] = {"name": f"Pump {new_id().hex[-6:]}"}
    if "model_id" not in changes:
        values["model_id"] = a_model(session).id
    if "site_id" not in changes:
        values["site_id"] = a_site(session).id
    return assets.create_asset(session, actor=_actor(session), **(values | changes))


def a_device(session: Session, **changes: Any) -> Any:
    values: dict[str, Any] = {"name": f"device-{new_id().hex[-8:]}"}
    if "asset_id" not in changes:
        values["asset_id"] = an_asset(session).id
    return assets.create_device(session, actor=_actor(session), **(values | changes))


def a_ticket(session: Session, **changes: Any) -> tickets.Ticket:
    """A ticket at a site; with ``fault_code_id`` it opens its work order too."""
    values: dict[str, Any] = {"title": "Pump is loud", "channel": "phone"}
    if not {"site_id", "asset_id"} & changes.keys():
        values["site_id"] = a_site(session).id
    return tickets.open_ticket(session, actor=_actor(session), **(values | changes))


def a_work_order(
    session: Session, *, skills: Sequence[tuple[UUID, int]] = (), **changes: Any
) -> workorders.WorkOrder:
    """A released work order for a fault with a checklist, opened because of its ticket."""
    model = a_model(session)
    fault_code = a_fault_code(session, model.id, skills=skills)
    asset = an_asset(session, model_id=model.id)
    ticket = a_ticket(session, asset_id=asset.id, fault_code_id=fault_code.id, **changes)
    (work_order,) = workorders.find_by_ticket(session, ticket.id)
    return work_order


def a_part(session: Session, **changes: Any) -> inventory.Part:
    values: dict[str, Any] = {"number": f"P-{new_id().hex[-10:]}", "name": "Shaft seal 24 mm"}
    return inventory.create_part(session, actor=_actor(session), **(values | changes))


def a_warehouse(session: Session, **changes: Any) -> inventory.StockLocation:
    values: dict[str, Any] = {"name": "Central Warehouse", "kind": LocationKind.WAREHOUSE}
    return inventory.create_location(session, actor=_actor(session), **(values | changes))


def a_van(session: Session, engineer_id: UUID | None, **changes: Any) -> inventory.StockLocation:
    values: dict[str, Any] = {
        "name": "Van",
        "kind": LocationKind.VAN,
        "engineer_id": engineer_id,
    }
    return inventory.create_location(session, actor=_actor(session), **(values | changes))


def some_stock(
    session: Session, part_id: UUID, location_id: UUID, quantity: int
) -> inventory.StockMove:
    """Put ``quantity`` thousandths of a part at a location."""
    return inventory.receive_stock(
        session,
        actor=_actor(session),
        part_id=part_id,
        location_id=location_id,
        quantity=quantity,
    )


def _actor(session: Session) -> Any:
    return system(tenant_of(session))
