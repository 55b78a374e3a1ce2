"""What phones and consoles read of the inventory in the change feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import Discrepancy, Part, StockLevel, StockLocation
from inventory.queries.lists import (
    DISCREPANCY_NAMES,
    LEVEL_NAMES,
    LOCATION_NAMES,
    PART_NAMES,
    columns,
)
from inventory.schemas import LEVEL_CONVERT, LOCATION_CONVERT, PART_CONVERT, QUANTITY_CONVERT
from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.kernel.listing import documents_of

Documents = Mapping[UUID, dict[str, Any]]


def location_scopes(_session: Session, location: StockLocation) -> set[str]:
    """Show a location to the desk, and a van to whoever drives it."""
    own = {f"u:{location.engineer_user_id}"} if location.engineer_user_id is not None else set()
    return {"desk", *own}


def level_scopes(session: Session, level: StockLevel) -> set[str]:
    """Show a level to whoever sees its location."""
    location = session.get(StockLocation, level.location_id)
    return location_scopes(session, location) if location is not None else set()


def part_documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    """Show parts to all staff: an engineer may fit any of them."""
    if not actor.may("parts.read"):
        return {}
    return documents_of(session, columns(Part, PART_NAMES), ids, PART_CONVERT)


def location_documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    """Show locations: all of them to the desk, an engineer the own van."""
    statement = select(StockLocation.id).where(StockLocation.id.in_(ids))
    if not actor.may("stock.read"):
        statement = statement.where(StockLocation.engineer_user_id == actor.id)
    seen = list(session.scalars(statement))
    return documents_of(session, columns(StockLocation, LOCATION_NAMES), seen, LOCATION_CONVERT)


def level_documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    """Show levels: all of them to the desk, an engineer those of the own van."""
    statement = select(StockLevel.id).where(StockLevel.id.in_(ids))
    if not actor.may("stock.read"):
        own = select(StockLocation.id).where(StockLocation.engineer_user_id == actor.id)
        statement = statement.where(StockLevel.location_id.in_(own))
    seen = list(session.scalars(statement))
    return documents_of(session, columns(StockLevel, LEVEL_NAMES), seen, LEVEL_CONVERT)


def discrepancy_documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    """Show discrepancies to those who may see all stock."""
    if not actor.may("stock.read"):
        return {}
    return documents_of(session, columns(Discrepancy, DISCREPANCY_NAMES), ids, QUANTITY_CONVERT)


FEED_KINDS = (
    FeedKind(
        name="part",
        model=Part,
        scopes=lambda _session, _part: {"t"},
        documents=part_documents,
    ),
    FeedKind(
        name="stock_location",
        model=StockLocation,
        scopes=location_scopes,
        documents=location_documents,
    ),
    FeedKind(name="stock_level", model=StockLevel, scopes=level_scopes, documents=level_documents),
    FeedKind(
        name="discrepancy",
        model=Discrepancy,
        scopes=lambda _session, _discrepancy: {"desk"},
        documents=discrepancy_documents,
    ),
)
