"""The unit of work: one transaction per edge, and the only commit in the code base."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from server.kernel import audit, changes
from server.kernel.actors import Actor
from server.kernel.errors import Busy, StaleRevision
from server.kernel.modules import Platform
from server.kernel.session import Origin, Unit, unit_of, write_notes

Result = TypeVar("Result")
ATTEMPTS = 3
RETRIED_STATES = frozenset({"40001", "40P01"})  # Serialization failure and deadlock.
BUSY_STATES = frozenset({"55P03", "57014", "53300"})  # Lock timeout, cancelled, connections.
GONE_CLASSES = frozenset({"08", "57"})  # Connection exceptions; the server stops or starts.


@contextmanager
def unit_of_work(
    platform: Platform,
    tenant_id: UUID | None,
    *,
    write: bool = True,
    actor: Actor | None = None,
    origin: Origin | None = None,
) -> Iterator[Session]:
    """Open the one transaction of an edge; commit at the end, roll back when anything is raised.

    The last statements before the commit stamp the change feed. ``tenant_id`` is None only where
    no tenant is known yet (sign-in, the relay). Raises Busy when the database cannot take the
    write in time.
    """
    unit = Unit(
        platform=platform,
        tenant_id=tenant_id,
        write=write,
        actor=actor,
        origin=origin or Origin(),
    )
    factory = platform.sessions if write else platform.read_sessions
    session = factory(info={"unit": unit})
    try:
        yield session
        if write:
            session.flush()
            write_notes(session)
            changes.stamp(session)
            session.commit()
        else:
            _require_unchanged(session)
            # Not a rollback: after one, psycopg forgets what it has prepared.
            session.commit()
    except (DBAPIError, PoolTimeout) as error:
        session.rollback()
        if is_busy(error):
            raise Busy from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
    if write:
        for announce in platform.after_commit:
            announce(unit)


def _require_unchanged(session: Session) -> None:
    if session.new or session.dirty or session.deleted or unit_of(session).journal:
        msg = "A reading unit of work must not change records."
        raise RuntimeError(msg)


def retrying(work: Callable[[], Result]) -> Result:
    """Run ``work`` (one whole unit of work) again when the database asks for it, thrice at most.

    A lost race on a revision counts too; at the third loss it is refused as StaleRevision.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except StaleDataError as error:
            if attempt == ATTEMPTS:
                raise StaleRevision("The record was changed by somebody else just now.") from error
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in RETRIED_STATES:
                raise
            if attempt == ATTEMPTS:
                raise Busy from error
        time.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311 - spreads the retries.
    raise AssertionError  # pragma: no cover - the loop returns or raises.


def is_busy(error: DBAPIError | PoolTimeout) -> bool:
    """Whether the database refused for want of a lock or a connection, not for the content."""
    if isinstance(error, PoolTimeout):
        return True
    original = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return "locked" in str(original) or "busy" in str(original)
    state = getattr(original, "sqlstate", None)
    # Without a state the server was not reached at all.
    gone = isinstance(error, OperationalError) and (state is None or state[:2] in GONE_CLASSES)
    return state in BUSY_STATES or gone or error.connection_invalidated


audit.install()
changes.install()
