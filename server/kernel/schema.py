"""The schema as a whole: migrations, and what the tables need beside their columns.

Migrations make and change tables; afterwards ``complete`` re-creates everything that is declared
beside the models (spatial indexes, guards, tenant policies, grants), which SQLite's batch
migrations would lose.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from server.kernel import ddl
from server.kernel.db import Base
from server.kernel.settings import Settings
from server.kernel.tenancy import UNSCOPED_TABLES

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def alembic_config(settings: Settings, *, complete: bool = True) -> Config:
    """Return Alembic's configuration for the database of the settings."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["settings"] = settings
    config.attributes["complete"] = complete
    return config


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the database to a revision, as owner, and complete what stands beside the tables."""
    command.upgrade(alembic_config(settings), revision)


def downgrade(settings: Settings, revision: str) -> None:
    """Take the database back to an older revision; what stands beside the tables goes first."""
    command.downgrade(alembic_config(settings, complete=revision != "base"), revision)


def complete(connection: Connection) -> None:
    """Re-create what is declared beside the tables; safe to repeat."""
    ddl.apply(connection)
    if connection.dialect.name != "postgresql":
        return
    for statement in ddl.role_statements():
        connection.execute(text(statement))
    scoped = scoped_tables()
    for name in Base.metadata.tables:
        lines = ddl.statements_for_tenant_table(name) if name in scoped else ddl.grants(name)
        for statement in lines:
            connection.execute(text(statement))


def scoped_tables() -> frozenset[str]:
    """Return the tables whose rows row-level security keeps apart."""
    return frozenset(
        name
        for name, table in Base.metadata.tables.items()
        if "tenant_id" in table.columns and name not in UNSCOPED_TABLES
    )


def include_name(name: str | None, kind: str, _parents: Any = None) -> bool:
    """Whether Alembic compares a table or index: not what is declared beside the models."""
    if kind == "table":
        return name != "spatial_ref_sys" and not ddl.is_shadow_table(name or "")
    if kind == "index":
        return not ddl.is_declared_index(name or "")
    return True


def compare_type(
    context: Any, _inspected: Any, _metadata: Any, _inspected_type: Any, _metadata_type: Any
) -> bool | None:
    """Whether a column's type differs: SQLite reflects UUIDs and positions as other types."""
    return False if context.dialect.name == "sqlite" else None
