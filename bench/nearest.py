"""Nearest-20 of 100,000 positions against 10,000: CPU time of client and database together."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy import Engine, UniqueConstraint, Uuid, create_engine, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from server.kernel import ddl, geo
from server.kernel.db import make_engine
from tests import servers

SMALL, LARGE = 10_000, 100_000
NEAREST = 20
SEARCHES = 400
TENANTS = [UUID(int=n) for n in (1, 2)]
LIMIT = 2.0


class Base(DeclarativeBase):
    type_annotation_map = {UUID: Uuid()}  # noqa: RUF012 - SQLAlchemy's name.


class Spot(Base):
    """Enough columns that reading a record costs what it costs in a room."""

    __tablename__ = "bench_spot"
    __table_args__ = (UniqueConstraint("tenant_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    name: Mapped[str]
    street: Mapped[str]
    town: Mapped[str]
    position: Mapped[WKBElement] = mapped_column(geo.PointColumn())


ddl.spatial_index("bench_spot", "position")


def run() -> list[str]:
    """Return one row per database and spread of the positions."""
    rows = []
    for spread in (_even, _in_towns):
        with tempfile.TemporaryDirectory() as directory:
            rows.append(_row(f"SQLite, {spread.__name__[1:]}", spread, _sqlite(Path(directory))))
    try:
        server = servers.PostGIS()
    except servers.Missing as reason:
        return [*rows, f"PostgreSQL: not measured, {reason}"]
    try:
        rows += [
            _row(f"PostgreSQL, {spread.__name__[1:]}", spread, _postgresql(server, spread.__name__))
            for spread in (_even, _in_towns)
        ]
    finally:
        server.stop()
    return rows


def _row(title: str, spread: Callable[[], geo.LonLat], engine_of: Callable[[int], Engine]) -> str:
    milliseconds = {}
    for size in (SMALL, LARGE):
        engine = engine_of(size)
        _fill(engine, size, spread)
        milliseconds[size] = min(_measure(engine, spread) for _ in range(3))
        engine.dispose()
    ratio = milliseconds[LARGE] / milliseconds[SMALL]
    verdict = "ok" if ratio <= LIMIT else "TOO SLOW"
    return (
        f"nearest-{NEAREST} of {LARGE:,} / of {SMALL:,}, {title}: {ratio:.2f} (<= {LIMIT})"
        f" {verdict}; {milliseconds[SMALL]:.2f} and {milliseconds[LARGE]:.2f} ms CPU a search"
    )


def _even() -> geo.LonLat:
    return random.uniform(-9, -7), random.uniform(40, 42)


def _in_towns() -> geo.LonLat:
    lon, lat = random.choice([(-8.63, 41.16), (-8.42, 41.55), (-7.4, 40.5)])
    return random.gauss(lon, 0.02), random.gauss(lat, 0.02)


def _sqlite(directory: Path) -> Callable[[int], Engine]:
    return lambda size: make_engine(f"sqlite:///{directory / str(size)}.sqlite")


def _postgresql(server: servers.PostGIS, spread: str) -> Callable[[int], Engine]:
    return lambda size: create_engine(server.new_database(f"bench{spread}_{size}"))


def _fill(engine: Engine, size: int, spread: Callable[[], geo.LonLat]) -> None:
    random.seed(size)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        ddl.apply(connection, ["bench_spot"])
        if engine.dialect.name == "postgresql":
            for line in ddl.statements_for_tenant_table("bench_spot"):
                connection.exec_driver_sql(line)
        for start in range(0, size, 10_000):
            connection.execute(
                insert(Spot), [_spot(n, spread) for n in range(start, start + 10_000)]
            )
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE bench_spot")


def _spot(n: int, spread: Callable[[], geo.LonLat]) -> dict[str, object]:
    return {
        "id": UUID(int=random.getrandbits(128)),
        "tenant_id": TENANTS[n % 10 == 0],
        "name": f"Site {n}",
        "street": f"Rua {n % 977}",
        "town": "Porto",
        "position": geo.point(*spread()),
    }


def _measure(engine: Engine, spread: Callable[[], geo.LonLat]) -> float:
    """Return milliseconds of CPU a search, as the application's role and within one tenant."""
    random.seed(7)
    tenant = TENANTS[0]
    with Session(engine) as session:
        backend = None
        if engine.dialect.name == "postgresql":
            connection = session.connection()
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            connection.exec_driver_sql(f"SET LOCAL ROLE {ddl.APP_ROLE}")
            setting = "SELECT set_config('app.tenant_id', %s, true)"
            connection.exec_driver_sql(setting, (str(tenant),))
        places = [spread() for _ in range(SEARCHES + 20)]
        for warm_up in places[SEARCHES:]:
            _search(session, tenant, warm_up)
        start = _cpu(backend)
        for place in places[:SEARCHES]:
            _search(session, tenant, place)
        return 1000 * (_cpu(backend) - start) / SEARCHES


def _search(session: Session, tenant: UUID, at: geo.LonLat) -> None:
    found = geo.find_nearest(
        session, Spot, Spot.position, at, NEAREST, where=[Spot.tenant_id == tenant]
    )
    assert len(found) == NEAREST
    session.expunge_all()


def _cpu(backend: int | None) -> float:
    """Return CPU seconds of this process and of the database's."""
    if backend is None:
        return time.process_time()
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
