"""What the schema needs beside its tables: spatial indexes, guards and row-level security.

Rooms declare it next to their models. A batch migration on SQLite drops a table's triggers with the
old table, so migrations end with ``apply``; a test compares ``declared_sqlite_objects`` with the
file. Names are the same on both databases: one error mapping serves both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, inspect

APP_ROLE = "truckroll_app"
EXTENSIONS = ("postgis", "btree_gist")

_TREE = re.compile(r"_rtree(_node|_parent|_rowid|_key)?$")
_TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"


class _Declaration(Protocol):
    @property
    def table(self) -> str: ...
    @property
    def objects(self) -> frozenset[str]: ...
    @property
    def postgresql_indexes(self) -> frozenset[str]: ...
    def create(self, dialect: str) -> list[str]: ...
    def drop(self, dialect: str) -> list[str]: ...


@dataclass(frozen=True)
class _SpatialIndex:
    """GiST on PostgreSQL; on SQLite an R*Tree kept by triggers.

    An R*Tree knows its entries by integers, records have UUIDs, and VACUUM may change a rowid: a
    table of our own gives each record its integer.
    """

    table: str
    column: str

    @property
    def tree(self) -> str:
        return f"{self.table}_{self.column}_rtree"

    @property
    def objects(self) -> frozenset[str]:
        tree = self.tree
        return frozenset({tree, key_table(tree), *(f"{tree}_{on}" for on in _ROW_EVENTS)})

    @property
    def postgresql_indexes(self) -> frozenset[str]:
        stem = f"ix_{self.table}_{self.column}"
        return frozenset({f"{stem}_box", f"{stem}_metres"})

    def create(self, dialect: str) -> list[str]:
        if dialect == "postgresql":
            on = f"ON {self.table} USING gist"
            stem = f"ix_{self.table}_{self.column}"
            return [
                f"CREATE INDEX IF NOT EXISTS {stem}_box {on} ({self.column})",
                f"CREATE INDEX IF NOT EXISTS {stem}_metres {on} (({self.column}::geography))",
            ]
        return [*self._tables(), *self._triggers(), *self._fill()]

    def drop(self, dialect: str) -> list[str]:
        if dialect == "postgresql":
            return [f"DROP INDEX IF EXISTS {name}" for name in sorted(self.postgresql_indexes)]
        return [
            *(f"DROP TRIGGER IF EXISTS {self.tree}_{on}" for on in _ROW_EVENTS),
            f"DROP TABLE IF EXISTS {self.tree}",
            f"DROP TABLE IF EXISTS {key_table(self.tree)}",
        ]

    def _tables(self) -> list[str]:
        return [
            f"CREATE TABLE {key_table(self.tree)}"
            " (key INTEGER PRIMARY KEY, id CHAR(32) NOT NULL UNIQUE)",
            f"CREATE VIRTUAL TABLE {self.tree} USING rtree(id, minx, maxx, miny, maxy)",
        ]

    def _triggers(self) -> list[str]:
        tree, keys, column = self.tree, key_table(self.tree), self.column
        forget_old = f"DELETE FROM {tree} WHERE id = (SELECT key FROM {keys} WHERE id = old.id)"
        take = (
            f"INSERT INTO {keys} (id) SELECT new.id WHERE new.{column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {keys} WHERE id = new.id);"
            f" INSERT INTO {tree} SELECT key, {_box_of('new', column)} FROM {keys}"
            f" WHERE id = new.id AND new.{column} IS NOT NULL"
        )
        return [
            f"CREATE TRIGGER {tree}_insert AFTER INSERT ON {self.table}"
            f" WHEN new.{column} IS NOT NULL BEGIN {take}; END",
            f"CREATE TRIGGER {tree}_update AFTER UPDATE OF id, {column} ON {self.table}"
            f" WHEN new.{column} IS NOT old.{column} OR new.id <> old.id BEGIN {forget_old};"
            f" DELETE FROM {keys} WHERE id = old.id AND (new.{column} IS NULL OR new.id <> old.id);"
            f" {take}; END",
            f"CREATE TRIGGER {tree}_delete AFTER DELETE ON {self.table} BEGIN {forget_old};"
            f" DELETE FROM {keys} WHERE id = old.id; END",
        ]

    def _fill(self) -> list[str]:
        keys = key_table(self.tree)
        some = f"FROM {self.table} WHERE {self.column} IS NOT NULL"
        return [
            f"INSERT INTO {keys} (id) SELECT id {some}",
            f"INSERT INTO {self.tree} SELECT key, {_box_of('record', self.column)}"
            f" FROM {keys} JOIN {self.table} AS record ON record.id = {keys}.id",
        ]


@dataclass(frozen=True)
class _AppendOnly:
    """Rows are written once: UPDATE and DELETE are refused."""

    table: str

    @property
    def objects(self) -> frozenset[str]:
        return frozenset(f"{self.table}_append_only_{on}" for on in ("update", "delete"))

    @property
    def postgresql_indexes(self) -> frozenset[str]:
        return frozenset()

    def create(self, dialect: str) -> list[str]:
        if dialect == "postgresql":
            return [
                _POSTGRESQL_REFUSAL,
                f"CREATE OR REPLACE TRIGGER {self.table}_append_only"
                f" BEFORE UPDATE OR DELETE ON {self.table}"
                " FOR EACH ROW EXECUTE FUNCTION truckroll_append_only()",
            ]
        return [
            f"CREATE TRIGGER {self.table}_append_only_{on} BEFORE {on.upper()} ON {self.table}"
            f" BEGIN SELECT RAISE(ABORT, '{self.table} is append-only'); END"
            for on in ("update", "delete")
        ]

    def drop(self, dialect: str) -> list[str]:
        if dialect == "postgresql":
            return [f"DROP TRIGGER IF EXISTS {self.table}_append_only ON {self.table}"]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in sorted(self.objects)]


@dataclass(frozen=True)
class _NoOverlap:
    """Half-open ranges of one owner never overlap; ranges that only touch are allowed."""

    table: str
    owner: str
    start: str
    end: str
    where: str

    @property
    def name(self) -> str:
        return f"ex_{self.table}_{self.owner}_overlap"

    @property
    def objects(self) -> frozenset[str]:
        return frozenset({f"{self.name}_insert", f"{self.name}_update"})

    @property
    def postgresql_indexes(self) -> frozenset[str]:
        return frozenset({self.name})  # The constraint's own index, which reflection reports.

    def create(self, dialect: str) -> list[str]:
        if dialect == "postgresql":
            constraint = (
                f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist"
                f" (tenant_id WITH =, {self.owner} WITH =,"
                f" tstzrange({self.start}, {self.end}, '[)') WITH &&) WHERE ({self.where})"
            )
            return [
                f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname ="
                f" '{self.name}' AND conrelid = '{self.table}'::regclass)"
                f" THEN {constraint}; END IF; END $$"
            ]
        return [
            f"CREATE TRIGGER {self.name}_{on} AFTER {on.upper()} ON {self.table}"
            f" BEGIN SELECT RAISE(ABORT, '{self.name}') WHERE {self._overlaps()}; END"
            for on in ("insert", "update")
        ]

    def drop(self, dialect: str) -> list[str]:
        if dialect == "postgresql":
            return [f"ALTER TABLE {self.table} DROP CONSTRAINT IF EXISTS {self.name}"]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in sorted(self.objects)]

    def _overlaps(self) -> str:
        # The row is already in the table, so `where` needs no prefix to speak about it. An empty
        # range overlaps nothing and an open end reaches for ever, as with PostgreSQL's tstzrange.
        start, end = f"coalesce({self.start}, '')", f"coalesce({self.end}, '~')"
        new_start, new_end = f"coalesce(new.{self.start}, '')", f"coalesce(new.{self.end}, '~')"
        return (
            f"{new_start} < {new_end}"
            f" AND EXISTS (SELECT 1 FROM {self.table} WHERE id = new.id AND ({self.where}))"
            f" AND EXISTS (SELECT 1 FROM {self.table} WHERE tenant_id = new.tenant_id"
            f" AND {self.owner} = new.{self.owner} AND id <> new.id AND {start} < {end}"
            f" AND {start} < {new_end} AND {new_start} < {end} AND ({self.where}))"
        )


_ROW_EVENTS = ("insert", "update", "delete")
_POSTGRESQL_REFUSAL = """
CREATE OR REPLACE FUNCTION truckroll_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only',
    ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME;
