"""Commands on stock locations: warehouses with their bins, and one van for each engineer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import LocationNotEmpty, VanExists
from inventory.models import StockLocation
from inventory.rules import LocationKind
from inventory.service.claims import follow_van
from server.kernel import changes as feed
from server.kernel import clock, creation
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput, NotFound
from server.kernel.ids import new_id
from server.workforce import api as workforce

WRITE = "stock.write"
STORE_NAME = "Warehouse"


def create_location(
    session: Session,
    *,
    actor: Actor,
    name: str,
    kind: LocationKind,
    engineer_id: UUID | None = None,
    parent_id: UUID | None = None,
    position: WKBElement | None = None,
    location_id: UUID | None = None,
) -> StockLocation:
    """Make a place where parts may lie; the same id and content again is the same location.

    A van may belong to an engineer, who has only one; a bin lies in a warehouse. Raises VanExists.
    """
    actor.require(WRITE)
    content: dict[str, Any] = {
        "name": name,
        "kind": LocationKind(kind),
        "engineer_id": engineer_id,
        "parent_id": parent_id,
        "position": position,
    }
    if made := creation.find_made(session, StockLocation, location_id, content):
        return made
    _check_parent(session, kind, parent_id)
    user_id = _user_of_van(session, kind, engineer_id) if engineer_id is not None else None
    location = StockLocation(id=location_id or new_id(), engineer_user_id=user_id, **content)
    session.add(location)
    session.flush()
    return location


def change_location(
    session: Session, *, actor: Actor, location: StockLocation, changes: Mapping[str, Any]
) -> StockLocation:
    """Rename or move a location, or give a van to another engineer; ``is_archived`` archives.

    Raises LocationNotEmpty when something still lies there.
    """
    actor.require(WRITE)
    for name in ("name", "position"):
        if name in changes and creation.differs(getattr(location, name), changes[name]):
            setattr(location, name, changes[name])
    if "engineer_id" in changes and changes["engineer_id"] != location.engineer_id:
        _give_van(session, location, changes["engineer_id"])
    if "is_archived" in changes and changes["is_archived"] != (location.archived_at is not None):
        if changes["is_archived"] and queries.has_stock(session, location.id):
            raise LocationNotEmpty("Something still lies here.", location_id=str(location.id))
        location.archived_at = clock.now() if changes["is_archived"] else None
    session.flush()
    return location


def ensure_van(session: Session, engineer_id: UUID) -> StockLocation | None:
    """Return the van of an engineer, made now when there is none; None for an unknown engineer.

    What was fitted in the field is booked somewhere, whether or not the storekeeper has set up
    the van.
    """
    if van := queries.find_van(session, engineer_id):
        return van
    try:
        engineer = workforce.get_engineer(session, engineer_id)
    except NotFound:
        return None
    van = StockLocation(
        name=engineer.name,
        kind=LocationKind.VAN,
        engineer_id=engineer.id,
        engineer_user_id=engineer.user_id,
    )
    try:
        with session.begin_nested():
            session.add(van)
    except IntegrityError:
        # Somebody else made it meanwhile; the statement waited for their commit.
        known = queries.find_van(session, engineer_id)
        if known is None:
            raise
        return known
    return van


def ensure_warehouse(session: Session) -> StockLocation:
    """Return the oldest warehouse, made now when the tenant has none."""
    if known := queries.find_warehouse(session):
        return known
    made = StockLocation(name=STORE_NAME, kind=LocationKind.WAREHOUSE)
    session.add(made)
    session.flush()
    return made


def _check_parent(session: Session, kind: LocationKind, parent_id: UUID | None) -> None:
    if (kind is LocationKind.BIN) != (parent_id is not None):
        message = "A bin needs the warehouse it lies in; nothing else has one."
        raise InvalidInput("The parent does not fit the kind.", parent_id=message)
    if parent_id is None:
        return
    try:
        parent = queries.get_location(session, parent_id)
    except NotFound:
        raise InvalidInput("There is no such stock location.", parent_id="unknown") from None
    if parent.kind is not LocationKind.WAREHOUSE or parent.archived_at is not None:
        raise InvalidInput("A bin lies in a warehouse.", parent_id="not a warehouse in use")


def _user_of_van(session: Session, kind: LocationKind, engineer_id: UUID) -> UUID:
    if kind is not LocationKind.VAN:
        raise InvalidInput("Only a van belongs to an engineer.", engineer_id="not for this kind")
    try:
        engineer = workforce.get_engineer(session, engineer_id)
    except NotFound:
        raise InvalidInput("There is no such engineer.", engineer_id="unknown") from None
    if known := queries.find_van(session, engineer_id):
        raise VanExists("The engineer has a van already.", location_id=str(known.id))
    return engineer.user_id


def _give_van(session: Session, van: StockLocation, engineer_id: UUID | None) -> None:
    """Hand a van over with everything in it: the phones of both engineers learn of it."""
    user_id = _user_of_van(session, van.kind, engineer_id) if engineer_id is not None else None
    van.engineer_id, van.engineer_user_id = engineer_id, user_id
    session.flush()
    for level in sorted(queries.levels_at(session, van.id), key=lambda one: one.part_id):
        feed.touch(session, level)
        follow_van(session, van, level.part_id)
