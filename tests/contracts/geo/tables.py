"""Small tables with everything that is declared beside models, and builders of their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import Connection, UniqueConstraint, Uuid, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from server.kernel import ddl, geo
from server.kernel.types import UtcDateTime

PORTO = (-8.6291, 41.1579)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TENANT, OTHER_TENANT, ENGINEER = UUID(int=1), UUID(int=2), UUID(int=3)
SQUARE = [(-9.0, 41.0), (-8.0, 41.0), (-8.0, 42.0), (-9.0, 42.0), (-9.0, 41.0)]
numbers = count(1000)


class Base(DeclarativeBase):
    type_annotation_map = {UUID: Uuid(), dt.datetime: UtcDateTime()}  # noqa: RUF012


class Spot(Base):
    __tablename__ = "geo_spot"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    tenant_id: Mapped[UUID] = mapped_column(default=TENANT, index=True)
    name: Mapped[str] = mapped_column(default="")
    position: Mapped[WKBElement | None] = mapped_column(geo.PointColumn())


class Area(Base):
    __tablename__ = "geo_area"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    border: Mapped[WKBElement] = mapped_column(geo.PolygonColumn())


class Slot(Base):
    __tablename__ = "geo_slot"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    tenant_id: Mapped[UUID] = mapped_column(default=TENANT)
    engineer_id: Mapped[UUID] = mapped_column(default=ENGINEER)
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(default="confirmed")


class Fact(Base):
    __tablename__ = "geo_fact"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=lambda: UUID(int=next(numbers)))
    note: Mapped[str]


TABLES = tuple(Base.metadata.tables)
NO_OVERLAP = "ex_geo_slot_engineer_id_overlap"


def a_spot(session: Session, lon: float, lat: float, **columns: Any) -> Spot:
    spot = Spot(position=geo.point(lon, lat), **columns)
    session.add(spot)
    session.flush()
    return spot


def a_slot(session: Session, start: float, end: float, **columns: Any) -> Slot:
    hours = [NOON + dt.timedelta(hours=hour) for hour in (start, end)]
    slot = Slot(starts_at=hours[0], ends_at=hours[1], **columns)
    session.add(slot)
    session.flush()
    return slot


def enter_tenant(connection: Connection) -> None:
    """Become the application's role within one tenant."""
    for line in (*ddl.statements_for_tenant_table("geo_spot"), *ddl.grants("geo_fact")):
        connection.exec_driver_sql(line)
    connection.exec_driver_sql("ANALYZE geo_spot")
    connection.exec_driver_sql(f"SET LOCAL ROLE {ddl.APP_ROLE}")
    connection.exec_driver_sql("SELECT set_config('app.tenant_id', %s, true)", (str(TENANT),))


def names(found: list[tuple[Spot, float]]) -> list[str]:
    return [spot.name for spot, _ in found]


def rtree_ids(session: Session) -> list[UUID]:
    """Return what the index says, where the index is a table that can be read."""
    rows = session.scalars(
        text(
            "SELECT k.id FROM geo_spot_position_rtree r"
            " JOIN geo_spot_position_rtree_key k ON k.key = r.id"
        )
    )
    return sorted(UUID(row) for row in rows)


@contextmanager
def captured(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Keep the statements of a connection as the driver gets them."""
    statements: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    yield statements
    event.remove(connection, "before_cursor_execute", keep)
