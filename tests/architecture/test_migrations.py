"""The one history of the schema: it makes what the models say, and it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from server.kernel import db, ddl, schema
from server.kernel.db import Base
from server.kernel.modules import Platform
from server.kernel.settings import Settings
from tests.platforms import a_settings


@pytest.fixture
def fresh(
    new_database: Callable[[str], str],
    platform: Platform,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Settings:
    """Settings of an empty database; the platform has loaded every model."""
    name = f"fresh_{abs(hash(request.node.nodeid))}"
    return a_settings(new_database(name), tmp_path)


def test_there_is_one_history_with_one_head(tmp_path: Path) -> None:
    settings = a_settings("sqlite://", tmp_path)
    scripts = ScriptDirectory.from_config(schema.alembic_config(settings))

    assert len(scripts.get_heads()) == 1


def test_migrations_make_what_the_models_say(fresh: Settings) -> None:
    schema.upgrade(fresh)

    engine = db.make_engine(fresh.migration_url, as_owner=True)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": schema.include_name,
                "compare_type": schema.compare_type,
                "target_metadata": Base.metadata,
            },
        )
        difference = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert difference == []


def test_migrations_can_be_taken_back_and_made_again(fresh: Settings) -> None:
    schema.upgrade(fresh)
    schema.downgrade(fresh, "base")

    engine = db.make_engine(fresh.migration_url, as_owner=True)
    left = set(inspect(engine).get_table_names()) - {"alembic_version", "spatial_ref_sys"}
    engine.dispose()
    assert {name for name in left if not ddl.is_shadow_table(name)} == set()

    schema.upgrade(fresh)


def test_what_stands_beside_the_tables_is_there_after_a_migration(fresh: Settings) -> None:
    schema.upgrade(fresh)

    engine = db.make_engine(fresh.migration_url, as_owner=True)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert ddl.sqlite_objects(connection) == ddl.declared_sqlite_objects()
        else:
            forced = connection.exec_driver_sql(
                "select relname from pg_class where relkind = 'r' and relforcerowsecurity"
            ).scalars()
            assert set(forced) == set(schema.scoped_tables())
    engine.dispose()
