"""The list of work orders as desks see it, and what lists of tickets show of field work.

One statement with joins for what lies below, one look-up per page for skills and bookings.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from server.assets import api as assets
from server.kernel import geo
from server.kernel.fields import EARLIEST, LATEST, position_document
from server.kernel.names import begins_with
from server.kernel.paging import Page, fetch_page
from server.kernel.session import platform_of
from server.places import api as places
from server.tickets import api as tickets
from server.workforce import api as workforce
from server.workorders.models import WorkOrder, WorkOrderSkill
from server.workorders.ports import Bookings
from server.workorders.queries import LIST_COLUMNS
from server.workorders.rules import UNFINISHED_STATES, WorkOrderState

SAME = ("ticket_id", "site_id", "asset_id", "engineer_id")
ONE_OF = ("state", "priority")
BESIDE = (
    tickets.Ticket.number.label("ticket_number"),
    tickets.Ticket.state.label("ticket_state"),
    places.Site.name.label("site_name"),
    places.Site.territory_id,
    places.Site.position,
    assets.Asset.name.label("asset_name"),
    assets.FaultCode.code.label("fault_code"),
    workforce.Engineer.name.label("engineer_name"),
)
NAMES = (*LIST_COLUMNS, *(column.key for column in BESIDE))
OF_TICKET = (
    WorkOrder.id,
    WorkOrder.number,
    WorkOrder.state,
    WorkOrder.engineer_id,
    WorkOrder.due_at,
    WorkOrder.duration_minutes,
    WorkOrder.revision,
)


def list_work_orders(session: Session, query: Mapping[str, Any]) -> Page:
    """Return one page of documents, the newest first."""
    statement = _rows().where(*_conditions(session, query))
    page = fetch_page(session, statement, keys=[WorkOrder.id], query=query, descending=True)
    return Page(listed_documents(session, page.items), page.next)


def listed_work_orders(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return work orders as the list shows them, apart from their bookings."""
    rows = session.execute(_rows().where(WorkOrder.id.in_(ids))).all()
    return {row["id"]: row for row in _plain(session, rows)}


def listed_documents(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows of a list as documents, each with its booking."""
    bookings = platform_of(session).port(Bookings)  # type: ignore[type-abstract]
    booked = bookings.of_work_orders(session, [row.id for row in rows])
    return [
        document | {"booking": booked.get(document["id"])} for document in _plain(session, rows)
    ]


def _rows() -> Select[Any]:
    columns = [getattr(WorkOrder, name) for name in LIST_COLUMNS]
    return (
        select(*columns, *BESIDE)
        .join(tickets.Ticket, tickets.Ticket.id == WorkOrder.ticket_id)
        .join(places.Site, places.Site.id == WorkOrder.site_id)
        .outerjoin(assets.Asset, assets.Asset.id == WorkOrder.asset_id)
        .outerjoin(assets.FaultCode, assets.FaultCode.id == WorkOrder.fault_code_id)
        .outerjoin(workforce.Engineer, workforce.Engineer.id == WorkOrder.engineer_id)
    )


def _plain(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    skills = _skills_of(session, [row.id for row in rows])
    documents = []
    for row in rows:
        document = dict(zip(NAMES, row, strict=True))
        document["position"] = position_document(document["position"])
        document["skills"] = skills.get(row.id, [])
        documents.append(document)
    return documents


def _skills_of(session: Session, ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    needed = WorkOrderSkill
    statement = select(needed.work_order_id, needed.skill_id, needed.min_level)
    statement = statement.where(needed.work_order_id.in_(ids)).order_by(needed.skill_id)
    for work_order_id, skill_id, level in session.execute(statement):
        found[work_order_id].append({"skill_id": skill_id, "min_level": level})
    return found


def _conditions(session: Session, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    work = WorkOrder
    found = [getattr(work, name) == query[name] for name in SAME if query.get(name) is not None]
    found += [getattr(work, name).in_(query[name]) for name in ONE_OF if query.get(name)]
    if query.get("is_open") is not None:
        is_open = work.state.in_(UNFINISHED_STATES)
        found.append(is_open if query["is_open"] else ~is_open)
    if query.get("is_booked") is not None:
        is_booked = work.engineer_id.is_not(None)
        found.append(is_booked if query["is_booked"] else ~is_booked)
    if query.get("territory_id") is not None:
        found.append(places.Site.territory_id == query["territory_id"])
    if query.get("bbox"):
        found.append(geo.bbox(places.Site.position, *query["bbox"]))
    if text := query.get("q"):
        pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found.append(
            or_(
                work.title.ilike(f"%{pattern}%", escape="\\"),
                begins_with(places.Site.sort_name, text),
                begins_with(assets.Asset.sort_name, text),
            )
        )
    if query.get("booked_from") or query.get("booked_until"):
        bookings = platform_of(session).port(Bookings)  # type: ignore[type-abstract]
        from_at, until_at = query.get("booked_from"), query.get("booked_until")
        found.append(bookings.is_booked_between(from_at or EARLIEST, until_at or LATEST))
    return found


class WorkOfTickets:
    """Fills the port ``FieldWork`` of the tickets room."""

    def of_tickets(
        self, session: Session, ticket_ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        """Return of each ticket the latest work order that was not called off, else the latest."""
        statement = (
            select(*OF_TICKET, WorkOrder.ticket_id, workforce.Engineer.name)
            .outerjoin(workforce.Engineer, workforce.Engineer.id == WorkOrder.engineer_id)
            .where(WorkOrder.ticket_id.in_(ticket_ids))
            .order_by((WorkOrder.state != WorkOrderState.CANCELLED).asc(), WorkOrder.id)
        )
        found: dict[UUID, dict[str, Any]] = {}
        for *values, ticket_id, engineer_name in session.execute(statement):
            names = (column.key for column in OF_TICKET)
            found[ticket_id] = dict(zip(names, values, strict=True))
            found[ticket_id]["engineer_name"] = engineer_name
        bookings = platform_of(session).port(Bookings)  # type: ignore[type-abstract]
        booked = bookings.of_work_orders(session, [work["id"] for work in found.values()])
        for work in found.values():
            work["booking"] = booked.get(work["id"])
        return found

    def is_booked_for(self, engineer_id: UUID) -> ColumnElement[bool]:
        """Whether unfinished work of a ticket is booked for an engineer."""
        return self._unfinished(WorkOrder.engineer_id == engineer_id)

    def is_unassigned(self) -> ColumnElement[bool]:
        """Whether a ticket has unfinished work that nobody is booked for."""
        return self._unfinished(WorkOrder.engineer_id.is_(None))

    def is_booked_between(
        self, session: Session, from_at: dt.datetime, until_at: dt.datetime
    ) -> ColumnElement[bool]:
        """Whether somebody is booked for a ticket in a stretch of time."""
        bookings = platform_of(session).port(Bookings)  # type: ignore[type-abstract]
        return self._any(bookings.is_booked_between(from_at, until_at))

    def _unfinished(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return self._any(WorkOrder.state.in_(UNFINISHED_STATES) & condition)

    @staticmethod
    def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        of_ticket = WorkOrder.ticket_id == tickets.Ticket.id
        return exists(select(WorkOrder.id).where(of_ticket, condition))
