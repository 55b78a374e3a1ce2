"""Alembic's entry: one linear history for all packages, run as the owner of the tables."""

from __future__ import annotations

import os

from alembic import context
from geoalchemy2 import Geometry
from sqlalchemy import JSON

from server.kernel import db, modules, schema, settings
from server.kernel.db import Base
from server.kernel.types import UtcDateTime

config = context.config
chosen = config.attributes.get("settings") or settings.from_environment(os.environ)
modules.import_modules(chosen.modules)


def render_item(kind, item, _context):
    """Write our column types by what they are in the database, so that a revision needs no code."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Geometry):
        kind = item.geometry_type
        return f'geoalchemy2.Geometry("{kind}", srid={item.srid}, spatial_index=False)'
    if isinstance(item, JSON):
        return "DOCUMENT"
    return False


def run() -> None:
    """Bring the schema to the wanted revision, then complete what stands beside the tables."""
    engine = db.make_engine(chosen.migration_url, as_owner=True)
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET lock_timeout = '5s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            include_name=schema.include_name,
            compare_type=schema.compare_type,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if config.attributes.get("complete"):
            connection.commit()  # With nothing to migrate, reading the revision has begun one.
            with connection.begin():
                schema.complete(connection)
    engine.dispose()


run()
