"""Columns and filters of the lists, which go straight to JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from inventory.models import (
    BOMLine,
    Discrepancy,
    FaultCodePart,
    Part,
    Reservation,
    StockLevel,
    StockLocation,
    StockMove,
)

PART_NAMES = (
    "id",
    "number",
    "name",
    "unit",
    "price_amount",
    "currency",
    "archived_at",
    "revision",
    "created_at",
    "updated_at",
)
LOCATION_NAMES = (
    "id",
    "name",
    "kind",
    "engineer_id",
    "parent_id",
    "position",
    "archived_at",
    "revision",
    "created_at",
    "updated_at",
)
LEVEL_NAMES = (
    "id",
    "part_id",
    "location_id",
    "on_hand",
    "reserved",
    "revision",
    "created_at",
    "updated_at",
)
MOVE_NAMES = (
    "id",
    "part_id",
    "location_id",
    "quantity",
    "reason",
    "work_order_id",
    "repair_id",
    "transfer_id",
    "consumption_id",
    "remark",
    "occurred_at",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "actor_name",
)
RESERVATION_NAMES = (
    "id",
    "work_order_id",
    "part_id",
    "location_id",
    "quantity",
    "state",
    "revision",
    "created_at",
    "updated_at",
)
DISCREPANCY_NAMES = (
    "id",
    "part_id",
    "location_id",
    "quantity",
    "work_order_id",
    "repair_id",
    "consumption_id",
    "state",
    "resolution",
    "occurred_at",
    "resolved_at",
    "resolved_by",
    "revision",
    "created_at",
    "updated_at",
)
LINE_NAMES = ("id", "part_id", "number", "name", "unit", "quantity")


def columns(model: Any, names: Iterable[str]) -> list[Any]:
    """Return the columns of a model by name."""
    return [getattr(model, name) for name in names]


def part_filters(query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions of a list of parts beside those of the name."""
    return _equal(Part, query, ("number",))


def location_filters(
    query: Mapping[str, Any], *, own_user_id: UUID | None
) -> list[ColumnElement[bool]]:
    """Return the conditions of a list of locations; ``own_user_id`` keeps that user's van."""
    conditions = _equal(StockLocation, query, ("kind", "engineer_id", "parent_id"))
    if own_user_id is not None:
        conditions.append(StockLocation.engineer_user_id == own_user_id)
    return conditions


def levels_statement(query: Mapping[str, Any], *, own_user_id: UUID | None) -> Select[Any]:
    """Select levels for a page; ``own_user_id`` keeps those of that user's van."""
    statement = select(*columns(StockLevel, LEVEL_NAMES))
    statement = statement.where(*_equal(StockLevel, query, ("part_id", "location_id")))
    if own_user_id is not None or query.get("engineer_id") is not None:
        vans = select(StockLocation.id)
        if own_user_id is not None:
            vans = vans.where(StockLocation.engineer_user_id == own_user_id)
        if query.get("engineer_id") is not None:
            vans = vans.where(StockLocation.engineer_id == query["engineer_id"])
        statement = statement.where(StockLevel.location_id.in_(vans))
    return statement


def moves_statement(query: Mapping[str, Any]) -> Select[Any]:
    """Select moves for a page."""
    names = ("part_id", "location_id", "work_order_id", "repair_id", "reason")
    return select(*columns(StockMove, MOVE_NAMES)).where(*_equal(StockMove, query, names))


def reservations_statement(query: Mapping[str, Any]) -> Select[Any]:
    """Select claims for a page."""
    names = ("work_order_id", "part_id", "location_id", "state")
    statement = select(*columns(Reservation, RESERVATION_NAMES))
    statement = statement.where(*_equal(Reservation, query, names))
    if query.get("is_short") is not None:
        place = Reservation.location_id
        statement = statement.where(place.is_(None) if query["is_short"] else place.is_not(None))
    return statement


def discrepancies_statement(query: Mapping[str, Any]) -> Select[Any]:
    """Select discrepancies for a page."""
    names = ("state", "part_id", "location_id", "work_order_id")
    statement = select(*columns(Discrepancy, DISCREPANCY_NAMES))
    return statement.where(*_equal(Discrepancy, query, names))


def lines_statement(
    model: type[BOMLine | FaultCodePart], column: Any, owner_id: UUID
) -> Select[Any]:
    """Select the parts of an asset model or of a fault code with what they are called."""
    named: list[Any] = [Part.number, Part.name, Part.unit]
    statement = select(model.id, model.part_id, *named, model.quantity)
    return statement.join(Part, Part.id == model.part_id).where(column == owner_id)


def _equal(model: Any, query: Mapping[str, Any], names: Iterable[str]) -> list[ColumnElement[bool]]:
    return [getattr(model, name) == query[name] for name in names if query.get(name) is not None]
