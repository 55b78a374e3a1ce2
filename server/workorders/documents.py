"""The whole of a work order as one document: what REST shows and what a phone holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel.fields import Quantity
from server.kernel.session import platform_of
from server.workorders import queries
from server.workorders.models import (
    AssetReading,
    Repair,
    SignOff,
    WorkOrderSkill,
    WorkOrderTask,
)
from server.workorders.ports import FittedPart, PartNeed, PartsGate
from server.workorders.surroundings import Surroundings, pick

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
    around = Surroundings(session, rows.values())
    return {
        key: {
            **pick(row, queries.LIST_COLUMNS),
            **around.of(row),
            "skills": [pick(s, ("skill_id", "min_level")) for s in skills.get(key, ())],
            "tasks": [_task(task) for task in tasks.get(key, ())],
            "parts_needed": [_need(need) for need in needs.get(key, ())],
            "parts_fitted": [fitted_document(part) for part in fitted.get(key, ())],
            "readings": [pick(r, READING_FIELDS) for r in readings.get(key, ())],
            "repairs": [pick(r, REPAIR_FIELDS) for r in repairs.get(key, ())],
            "sign_off": next((pick(s, SIGN_OFF_FIELDS) for s in signatures.get(key, ())), None),
        }
        for key, row in rows.items()
    }


def fitted_document(part: FittedPart) -> dict[str, Any]:
    """Return a fitted part with its quantities as decimal texts."""
    names = ("move_id", "repair_id", "part_id", "number", "name", "unit")
    return {
        **pick(part, names),
        "quantity": Quantity.to_text(part.quantity),
        "found": Quantity.to_text(part.found),
    }


def _task(row: WorkOrderTask) -> dict[str, Any]:
    value = row.value.get("value") if row.value is not None else None
    return {**pick(row, TASK_FIELDS), "value": value}


def _need(need: PartNeed) -> dict[str, Any]:
    return {
        **pick(need, ("part_id", "number", "name", "unit")),
        "quantity": Quantity.to_text(need.quantity),
        "reserved": Quantity.to_text(need.reserved),
    }