END $$"""
_declared: dict[tuple[type, str, str], _Declaration] = {}


def spatial_index(table_name: str, column: str) -> None:
    """Declare the spatial index of a column of positions or areas."""
    _declared[_SpatialIndex, table_name, column] = _SpatialIndex(table_name, column)


def append_only(table_name: str) -> None:
    """Declare that rows of a table are never changed or deleted."""
    _declared[_AppendOnly, table_name, ""] = _AppendOnly(table_name)


def no_overlap(table: str, owner_column: str, start: str, end: str, where: str) -> str:
    """Declare that one owner's time ranges must not overlap; return the constraint's name.

    ``where`` says in SQL that both databases read, with bare column names, which rows count.
    """
    declaration = _NoOverlap(table, owner_column, start, end, where)
    _declared[_NoOverlap, table, owner_column] = declaration
    return declaration.name


def rtree_of(table_name: str, column: str) -> str | None:
    """Return the name of a column's R*Tree on SQLite; None where no index is declared."""
    declaration = _declared.get((_SpatialIndex, table_name, column))
    return declaration.tree if isinstance(declaration, _SpatialIndex) else None


def key_table(rtree: str) -> str:
    """Return the name of the table from an R*Tree's integers to record ids."""
    return f"{rtree}_key"


def statements(dialect_name: str, tables: Iterable[str] | None = None) -> list[str]:
    """Return the statements that create what is declared for ``tables`` (None: for all)."""
    return [line for one in _chosen(tables) for line in one.create(dialect_name)]


