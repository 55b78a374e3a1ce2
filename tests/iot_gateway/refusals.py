"""A database that refuses certain rows, for as long as a test wants it to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from server.kernel import db
from server.kernel.modules import Platform

REASON = "refused by the test"


@contextmanager
def refusing(
    platform: Platform, table: str, condition: str, *, is_away: bool = False
) -> Iterator[None]:
    """Refuse rows of ``table`` for which ``condition`` on ``new`` holds, in SQL for both databases.

    With ``is_away`` the error looks as if the database could not serve us at the moment.
    """
    owner = db.make_engine(platform.settings.migration_url, as_owner=True)
    is_postgresql = owner.dialect.name == "postgresql"
    make, drop = (_postgresql if is_postgresql else _sqlite)(table, condition, is_away=is_away)
    _run(owner, make)
    try:
        yield
    finally:
        _run(owner, drop)
        owner.dispose()


def _postgresql(table: str, condition: str, *, is_away: bool) -> tuple[list[str], list[str]]:
    state = "57014" if is_away else "22023"
    function = (
        f"CREATE FUNCTION refuse_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION '{REASON}' USING ERRCODE = '{state}'; END IF;"
        " RETURN new; END $$"
    )
    trigger = (
        f"CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_{table}()"
    )
    return [function, trigger], [f"DROP TRIGGER refuse ON {table}", f"DROP FUNCTION refuse_{table}"]


def _sqlite(table: str, condition: str, *, is_away: bool) -> tuple[list[str], list[str]]:
    # What is malformed is an operational error, what is raised one of integrity.
    malformed = "json_extract('{' || new.tenant_id, '$')"
    refusal = malformed if is_away else f"RAISE(ABORT, '{REASON}')"
    make = (
        f"CREATE TRIGGER refuse_{table} BEFORE INSERT ON {table} WHEN {condition}"
        f" BEGIN SELECT {refusal}; END"
    )
    return [make], [f"DROP TRIGGER refuse_{table}"]


def _run(owner: Engine, lines: list[str]) -> None:
    with owner.begin() as connection:
        for line in lines:
            connection.exec_driver_sql(line, execution_options={"no_parameters": True})
