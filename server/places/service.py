"""What is done with customers, sites and territories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy.orm import Session

from server.kernel import clock, creation, events, geo
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.numbers import next_number
from server.kernel.reference_data import StillInUse, assign, is_to_archive, is_to_restore
from server.kernel.session import tenant_of
from server.kernel.tenancy import Tenant
from server.places import queries, rules
from server.places.events import (
    CustomerArchived,
    CustomerChanged,
    CustomerCreated,
    CustomerRestored,
    SiteArchived,
    SiteChanged,
    SiteCreated,
    SiteRestored,
    TerritoryDrawn,
)
from server.places.models import Customer, Site, Territory

DERIVED_AT_ONCE = 500


def create_customer(
    session: Session,
    *,
    actor: Actor,
    name: str,
    email: str = "",
    phone: str = "",
    notes: str = "",
    customer_id: UUID | None = None,
) -> Customer:
    """Make a customer known; the same id and content again is the same customer."""
    actor.require("customers.write")
    content = {"name": name, "email": email, "phone": phone, "notes": notes}
    if made := creation.find_made(session, Customer, customer_id, content):
        return made
    customer = Customer(
        id=customer_id or new_id(), number=next_number(session, "customer"), **content
    )
    session.add(customer)
    events.record(
        session, CustomerCreated(entity_id=customer.id, number=customer.number, name=name)
    )
    return customer


def change_customer(
    session: Session, *, actor: Actor, customer: Customer, changes: Mapping[str, Any]
) -> Customer:
    """Change fields of a customer; ``is_archived`` archives or restores."""
    actor.require("customers.write")
    changed = assign(customer, changes)
    if changed:
        events.record(session, CustomerChanged(entity_id=customer.id, fields=changed))
    if is_to_archive(customer, changes):
        _refuse_with_sites(session, customer, sites=Site.customer_id == customer.id)
        customer.archived_at = clock.now()
        events.record(session, CustomerArchived(entity_id=customer.id))
    elif is_to_restore(customer, changes):
        customer.archived_at = None
        events.record(session, CustomerRestored(entity_id=customer.id))
    return customer


def create_site(
    session: Session,
    *,
    actor: Actor,
    name: str,
    customer_id: UUID,
    address: str,
    position: WKBElement,
    timezone: str | None = None,
    territory_id: UUID | None = None,
    access_notes: str = "",
    site_id: UUID | None = None,
) -> Site:
    """Give a customer a site; its territory follows from the position unless it is chosen.

    Without ``timezone`` the site lives by the clock of the tenant.
    """
    actor.require("sites.write")
    content: dict[str, Any] = {
        "name": name,
        "customer_id": customer_id,
        "address": address,
        "position": position,
        "timezone": timezone or _tenant_timezone(session),
        "access_notes": access_notes,
        "is_territory_chosen": territory_id is not None,
    }
    if territory_id is not None:
        content["territory_id"] = territory_id
    if made := creation.find_made(session, Site, site_id, content):
        return made
    _check_timezone(content["timezone"])
    queries.get_usable_customer(session, customer_id)
    if territory_id is not None:
        queries.get_usable_territory(session, territory_id)
    else:
        content["territory_id"] = _territory_id_at(session, position)
    site = Site(id=site_id or new_id(), number=next_number(session, "site"), **content)
    session.add(site)
    events.record(
        session,
        SiteCreated(entity_id=site.id, number=site.number, name=name, customer_id=customer_id),
    )
    return site


def change_site(session: Session, *, actor: Actor, site: Site, changes: Mapping[str, Any]) -> Site:
    """Change fields of a site; ``territory_id`` None gives the choice back to the position.

    ``is_archived`` archives or restores.
    """
    actor.require("sites.write")
    _check_timezone(changes.get("timezone", site.timezone))
    if changes.get("customer_id", site.customer_id) != site.customer_id:
        queries.get_usable_customer(session, changes["customer_id"])
    assigned = dict(changes)
    if "territory_id" in changes:
        assigned["is_territory_chosen"] = changes["territory_id"] is not None
        if changes["territory_id"] not in {None, site.territory_id}:
            queries.get_usable_territory(session, changes["territory_id"])
    if not assigned.get("is_territory_chosen", site.is_territory_chosen):
        position = changes.get("position", site.position)
        assigned["territory_id"] = _territory_id_at(session, position)
    changed = assign(site, assigned)
    if changed:
        events.record(session, SiteChanged(entity_id=site.id, fields=changed))
    if is_to_archive(site, changes):
        site.archived_at = clock.now()
        events.record(session, SiteArchived(entity_id=site.id))
    elif is_to_restore(site, changes):
        queries.get_usable_customer(session, site.customer_id)
        if site.is_territory_chosen and site.territory_id is not None:
            queries.get_usable_territory(session, site.territory_id)
        site.archived_at = None
        events.record(session, SiteRestored(entity_id=site.id))
    return site


def create_territory(
    session: Session,
    *,
    actor: Actor,
    name: str,
    area: WKBElement,
    territory_id: UUID | None = None,
) -> Territory:
    """Draw a territory; a job then tells the sites inside that they belong to it."""
    actor.require("territories.write")
    content = {"name": name, "area": area}
    if made := creation.find_made(session, Territory, territory_id, content):
        return made
    territory = Territory(
        id=territory_id or new_id(), square_metres=_square_metres(area), **content
    )
    session.add(territory)
    events.record(session, TerritoryDrawn(entity_id=territory.id))
    return territory


def change_territory(
    session: Session, *, actor: Actor, territory: Territory, changes: Mapping[str, Any]
) -> Territory:
    """Rename or redraw a territory, archive or restore it."""
    actor.require("territories.write")
    changed = assign(territory, changes)
    if "area" in changed:
        territory.square_metres = _square_metres(territory.area)
    is_archiving = is_to_archive(territory, changes)
    is_restoring = is_to_restore(territory, changes)
    if is_archiving:
        chosen = (Site.territory_id == territory.id) & Site.is_territory_chosen.is_(True)
        _refuse_with_sites(session, territory, sites=chosen)
        territory.archived_at = clock.now()
    elif is_restoring:
        territory.archived_at = None
    if "area" in changed or is_archiving or is_restoring:
        events.record(session, TerritoryDrawn(entity_id=territory.id))
    return territory


def derive_territories(
    session: Session, *, territory_id: UUID, after: UUID | None = None
) -> UUID | None:
    """Let some sites follow the new area of a territory; return where to go on, None at the end."""
    territory = queries.get_territory(session, territory_id)
    sites = queries.list_sites_to_derive(session, territory, after=after, limit=DERIVED_AT_ONCE)
    for site in sites:
        site.territory_id = _territory_id_at(session, site.position)
    return sites[-1].id if len(sites) == DERIVED_AT_ONCE else None


def _refuse_with_sites(session: Session, record: Customer | Territory, *, sites: Any) -> None:
    count = queries.count_sites(session, sites)
    if count:
        noun = record.__tablename__
        raise StillInUse(f"The {noun} has sites that are not archived.", sites=count)


def _territory_id_at(session: Session, position: WKBElement) -> UUID | None:
    territory = queries.find_territory_at(session, position)
    return territory.id if territory else None


def _square_metres(area: WKBElement) -> float:
    size = rules.square_metres(geo.rings(area))
    if size <= 0:
        raise InvalidInput("A territory needs an area.", area="Encloses nothing.")
    return size


def _check_timezone(name: str) -> None:
    if not rules.is_timezone(name):
        raise InvalidInput(
            "The time zone is not known.", timezone="Use an IANA name, like Europe/Lisbon."
        )


def _tenant_timezone(session: Session) -> str:
    tenant = session.get_one(Tenant, tenant_of(session))
    return tenant.timezone
