"""Every table belongs to tenants, and no foreign key leads from one tenant to another."""

from __future__ import annotations

import pytest
from sqlalchemy import Table

from server.kernel.db import Base
from server.kernel.modules import import_modules
from server.kernel.settings import DEFAULT_MODULES
from server.kernel.tenancy import UNSCOPED_TABLES


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    import_modules(DEFAULT_MODULES)
    return list(Base.metadata.tables.values())


def test_a_table_has_a_tenant_or_a_reason(tables: list[Table]) -> None:
    without = {table.name for table in tables if "tenant_id" not in table.columns}

    assert without - set(UNSCOPED_TABLES) == set()


def test_every_reason_still_has_its_table(tables: list[Table]) -> None:
    # Alembic keeps a table of its own.
    gone = set(UNSCOPED_TABLES) - {table.name for table in tables} - {"alembic_version"}

    assert gone == set()


def test_a_foreign_key_between_records_of_tenants_holds_the_tenant(tables: list[Table]) -> None:
    leaks = [
        f"{table.name} ({', '.join(key.column_keys)}) -> {key.referred_table.name}"
        for table in tables
        for key in table.foreign_key_constraints
        if "tenant_id" in table.columns
        and "tenant_id" in key.referred_table.columns
        and "tenant_id" not in key.column_keys
    ]

    assert leaks == []


def test_every_constraint_has_a_name_that_a_refusal_can_be_mapped_to(tables: list[Table]) -> None:
    nameless = [
        f"{table.name}: {type(constraint).__name__}"
        for table in tables
        for constraint in table.constraints
        if not constraint.name and list(getattr(constraint, "columns", ()))
    ]

    assert nameless == []
