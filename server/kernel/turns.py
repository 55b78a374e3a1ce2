"""Taking turns: transactions that must see what each other did, follow each other."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.kernel.session import tenant_of


def take_turn(session: Session, *about: object) -> None:
    """Wait until no other transaction of the tenant has its turn about the same thing.

    The turn ends with the transaction. On SQLite a writer has the whole database to itself.
    """
    if session.connection().dialect.name == "postgresql":
        name = ":".join(map(str, (tenant_of(session), *about)))
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
