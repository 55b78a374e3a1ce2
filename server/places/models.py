"""Tables of customers, sites and territories."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel import ddl
from server.kernel.db import Base
from server.kernel.geo import PointColumn, PolygonColumn
from server.kernel.names import Named
from server.kernel.tenancy import Versioned, tenant_fk
from server.kernel.types import Code, Line, LongText, Name


class Customer(Named, Versioned, Base):
    """Who owns sites, and whom to call about them."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        Index(None, "tenant_id", "sort_name", "id"),
        Index(None, "tenant_id", "email"),
        Index(None, "tenant_id", "phone"),
    )

    number: Mapped[int]
    email: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Code] = mapped_column(default="")
    notes: Mapped[LongText] = mapped_column(default="")
    archived_at: Mapped[dt.datetime | None]


class Territory(Named, Versioned, Base):
    """An area that groups sites and engineers. The smallest that covers a site is the site's."""

    __tablename__ = "territory"
    __table_args__ = (
        Index(None, "tenant_id", "sort_name", "id"),
        CheckConstraint("square_metres > 0", name="square_metres_positive"),
    )

    area: Mapped[WKBElement] = mapped_column(PolygonColumn())
    square_metres: Mapped[float]
    archived_at: Mapped[dt.datetime | None]


class Site(Named, Versioned, Base):
    """An address with a position, where assets stand and engineers go.

    ``is_territory_chosen`` is set when a person chose the territory: it then stays when the areas
    of territories change.
    """

    __tablename__ = "site"
    __table_args__ = (
        tenant_fk("customer_id", "customer.id"),
        tenant_fk("territory_id", "territory.id"),
        UniqueConstraint("tenant_id", "number"),
        Index(None, "tenant_id", "sort_name", "id"),
        Index(None, "tenant_id", "customer_id"),
        Index(None, "tenant_id", "territory_id"),
    )

    number: Mapped[int]
    customer_id: Mapped[UUID]
    address: Mapped[Line]
    position: Mapped[WKBElement] = mapped_column(PointColumn())
    timezone: Mapped[Code]
    territory_id: Mapped[UUID | None]
    is_territory_chosen: Mapped[bool] = mapped_column(default=False)
    access_notes: Mapped[LongText] = mapped_column(default="")
    archived_at: Mapped[dt.datetime | None]


ddl.spatial_index("site", "position")
ddl.spatial_index("territory", "area")
