"""The whole of a work order as one document: what REST shows and what a phone holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.assets import api as assets
from server.kernel.fields import Quantity, position_document
from server.kernel.session import platform_of
from server.places import api as places
from server.tickets import api as tickets
from server.workorders import queries
from server.workorders.models import (
    AssetReading,
    Repair,
    SignOff,
    WorkOrder,
    WorkOrderSkill,
    WorkOrderTask,
)
from server.workorders.ports import FittedPart, PartNeed, PartsGate

TASK_FIELDS = (
    "id",
    "position",
    "kind",
    "title",
    "unit",
    "is_required",
    "minimum",
    "maximum",
    "choices",
    "is_not_applicable",
    "remark",
    "answered_at",
    "answered_by",
)
READING_FIELDS = ("id", "name", "value", "unit", "taken_at", "taken_by")
REPAIR_FIELDS = (
    "id",
    "work_order_id",
    "asset_id",
    "fault_code_id",
    "cause",
    "action",
    "occurred_at",
    "recorded_at",
    "recorded_by",
)
SIGN_OFF_FIELDS = (
    "id",
    "work_order_id",
    "signer_name",
    "document",
    "digest",
    "attachment_id",
    "signed_at",
    "recorded_at",
    "recorded_by",
)
TICKET_FIELDS = ("id", "number", "title", "description", "state", "priority", "due_at")


def work_order_documents(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the documents of the work orders among ``ids``, with a fixed number of queries."""
    rows = queries.work_orders_by_id(session, ids)
    found = list(rows)
    skills = queries.parts_of(session, WorkOrderSkill, found)
    tasks = queries.parts_of(session, WorkOrderTask, found)
    readings = queries.parts_of(session, AssetReading, found)
    repairs = queries.parts_of(session, Repair, found)
    signatures = queries.parts_of(session, SignOff, found)
    gate = platform_of(session).port(PartsGate)  # type: ignore[type-abstract]
    needs, fitted = gate.needs_of(session, found), gate.parts_fitted(session, found)
    around = _Surroundings(session, rows.values())
    return {
        key: {
            **_pick(row, queries.LIST_COLUMNS),
            **around.of(row),
            "skills": [_pick(s, ("skill_id", "min_level")) for s in skills.get(key, ())],
            "tasks": [_task(task) for task in tasks.get(key, ())],
            "parts_needed": [_need(need) for need in needs.get(key, ())],
            "parts_fitted": [fitted_document(part) for part in fitted.get(key, ())],
            "readings": [_pick(r, READING_FIELDS) for r in readings.get(key, ())],
            "repairs": [_pick(r, REPAIR_FIELDS) for r in repairs.get(key, ())],
            "sign_off": next((_pick(s, SIGN_OFF_FIELDS) for s in signatures.get(key, ())), None),
        }
        for key, row in rows.items()
    }


def fitted_document(part: FittedPart) -> dict[str, Any]:
    """Return a fitted part with its quantities as decimal texts."""
    names = ("move_id", "repair_id", "part_id", "number", "name", "unit")
    return {
        **_pick(part, names),
        "quantity": Quantity.to_text(part.quantity),
        "found": Quantity.to_text(part.found),
    }


class _Surroundings:
    """The tickets, sites, assets and fault codes of some work orders, fetched once each."""

    def __init__(self, session: Session, rows: Iterable[WorkOrder]) -> None:
        rows = list(rows)
        self.tickets = tickets.tickets_by_id(session, [row.ticket_id for row in rows])
        self.sites = {s: places.get_site(session, s) for s in {row.site_id for row in rows}}
        asset_ids = {row.asset_id for row in rows if row.asset_id}
        self.assets = {a: assets.get_asset(session, a) for a in asset_ids}
        fault_ids = {row.fault_code_id for row in rows if row.fault_code_id}
        self.fault_codes = {f: assets.get_fault_code(session, f) for f in fault_ids}

    def of(self, row: WorkOrder) -> dict[str, Any]:
        site = self.sites[row.site_id]
        asset = self.assets[row.asset_id] if row.asset_id else None
        fault = self.fault_codes[row.fault_code_id] if row.fault_code_id else None
        site_names = ("id", "name", "address", "timezone", "access_notes")
        return {
            "ticket": _pick(self.tickets[row.ticket_id], TICKET_FIELDS),
            "site": {**_pick(site, site_names), "position": position_document(site.position)},
            "asset": _pick(asset, ("id", "name", "serial", "model_id")) if asset else None,
            "fault_code": _pick(fault, ("id", "code", "title")) if fault else None,
        }


def _task(row: WorkOrderTask) -> dict[str, Any]:
    value = row.value.get("value") if row.value is not None else None
    return {**_pick(row, TASK_FIELDS), "value": value}


def _need(need: PartNeed) -> dict[str, Any]:
    return {
        **_pick(need, ("part_id", "number", "name", "unit")),
        "quantity": Quantity.to_text(need.quantity),
        "reserved": Quantity.to_text(need.reserved),
    }


def _pick(record: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
