"""Signs of life of processes that nobody can ask over HTTP: a row each, and what they count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.kernel import clock
from server.kernel.db import Base
from server.kernel.types import Code, Document

INTERVAL_SECONDS = 10.0
PATIENCE = dt.timedelta(seconds=45)


class Life(StrEnum):
    """What is known of a process: ``off`` means that it was stopped, or never started."""

    OK = "ok"
    SILENT = "silent"
    OFF = "off"


class Heartbeat(Base):
    """The last sign of life of a process, with its counters since it started."""

    __tablename__ = "heartbeat"

    process: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    counters: Mapped[Document]


def beat(session: Session, process: str, counters: Mapping[str, int]) -> None:
    """Give a sign of life."""
    heartbeat = session.get(Heartbeat, process)
    if heartbeat is None:
        heartbeat = Heartbeat(process=process)
        session.add(heartbeat)
    heartbeat.at, heartbeat.counters = clock.now(), dict(counters)


def end(session: Session, process: str) -> None:
    """Say that a process was stopped on purpose."""
    heartbeat = session.get(Heartbeat, process)
    if heartbeat is not None:
        session.delete(heartbeat)


def life_of(session: Session, process: str) -> Life:
    """Return whether a process lives."""
    heartbeat = session.get(Heartbeat, process)
    if heartbeat is None:
        return Life.OFF
    return Life.OK if clock.now() - heartbeat.at <= PATIENCE else Life.SILENT


def counters(session: Session) -> dict[str, dict[str, int]]:
    """Return what each process that lives has counted."""
    statement = select(Heartbeat).where(Heartbeat.at >= clock.now() - PATIENCE)
    return {heartbeat.process: heartbeat.counters for heartbeat in session.scalars(statement)}
