"""How urgent something is: the one scale of tickets, work orders, fault codes and alarms."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum


class Priority(StrEnum):
    """From what can wait to what stops people or plant; declared in this order."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """The place on the scale, from 0; the larger is the more urgent."""
        return list(Priority).index(self)


# Elapsed hours, around the clock; an SLA policy over business calendars replaces them per contract.
DEFAULT_DUE_HOURS = {
    Priority.LOW: 120,
    Priority.NORMAL: 48,
    Priority.HIGH: 8,
    Priority.URGENT: 4,
}


def default_due_at(priority: Priority, *, occurred_at: dt.datetime) -> dt.datetime:
    """Return by when a fault has to be resolved when no SLA policy says otherwise."""
    return occurred_at + dt.timedelta(hours=DEFAULT_DUE_HOURS[priority])
