"""The outbox: what must happen after the commit, as rows written in the same transaction.

The rows are the truth; Celery only wakes a worker. A row that nobody has finished before its
lease ends is sent again by the sweeper, so a lost message or a killed worker costs time, not work.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Index, String, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.kernel import clock
from server.kernel.actors import system
from server.kernel.db import Base
from server.kernel.errors import Busy
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.session import unit_of
from server.kernel.types import Code, Document, LongText
from server.kernel.uow import unit_of_work

LEASE = dt.timedelta(seconds=120)
MAX_TRIES = 12
FIRST_BACKOFF_SECONDS = 2
LONGEST_BACKOFF_SECONDS = 3600
SWEEP_LIMIT = 200
RELAY = {"unscoped": "relay"}

log = structlog.get_logger(__name__)


class JobState(StrEnum):
    """The life of an outbox row."""

    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class _Overtaken(Exception):
    """Another claim has followed while the job ran: what it did is undone."""


class OutboxRow(Base):
    """One job of one tenant. ``key`` makes a second job with the same key impossible."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "state", "run_at"),
        Index("uq_outbox_key", "tenant_id", "type", "key", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID]
    type: Mapped[Code]
    payload: Mapped[Document]
    key: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    run_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[dt.datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    done_at: Mapped[dt.datetime | None]


def defer(
    session: Session,
    job: str,
    payload: dict[str, Any],
    *,
    run_at: dt.datetime | None = None,
    key: str | None = None,
) -> OutboxRow:
    """Leave a job behind: it runs at least once, after the commit and not before ``run_at``."""
    unit = unit_of(session)
    if job not in unit.platform.jobs:
        msg = f"No module declares the job {job!r}."
        raise LookupError(msg)
    row = OutboxRow(
        id=new_id(),
        tenant_id=unit.tenant_id,
        type=job,
        payload=payload,
        key=key,
        run_at=run_at or clock.now(),
    )
    session.add(row)
    if run_at is None or run_at <= clock.now():
        unit.job_ids.append(row.id)
    return row


def run_job(platform: Platform, job_id: UUID) -> bool:
    """Claim and run one job; whether it was this call that ran it.

    The work and the mark that it is done are one transaction, in which the row is locked: whoever
    claims the job when its lease has ended waits for that transaction and then finds it done. An
    exception puts the job back with a longer wait each time; after the last try it is kept as
    failed, for a person to look at.
    """
    try:
        claimed = _claim(platform, job_id)
    except Busy:
        return False  # Somebody is at it for longer than a lease.
    if claimed is None:
        return False
    tenant_id, job, payload, tries = claimed
    if tries > MAX_TRIES:
        _put_back(platform, job_id, tries=tries, error="Its worker died each time.")
        return False
    try:
        with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
            # SQLite has one writer: a job that decodes or copies first must not keep it waiting.
            if not platform.settings.is_embedded and _held(session, job_id, tries) is None:
                raise _Overtaken  # noqa: TRY301
            platform.jobs[job](session, payload)
            row = _held(session, job_id, tries)
            if row is None:
                raise _Overtaken  # noqa: TRY301 - undoes the unit of work
            row.state, row.done_at, row.lease_until = JobState.DONE, clock.now(), None
    except _Overtaken:
        return False
    except Exception as error:  # noqa: BLE001 - whatever a job raises, the row must know.
        log.warning("job failed", job=job, job_id=str(job_id), tries=tries, error=repr(error))
        _put_back(platform, job_id, tries=tries, error=repr(error))
        return False
    return True


def due_jobs(platform: Platform, limit: int = SWEEP_LIMIT) -> list[UUID]:
    """Return the jobs that should run now and that nobody holds, oldest first."""
    with unit_of_work(platform, None, write=False) as session:
        oldest = select(OutboxRow.id).where(_is_due()).order_by(OutboxRow.run_at)
        return list(session.scalars(oldest.limit(limit)))


def run_due(platform: Platform, limit: int = SWEEP_LIMIT) -> int:
    """Run everything that is due, here and now; how many were run. For tests and the CLI."""
    return sum(run_job(platform, job_id) for job_id in due_jobs(platform, limit))


def _is_due() -> Any:
    now = clock.now()
    return and_(
        OutboxRow.state == JobState.QUEUED,
        OutboxRow.run_at <= now,
        or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now),
    )


def _claim(platform: Platform, job_id: UUID) -> tuple[UUID, str, dict[str, Any], int] | None:
    with unit_of_work(platform, None) as session:
        statement = (
            update(OutboxRow)
            .where(OutboxRow.id == job_id, _is_due())
            .values(lease_until=clock.now() + LEASE, tries=OutboxRow.tries + 1)
            .returning(OutboxRow.tenant_id, OutboxRow.type, OutboxRow.payload, OutboxRow.tries)
            .execution_options(synchronize_session=False, **RELAY)
        )
        row = session.execute(statement).one_or_none()
        return (row[0], row[1], row[2], row[3]) if row else None


def _held(session: Session, job_id: UUID, tries: int) -> OutboxRow | None:
    """Lock the job as the claim of ``tries`` holds it; None when another claim has followed."""
    statement = select(OutboxRow).where(OutboxRow.id == job_id).with_for_update()
    row = session.scalars(statement).one()
    return row if row.state == JobState.QUEUED and row.tries == tries else None


def _put_back(platform: Platform, job_id: UUID, *, tries: int, error: str) -> None:
    wait = min(FIRST_BACKOFF_SECONDS * 2 ** (tries - 1), LONGEST_BACKOFF_SECONDS)
    with unit_of_work(platform, None) as session:
        row = _held(session, job_id, tries)
        if row is None:
            return
        row.last_error, row.lease_until = error[:2000], None
        row.run_at = clock.now() + dt.timedelta(seconds=wait)
        if tries >= MAX_TRIES:
            row.state = JobState.FAILED
