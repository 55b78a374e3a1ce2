"""One visit judged against engineers with a full day each: CPU time of the rules and record."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
from uuid import UUID

from server.dispatch.rules import Busy, EngineerDay, PartNeed, Position, Visit, rank
from server.kernel.priority import Priority
from server.workforce.rules import HeldSkill, RequiredSkill, Span

CASES = ((20, 8, 5.0), (100, 8, 50.0))
ROUNDS = 60
DAY = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
SKILL, PART = UUID(int=1), UUID(int=2)


def run() -> list[str]:
    """Return one row per size: the median of the rules and the record, against the budget."""
    return [_row(*case) for case in CASES]


def _row(engineers: int, bookings: int, budget: float) -> str:
    visit, team, horizon = _visit(), _team(engineers, bookings), Span(_at(9), _at(24))
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        ranking = rank(visit, team, horizon=horizon)
        ranking.to_json()
        spent.append(1000 * (time.process_time() - start))
    assert len(ranking.proposals) == engineers
    median, slowest = statistics.median(spent), max(spent)
    return (
        f"{engineers} engineers x {bookings} bookings: {median:.1f} ms CPU (slowest"
        f" {slowest:.1f}), budget {budget:.0f} ms: {'met' if median <= budget else 'MISSED'}"
    )


def _visit() -> Visit:
    return Visit(
        position=Position(-8.61, 41.15),
        duration_minutes=20,
        priority=Priority.NORMAL,
        due_at=_at(12),
        skills=(RequiredSkill(SKILL, "F-Gas", 2),),
        parts=(PartNeed(part_id=PART, name="Pump", quantity=1000),),
    )


def _team(engineers: int, bookings: int) -> list[EngineerDay]:
    rng = random.Random(1)

    def place() -> Position:
        return Position(rng.uniform(-8.75, -8.45), rng.uniform(41.05, 41.25))

    team = []
    for number in range(engineers):
        busy, hour = [], 8.5
        for _ in range(bookings):
            length = rng.choice((0.25, 0.5, 0.75))
            busy.append(Busy(starts_at=_at(hour), ends_at=_at(hour + length), position=place()))
            hour += length + rng.choice((0.4, 0.6))
        team.append(
            EngineerDay(
                id=UUID(int=number + 1),
                name=f"Engineer {number}",
                home=place(),
                shifts=(Span(_at(8), _at(12)), Span(_at(12.5), _at(19))),
                bookings=tuple(busy),
                skills={SKILL: HeldSkill(SKILL, 2)},
            )
        )
    return team


def _at(hour: float) -> dt.datetime:
    return DAY + dt.timedelta(hours=hour)
