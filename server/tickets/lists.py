"""The list of tickets as desks see it: each row with its site, asset, field work and alarms.

One statement with joins for what lies below, one look-up per page for each port above: the cost of
a page does not grow with what stands beside its tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, case, literal, or_, select
from sqlalchemy.orm import Session

from server.assets import api as assets
from server.kernel import clock, geo
from server.kernel.fields import EARLIEST, LATEST, position_document
from server.kernel.names import begins_with
from server.kernel.paging import Page, fetch_page
from server.kernel.priority import Priority
from server.kernel.session import platform_of
from server.places import api as places
from server.tickets.models import Ticket
from server.tickets.ports import Alarms, FieldWork
from server.tickets.queries import LIST_COLUMNS
from server.tickets.rules import UNSETTLED_STATES
from server.tickets.schemas import TicketOrder

SAME = ("channel", "customer_id", "site_id", "asset_id", "number")
ONE_OF = ("state", "priority")
LARGEST_NUMBER = 2**31
BESIDE = (
    places.Customer.name.label("customer_name"),
    places.Site.name.label("site_name"),
    places.Site.territory_id,
    places.Site.position,
    assets.Asset.name.label("asset_name"),
    assets.Asset.serial.label("asset_serial"),
    assets.FaultCode.code.label("fault_code"),
    assets.FaultCode.title.label("fault_title"),
)
NAMES = (*LIST_COLUMNS, *(column.key for column in BESIDE))
# How far from the most urgent; not the name of the priority, which sorts by its letters.
URGENCY = case(
    {priority: len(Priority) - priority.rank for priority in Priority},
    value=Ticket.priority,
    else_=literal(0, Integer()),
).label("urgency")


def list_tickets(session: Session, query: Mapping[str, Any]) -> Page:
    """Return one page of documents in the order that ``query`` asks for."""
    order = query["sort"]
    keys: list[Any] = [Ticket.id]
    if order is TicketOrder.DUE:
        keys = [Ticket.due_at, Ticket.id]
    elif order is TicketOrder.URGENT:
        keys = [URGENCY, Ticket.due_at, Ticket.id]
    statement = _rows(URGENCY).where(*_conditions(session, query))
    page = fetch_page(
        session, statement, keys=keys, query=query, descending=order is TicketOrder.NEWEST
    )
    return Page(_documents(session, page.items), page.next)


def listed_ticket(session: Session, ticket_id: UUID) -> dict[str, Any] | None:
    """Return one ticket as the list shows it, None when there is none."""
    rows = session.execute(_rows(URGENCY).where(Ticket.id == ticket_id)).all()
    return next(iter(_documents(session, rows)), None)


def _rows(*more: Any) -> Select[Any]:
    columns = [getattr(Ticket, name) for name in LIST_COLUMNS]
    return (
        select(*columns, *BESIDE, *more)
        .outerjoin(places.Site, places.Site.id == Ticket.site_id)
        .outerjoin(places.Customer, places.Customer.id == Ticket.customer_id)
        .outerjoin(assets.Asset, assets.Asset.id == Ticket.asset_id)
        .outerjoin(assets.FaultCode, assets.FaultCode.id == Ticket.fault_code_id)
    )


def _documents(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    platform, ids = platform_of(session), [row.id for row in rows]
    work = platform.port(FieldWork).of_tickets(session, ids)  # type: ignore[type-abstract]
    alarms = platform.port(Alarms).active_of_tickets(session, ids)  # type: ignore[type-abstract]
    documents = []
    for row in rows:
        document = dict(zip(NAMES, row, strict=False))  # Without the key of the order behind.
        if document["position"] is not None:
            document["position"] = position_document(document["position"])
        document["work_order"] = work.get(row.id)
        document["active_alarms"] = alarms.get(row.id, 0)
        documents.append(document)
    return documents


def _conditions(session: Session, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    found = [getattr(Ticket, name) == query[name] for name in SAME if query.get(name) is not None]
    found += [getattr(Ticket, name).in_(query[name]) for name in ONE_OF if query.get(name)]
    if query.get("territory_id") is not None:
        found.append(places.Site.territory_id == query["territory_id"])
    if query.get("bbox"):
        found.append(geo.bbox(places.Site.position, *query["bbox"]))
    if text := query.get("q"):
        found.append(_mentions(text))
    if query.get("is_late") is not None:
        late = Ticket.state.in_(UNSETTLED_STATES) & (Ticket.due_at < clock.now())
        found.append(late if query["is_late"] else ~late)
    return found + _conditions_above(session, query)


def _conditions_above(session: Session, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """What only the rooms above know: who is booked, and what devices say."""
    platform = platform_of(session)
    work = platform.port(FieldWork)  # type: ignore[type-abstract]
    alarms = platform.port(Alarms)  # type: ignore[type-abstract]
    found = []
    if query.get("engineer_id") is not None:
        found.append(work.is_booked_for(query["engineer_id"]))
    if query.get("is_unassigned") is not None:
        found.append(work.is_unassigned() if query["is_unassigned"] else ~work.is_unassigned())
    if query.get("has_alarm") is not None:
        found.append(alarms.has_active() if query["has_alarm"] else ~alarms.has_active())
    if query.get("booked_from") or query.get("booked_until"):
        from_at, until_at = query.get("booked_from"), query.get("booked_until")
        from_at, until_at = from_at or EARLIEST, until_at or LATEST
        found.append(work.is_booked_between(session, from_at, until_at))
    return found


def _mentions(text: str) -> ColumnElement[bool]:
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = [
        Ticket.title.ilike(f"%{pattern}%", escape="\\"),
        begins_with(places.Site.sort_name, text),
        begins_with(assets.Asset.sort_name, text),
        assets.Asset.serial.ilike(f"{pattern}%", escape="\\"),
    ]
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and int(number) < LARGEST_NUMBER:
        found.append(Ticket.number == int(number))
    return or_(*found)
