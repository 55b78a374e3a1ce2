"""Who holds customers, sites and territories in the change feed, and what they look like there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.kernel.listing import documents_of
from server.places.models import Customer, Site, Territory
from server.places.schemas import (
    CUSTOMER_NAMES,
    SITE_CONVERT,
    SITE_NAMES,
    TERRITORY_CONVERT,
    TERRITORY_NAMES,
)

CUSTOMER_COLUMNS = [getattr(Customer, name) for name in CUSTOMER_NAMES]
SITE_COLUMNS = [getattr(Site, name) for name in SITE_NAMES]
TERRITORY_COLUMNS = [getattr(Territory, name) for name in TERRITORY_NAMES]


def customer_documents(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, dict[str, Any]]:
    """Show customers to those who may read them: they are people with addresses."""
    if not actor.may("customers.read"):
        return {}
    return documents_of(session, CUSTOMER_COLUMNS, ids)


def site_documents(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, dict[str, Any]]:
    """Show sites, with the notes an engineer needs to get in."""
    if not actor.may("sites.read"):
        return {}
    return documents_of(session, SITE_COLUMNS, ids, SITE_CONVERT)


def territory_documents(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, dict[str, Any]]:
    """Show territories with their areas."""
    if not actor.may("sites.read"):
        return {}
    return documents_of(session, TERRITORY_COLUMNS, ids, TERRITORY_CONVERT)


FEED_KINDS = (
    FeedKind(
        name="customer",
        model=Customer,
        scopes=lambda _session, _customer: {"desk"},
        documents=customer_documents,
    ),
    FeedKind(
        name="site",
        model=Site,
        scopes=lambda _session, _site: {"t"},
        documents=site_documents,
    ),
    FeedKind(
        name="territory",
        model=Territory,
        scopes=lambda _session, _territory: {"desk"},
        documents=territory_documents,
    ),
)
