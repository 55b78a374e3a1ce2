from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from server.dispatch.rules import EngineerDay, Ranking, Visit, rank
from server.workforce.rules import HeldSkill
from tests.server.dispatch.days import (
    GAS,
    LIFTS,
    WEEK,
    a_booking,
    a_visit,
    an_engineer,
    held,
    hours,
    requires,
)

NEEDS_GAS = a_visit(skills=(requires(GAS, 2),))
SUNDAY = date(2026, 11, 22)


def rejection(ranking: Ranking) -> tuple[str, str]:
    (only,) = ranking.rejected
    return only.code, only.to_json()["text"]


@pytest.mark.parametrize(
    ("visit", "changes", "code", "text"),
    [
        (a_visit(), {"is_archived": True}, "engineer-archived", "no longer works here"),
        (NEEDS_GAS, {}, "skill-missing", "needs F-Gas level 2, has none"),
        (
            NEEDS_GAS,
            {"skills": held(HeldSkill(GAS, 1))},
            "skill-level-too-low",
            "needs F-Gas level 2, has 1",
        ),
        (
            NEEDS_GAS,
            {"skills": held(HeldSkill(GAS, 2, SUNDAY))},
            "skill-expired",
            "F-Gas expires on 2026-11-22, the visit would be on 2026-11-23",
        ),
        (
            a_visit(),
            {"shifts": (hours(-10, -2),)},
            "no-shift",
            "has no shift between 2026-11-23T08:00:00Z and 2026-11-28T00:00:00Z",
        ),
        (
            a_visit(),
            {"absences": (hours(0, 20),)},
            "absent",
            "is absent in every shift between 2026-11-23T08:00:00Z and 2026-11-28T00:00:00Z",
        ),
        (
            a_visit(),
            {"bookings": (a_booking(8.5, 16.5),)},
            "no-free-slot",
            "no room for 60 min and the drive before 2026-11-28T00:00:00Z",
        ),
    ],
)
def test_the_first_failing_rule_is_kept_with_its_values(
    visit: Visit, changes: dict[str, Any], code: str, text: str
) -> None:
    ranking = rank(visit, [an_engineer(**changes)], horizon=WEEK)

    assert ranking.proposals == ()
    assert rejection(ranking) == (code, text)


def test_the_second_skill_is_asked_for_as_well() -> None:
    visit = a_visit(skills=(requires(GAS), requires(LIFTS)))

    ranking = rank(visit, [an_engineer(skills=held(HeldSkill(GAS, 1)))], horizon=WEEK)

    assert rejection(ranking) == ("skill-missing", "needs Lifts level 1, has none")


def test_a_certificate_covers_its_last_day_but_not_the_next() -> None:
    expires = an_engineer(skills=held(HeldSkill(GAS, 2, date(2026, 11, 23))))
    tomorrow_only = an_engineer(
        skills=expires.skills,
        shifts=(hours(8, 17), hours(32, 41)),
        bookings=(a_booking(8, 17),),
    )

    today = rank(NEEDS_GAS, [expires], horizon=WEEK)
    later = rank(NEEDS_GAS, [tomorrow_only], horizon=WEEK)

    assert [proposal.starts_at for proposal in today.proposals] == [WEEK.starts_at]
    assert rejection(later) == (
        "skill-expired",
        "F-Gas expires on 2026-11-23, the visit would be on 2026-11-24",
    )


def test_an_engineer_without_room_is_not_blamed_on_a_certificate_that_ends() -> None:
    full = an_engineer(
        skills=held(HeldSkill(GAS, 2, date(2026, 11, 23))), bookings=(a_booking(8, 17),)
    )

    assert rejection(rank(NEEDS_GAS, [full], horizon=WEEK))[0] == "no-free-slot"


def test_a_window_nobody_can_reach_names_its_end() -> None:
    visit = a_visit(window=hours(18, 20))

    ranking = rank(visit, [an_engineer()], horizon=WEEK)

    assert rejection(ranking) == (
        "no-free-slot",
        "no room for 60 min and the drive before 2026-11-23T20:00:00Z",
    )


def test_nobody_is_left_out_of_the_record() -> None:
    team = [an_engineer(1), an_engineer(2, is_archived=True), an_engineer(3, shifts=())]

    ranking = rank(a_visit(), team, horizon=WEEK)

    judged: list[EngineerDay] = []
    judged += [e for e in team if e.id in {p.engineer_id for p in ranking.proposals}]
    judged += [e for e in team if e.id in {r.engineer_id for r in ranking.rejected}]
    assert judged == team
