"""A database of each kind with the small tables and what is declared beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from server.kernel import ddl
from server.kernel.db import make_engine
from tests.contracts.geo.tables import TABLES, Base


@pytest.fixture(scope="module")
def declared() -> Iterator[None]:
    before = dict(ddl._declared)
    ddl.spatial_index("geo_spot", "position")
    ddl.spatial_index("geo_area", "border")
    ddl.append_only("geo_fact")
    ddl.no_overlap("geo_slot", "engineer_id", "starts_at", "ends_at", "state not like 'can%'")
    yield
    ddl._declared.clear()
    ddl._declared.update(before)


@pytest.fixture(scope="module")
def engine(new_database: Callable[[str], str], declared: None) -> Iterator[Engine]:
    engine = make_engine(new_database("geo"), as_owner=True)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        ddl.apply(connection, TABLES)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()
