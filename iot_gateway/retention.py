"""How long what devices said is kept; alarms, tickets and their history stay."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from iot_gateway.models import DeadLetter, EvaluationHead, ReadingRow
from iot_gateway.queries import READINGS
from server.kernel import clock, outbox
from server.kernel.session import platform_of, tenant_of

FORGET_OLD = "iot_gateway.forget_old"
INTERVAL_SECONDS = 3600
# One run stays short, because on SQLite nobody else writes meanwhile.
MOST_READINGS = 50_000
MOST_LETTERS = 5_000


def forget_old(session: Session, _payload: dict[str, Any] | None = None) -> None:
    """Drop readings and dead letters that are older than the settings say; a periodic job."""
    settings, is_more = platform_of(session).settings, False
    if days := settings.keep_readings_days:
        dropped = forget_readings(session, clock.now() - dt.timedelta(days=days))
        is_more = dropped >= MOST_READINGS
    if days := settings.keep_dead_letters_days:
        dropped = forget_letters(session, clock.now() - dt.timedelta(days=days))
        is_more = is_more or dropped >= MOST_LETTERS
    if is_more:  # In a transaction of its own, so that others write in between.
        outbox.defer(session, FORGET_OLD, {})


def forget_readings(session: Session, before: dt.datetime) -> int:
    """Drop readings that came before an instant; how many.

    They are numbered as they came, so the old ones stand at the beginning. What was not evaluated
    yet stays.
    """
    row, tenant_id = ReadingRow, tenant_of(session)
    head = select(EvaluationHead.seq).where(EvaluationHead.tenant_id == tenant_id)
    evaluated = session.scalar(head, execution_options=READINGS) or 0
    first = (
        select(row.seq, row.received_at)
        .where(row.tenant_id == tenant_id, row.seq <= evaluated)
        .order_by(row.seq)
        .limit(MOST_READINGS)
    )
    last = 0
    for seq, received_at in session.execute(first, execution_options=READINGS):
        if received_at >= before:
            break
        last = seq
    if not last:
        return 0
    statement = delete(row).where(row.tenant_id == tenant_id, row.seq <= last)
    options = READINGS | {"synchronize_session": False}
    dropped = session.execute(statement, execution_options=options)
    return int(getattr(dropped, "rowcount", 0))


def forget_letters(session: Session, before: dt.datetime) -> int:
    """Drop messages that were no readings and last came before an instant; how many."""
    old = (
        select(DeadLetter.id)
        .where(DeadLetter.received_at < before, DeadLetter.last_received_at < before)
        .order_by(DeadLetter.received_at)
        .limit(MOST_LETTERS)
    )
    ids = session.scalars(old).all()
    session.execute(delete(DeadLetter).where(DeadLetter.id.in_(ids)))
    return len(ids)
