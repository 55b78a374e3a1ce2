"""Reads of customers, sites and territories; the session keeps them within the tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from server.kernel import geo
from server.kernel.errors import InvalidInput, NotFound
from server.kernel.geo import LonLat
from server.kernel.lookup import find_record, find_values
from server.places import rules
from server.places.models import Customer, Site, Territory

Record = TypeVar("Record", Customer, Site, Territory)
MOST_SITES_OF_A_HISTORY = 500


def get_customer(session: Session, customer_id: UUID) -> Customer:
    """Return a customer; raises NotFound."""
    return _get(session, Customer, customer_id)


def get_site(session: Session, site_id: UUID) -> Site:
    """Return a site; raises NotFound."""
    return _get(session, Site, site_id)


def get_territory(session: Session, territory_id: UUID) -> Territory:
    """Return a territory; raises NotFound."""
    return _get(session, Territory, territory_id)


def lock_customer(session: Session, customer_id: UUID) -> Customer:
    """Return a customer whom nobody else changes until the commit."""
    return _get(session, Customer, customer_id, lock=True)


def lock_site(session: Session, site_id: UUID) -> Site:
    """Return a site that nobody else changes until the commit."""
    return _get(session, Site, site_id, lock=True)


def lock_territory(session: Session, territory_id: UUID) -> Territory:
    """Return a territory that nobody else changes until the commit."""
    return _get(session, Territory, territory_id, lock=True)


def get_usable_customer(session: Session, customer_id: UUID) -> Customer:
    """Return a customer whom a new record refers to; raises InvalidInput when that cannot be."""
    return _usable(session, Customer, customer_id)


def get_usable_site(session: Session, site_id: UUID) -> Site:
    """Return a site that a new record refers to; raises InvalidInput when that cannot be."""
    return _usable(session, Site, site_id)


def customer_of_usable_site(session: Session, site_id: UUID) -> UUID:
    """Return whose site it is that a new record refers to; raises InvalidInput when it cannot be.

    The customer of a site in use is in use.
    """
    row = find_values(session, Site, site_id, "customer_id", "archived_at")
    _require_usable("site", row)
    customer_id: UUID = row.customer_id
    return customer_id


def get_usable_territory(session: Session, territory_id: UUID) -> Territory:
    """Return a territory that a new record refers to; raises InvalidInput when that cannot be."""
    return _usable(session, Territory, territory_id)


def find_territory_at(session: Session, position: WKBElement) -> Territory | None:
    """Return the territory that covers a position; of several, the smallest."""
    lon, lat = geo.lon_lat(position)
    return session.scalar(
        select(Territory)
        .where(
            Territory.archived_at.is_(None),
            geo.bbox(Territory.area, lon, lat, lon, lat),
            geo.covers(Territory.area, position),
        )
        .order_by(Territory.square_metres, Territory.id)
        .limit(1)
    )


def list_nearest_sites(
    session: Session, at: LonLat, limit: int, *, where: Sequence[ColumnElement[bool]]
) -> list[tuple[Site, float]]:
    """Return the sites nearest to a position with their metres, nearest first."""
    return geo.find_nearest(session, Site, Site.position, at, limit, where=where)


def list_sites_to_derive(
    session: Session, territory: Territory, *, after: UUID | None, limit: int
) -> list[Site]:
    """Return sites whose territory may follow from the area of ``territory``, in order of id."""
    concerned: ColumnElement[bool] = Site.territory_id == territory.id
    if territory.archived_at is None:
        box = rules.bounds(geo.rings(territory.area))
        inside = geo.bbox(Site.position, *box) & geo.covers(territory.area, Site.position)
        concerned = or_(concerned, inside)
    statement = select(Site).where(Site.is_territory_chosen.is_(False), concerned)
    if after is not None:
        statement = statement.where(Site.id > after)
    return list(session.scalars(statement.order_by(Site.id).limit(limit)))


def count_sites(session: Session, *conditions: ColumnElement[bool]) -> int:
    """Return how many sites that are not archived satisfy the conditions."""
    statement = select(func.count(Site.id)).where(Site.archived_at.is_(None), *conditions)
    return session.scalar(statement) or 0


def site_ids_of(session: Session, customer_id: UUID) -> list[UUID]:
    """Return the ids of a customer's sites, archived ones included; the newest 500 of them."""
    statement = select(Site.id).where(Site.customer_id == customer_id).order_by(Site.id.desc())
    return list(session.scalars(statement.limit(MOST_SITES_OF_A_HISTORY)))


def _get(session: Session, model: type[Record], record_id: UUID, *, lock: bool = False) -> Record:
    if lock:
        record = session.scalar(select(model).where(model.id == record_id).with_for_update())
    else:
        record = find_record(session, model, record_id)
    if record is None:
        raise NotFound(f"There is no such {model.__tablename__}.", id=str(record_id))
    return record


def _usable(session: Session, model: type[Record], record_id: UUID) -> Record:
    record = find_record(session, model, record_id)
    _require_usable(model.__tablename__, record)
    return cast("Record", record)


def _require_usable(noun: str, record: Any) -> None:
    if record is None:
        raise InvalidInput(f"There is no such {noun}.", **{f"{noun}_id": "unknown"})
    if record.archived_at is not None:
        raise InvalidInput(f"The {noun} is archived.", **{f"{noun}_id": "archived"})
