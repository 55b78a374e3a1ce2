from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.kernel.priority import Priority, default_due_at


def test_the_scale_runs_from_low_to_urgent() -> None:
    assert sorted(Priority, key=lambda it: it.rank) == ["low", "normal", "high", "urgent"]


def test_a_more_urgent_fault_is_due_earlier() -> None:
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)

    due = [default_due_at(priority, occurred_at=at) for priority in Priority]

    assert due == sorted(due, reverse=True)
    assert due[-1] == at + timedelta(hours=4)
