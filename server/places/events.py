"""Facts about customers, sites and territories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    """A customer became known."""

    type: ClassVar[str] = "customer.created"
    entity_kind: ClassVar[str] = "customer"

    number: int
    name: str


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    """Fields of a customer changed; the audit trail has the values."""

    type: ClassVar[str] = "customer.changed"
    entity_kind: ClassVar[str] = "customer"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class CustomerArchived(Event):
    """A customer is kept for the past only."""

    type: ClassVar[str] = "customer.archived"
    entity_kind: ClassVar[str] = "customer"


@dataclass(frozen=True, kw_only=True)
class CustomerRestored(Event):
    """An archived customer is used again."""

    type: ClassVar[str] = "customer.restored"
    entity_kind: ClassVar[str] = "customer"


@dataclass(frozen=True, kw_only=True)
class SiteCreated(Event):
    """A customer has a new site."""

    type: ClassVar[str] = "site.created"
    entity_kind: ClassVar[str] = "site"

    number: int
    name: str
    customer_id: UUID


@dataclass(frozen=True, kw_only=True)
class SiteChanged(Event):
    """Fields of a site changed; the audit trail has the values."""

    type: ClassVar[str] = "site.changed"
    entity_kind: ClassVar[str] = "site"

    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class SiteArchived(Event):
    """A site is kept for the past only."""

    type: ClassVar[str] = "site.archived"
    entity_kind: ClassVar[str] = "site"


@dataclass(frozen=True, kw_only=True)
class SiteRestored(Event):
    """An archived site is used again."""

    type: ClassVar[str] = "site.restored"
    entity_kind: ClassVar[str] = "site"


@dataclass(frozen=True, kw_only=True)
class TerritoryDrawn(Event):
    """The area of a territory is new, changed, archived or restored: sites may change theirs."""

    type: ClassVar[str] = "territory.drawn"
    entity_kind: ClassVar[str] = "territory"