def drop_statements(dialect_name: str, tables: Iterable[str] | None = None) -> list[str]:
    """Return the statements that remove what is declared, where it exists."""
    return [line for one in _chosen(tables) for line in one.drop(dialect_name)]


def apply(connection: Connection, tables: Iterable[str] | None = None) -> None:
    """Create what is declared for those ``tables`` that exist; safe to repeat.

    On SQLite what is incomplete or declared otherwise is made anew, its R*Tree filled from the
    records. PostgreSQL keeps what it has: a migration that changes a declaration drops the old one.
    """
    present = set(inspect(connection).get_table_names())
    chosen = _chosen(present if tables is None else present & set(tables))
    if connection.dialect.name == "postgresql":
        _run(connection, [line for one in chosen for line in one.create("postgresql")])
        return
    made = set(connection.exec_driver_sql("SELECT sql FROM sqlite_master").scalars())
    for declaration in chosen:
        lines = declaration.create("sqlite")
        if not {line for line in lines if line.startswith("CREATE")} <= made:
            _run(connection, [*declaration.drop("sqlite"), *lines])


def declared_sqlite_objects() -> frozenset[str]:
    """Return the names of all triggers and index tables that an SQLite file must have."""
    return frozenset().union(*(declaration.objects for declaration in _declared.values()))


def sqlite_objects(connection: Connection) -> frozenset[str]:
    """Return the names of the triggers and index tables that an SQLite file has."""
    rows = connection.exec_driver_sql(
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'trigger')"
    )
    inner = re.compile(r"_rtree_(node|parent|rowid)$")
    return frozenset(
        name
        for name, kind in rows
        if kind == "trigger" or (is_shadow_table(name) and not inner.search(name))
    )


def is_shadow_table(name: str) -> bool:
    """Whether a table belongs to a spatial index on SQLite and not to the models."""
    return _TREE.search(name) is not None


def is_declared_index(name: str) -> bool:
    """Whether an index on PostgreSQL comes from a declaration and not from the models."""
    return any(name in declaration.postgresql_indexes for declaration in _declared.values())


def tenant_policy(table_name: str) -> list[str]:
    """Return the statements that hide the rows of other tenants on PostgreSQL."""
    return [
        f'ALTER TABLE "{table_name}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table_name}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS tenant ON "{table_name}"',
        f'CREATE POLICY tenant ON "{table_name}"'
        f" USING (tenant_id = {_TENANT}) WITH CHECK (tenant_id = {_TENANT})",
    ]


def grants(table_name: str) -> list[str]:
    """Return the statement that lets the application use a table on PostgreSQL."""
    rights = "SELECT, INSERT"
    if (_AppendOnly, table_name, "") not in _declared:
        rights += ", UPDATE, DELETE"
    return [f'GRANT {rights} ON "{table_name}" TO {APP_ROLE}']


def statements_for_tenant_table(table_name: str) -> list[str]:
    """Return policy and grants of a table whose rows belong to tenants."""
    return [*tenant_policy(table_name), *grants(table_name)]


def role_statements() -> list[str]:
    """Return the statements that make the application's role on PostgreSQL; safe to repeat.

    It cannot sign in and cannot bypass row-level security; the owner enters it with SET ROLE.
    """
    return [
        # An owner who may not make roles finds this one made by the database's administrator.
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN"
        f" CREATE ROLE {APP_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS; END IF;"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
        f"GRANT {APP_ROLE} TO CURRENT_USER",
        f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}",
    ]


def _chosen(tables: Iterable[str] | None) -> list[_Declaration]:
    wanted = None if tables is None else set(tables)
    return [one for one in _declared.values() if wanted is None or one.table in wanted]


def _run(connection: Connection, lines: list[str]) -> None:
    for line in lines:
        # Verbatim: a percent sign in a condition is no placeholder.
        connection.exec_driver_sql(line, execution_options={"no_parameters": True})


def _box_of(row: str, column: str) -> str:
    edges = ("MinX", "MaxX", "MinY", "MaxY")
    return ", ".join(f"ST_{edge}({row}.{column})" for edge in edges)
