"""Alembic's entry: one linear history for all packages, run as the owner of the tables."""

from __future__ import annotations

import os

from alembic import context

from server.kernel import db, ddl, modules, schema, settings
from server.kernel.db import Base

config = context.config
chosen = config.attributes.get("settings") or settings.from_environment(os.environ)
modules.import_modules(chosen.modules)


def include_name(name, type_, _parents):
    """Leave out what belongs to declarations beside the models and to PostGIS."""
    if type_ == "table":
        return name != "spatial_ref_sys" and not ddl.is_shadow_table(name)
    if type_ == "index":
        return not ddl.is_declared_index(name)
    return True


def compare_type(_context, _inspected, _metadata, inspected_type, metadata_type):
    """SQLite reflects a UUID as CHAR(32) and a position as BLOB: these are the same."""
    if context.get_context().dialect.name == "sqlite":
        return False
    del inspected_type, metadata_type
    return None


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
            include_name=include_name,
            compare_type=compare_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if config.attributes.get("complete"):
            with connection.begin():
                schema.complete(connection)
    engine.dispose()


run()
