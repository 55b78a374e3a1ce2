"""What a work order's document tells of the records around it: enough to work without signal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.assets import api as assets
from server.kernel.fields import position_document
from server.places import api as places
from server.tickets import api as tickets
from server.workorders.models import Repair, WorkOrder

TICKET_FIELDS = ("id", "number", "title", "description", "state", "priority", "due_at")
SITE_FIELDS = ("id", "name", "address", "timezone", "access_notes")
ASSET_FIELDS = ("id", "name", "serial", "model_id", "installed_on")
NOTES, REPAIRS = 20, 5


class Surroundings:
    """The records around some work orders, fetched once each."""

    def __init__(self, session: Session, rows: Iterable[WorkOrder]) -> None:
        """Fetch what the documents of ``rows`` will show."""
        rows = list(rows)
        ticket_ids = {row.ticket_id for row in rows}
        self.tickets = tickets.tickets_by_id(session, list(ticket_ids))
        self.notes = tickets.latest_notes(session, ticket_ids, NOTES)
        self.sites = {s: places.get_site(session, s) for s in {row.site_id for row in rows}}
        self.customers = _customers(session, {site.customer_id for site in self.sites.values()})
        asset_ids = {row.asset_id for row in rows if row.asset_id}
        self.assets = {a: assets.get_asset(session, a) for a in asset_ids}
        self.models = _models(session, {asset.model_id for asset in self.assets.values()})
        self.repairs = _repairs(session, asset_ids)
        fault_ids = {row.fault_code_id for row in rows if row.fault_code_id}
        self.fault_codes = {f: assets.get_fault_code(session, f) for f in fault_ids}

    def of(self, row: WorkOrder) -> dict[str, Any]:
        """Return the part of a document that is about other records."""
        site = self.sites[row.site_id]
        fault = self.fault_codes[row.fault_code_id] if row.fault_code_id else None
        notes = self.notes.get(row.ticket_id, [])
        return {
            "ticket": {**pick(self.tickets[row.ticket_id], TICKET_FIELDS), "notes": notes},
            "site": {
                **pick(site, SITE_FIELDS),
                "position": position_document(site.position),
                "customer": self.customers.get(site.customer_id),
            },
            "asset": self._asset(row.asset_id),
            "asset_history": self._history(row),
            "fault_code": pick(fault, ("id", "code", "title")) if fault else None,
        }

    def _asset(self, asset_id: UUID | None) -> dict[str, Any] | None:
        if asset_id is None:
            return None
        asset = self.assets[asset_id]
        return {**pick(asset, ASSET_FIELDS), **self.models[asset.model_id]}

    def _history(self, row: WorkOrder) -> list[dict[str, Any]]:
        """What was done to the asset before, on other work orders."""
        known = self.repairs.get(row.asset_id, []) if row.asset_id else []
        return [repair for repair in known if repair["work_order_id"] != row.id][:REPAIRS]


def pick(record: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return some values of a record by name."""
    return {name: getattr(record, name) for name in names}


def _customers(session: Session, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    customer = places.Customer
    statement = select(customer.id, customer.name, customer.phone)
    rows = session.execute(statement.where(customer.id.in_(ids)))
    return {row.id: {"id": row.id, "name": row.name, "phone": row.phone} for row in rows}


def _models(session: Session, ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    model = assets.AssetModel
    statement = select(model.id, model.name, model.manufacturer).where(model.id.in_(ids))
    return {
        row.id: {"model_name": row.name, "manufacturer": row.manufacturer}
        for row in session.execute(statement)
    }


def _repairs(session: Session, asset_ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the latest repairs of each asset, the newest first."""
    place = func.row_number().over(
        partition_by=Repair.asset_id, order_by=(Repair.occurred_at.desc(), Repair.id.desc())
    )
    ranked = select(Repair.id, place.label("place")).where(Repair.asset_id.in_(asset_ids))
    latest = ranked.subquery()
    statement = (
        select(Repair, assets.FaultCode.title)
        .join(latest, latest.c.id == Repair.id)
        .outerjoin(assets.FaultCode, assets.FaultCode.id == Repair.fault_code_id)
        # A work order may have recorded several of its own; they are left out afterwards.
        .where(latest.c.place <= 2 * REPAIRS)
        .order_by(Repair.occurred_at.desc(), Repair.id.desc())
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows: Sequence[Any] = session.execute(statement).all()
    for repair, title in rows:
        shown = pick(repair, ("id", "work_order_id", "occurred_at", "cause", "action"))
        found[repair.asset_id].append({**shown, "fault_title": title})
    return found
