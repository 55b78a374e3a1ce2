from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.workforce.rules import (
    HeldSkill,
    RequiredSkill,
    SkillStanding,
    Span,
    free_spans,
    holds_all,
    merged_spans,
    overlaps,
    skill_standing,
    spans_without,
)

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
GAS = UUID(int=1)
NEEDS_GAS_2 = RequiredSkill(GAS, "F-Gas", 2)
DAY = date(2026, 11, 23)
HORIZON_MINUTES = 120

minute_pairs = st.lists(
    st.tuples(st.integers(0, HORIZON_MINUTES), st.integers(0, HORIZON_MINUTES)), max_size=8
)


def span(start: int, end: int) -> Span:
    return Span(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=end))


def minutes_of(spans: list[Span]) -> set[int]:
    return {
        minute
        for minute in range(HORIZON_MINUTES)
        if any(it.starts_at <= MIDNIGHT + timedelta(minutes=minute) < it.ends_at for it in spans)
    }


@pytest.mark.parametrize(
    ("held", "standing"),
    [
        (None, SkillStanding.MISSING),
        (HeldSkill(GAS, 1), SkillStanding.LEVEL_TOO_LOW),
        (HeldSkill(GAS, 2), SkillStanding.HOLDS),
        (HeldSkill(GAS, 3), SkillStanding.HOLDS),
        (HeldSkill(GAS, 2, DAY - timedelta(days=1)), SkillStanding.EXPIRED),
        (HeldSkill(GAS, 2, DAY), SkillStanding.HOLDS),
        (HeldSkill(GAS, 1, DAY - timedelta(days=1)), SkillStanding.LEVEL_TOO_LOW),
    ],
)
def test_a_skill_holds_by_level_and_through_its_last_day(
    held: HeldSkill | None, standing: SkillStanding
) -> None:
    assert skill_standing(held, NEEDS_GAS_2, on=DAY) is standing


def test_all_requirements_have_to_hold() -> None:
    held = {GAS: HeldSkill(GAS, 2)}

    assert holds_all(held, [NEEDS_GAS_2], on=DAY)
    assert not holds_all(held, [NEEDS_GAS_2, RequiredSkill(UUID(int=2), "Lifts")], on=DAY)


def test_touching_spans_become_one_and_empty_ones_disappear() -> None:
    assert merged_spans([span(60, 90), span(30, 60), span(10, 10), span(20, 15)]) == [span(30, 90)]


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert not overlaps(span(0, 60), span(60, 90))
    assert not overlaps(span(60, 90), span(0, 60))
    assert overlaps(span(0, 61), span(60, 90))


def test_an_absence_across_two_shifts_shortens_both() -> None:
    assert free_spans([span(0, 30), span(60, 90)], [span(20, 70)], []) == [
        span(0, 20),
        span(70, 90),
    ]


@given(minute_pairs, minute_pairs, minute_pairs)
def test_free_time_is_what_a_minute_by_minute_count_finds(
    shifts: list[tuple[int, int]], absences: list[tuple[int, int]], busy: list[tuple[int, int]]
) -> None:
    groups = [[span(*pair) for pair in pairs] for pairs in (shifts, absences, busy)]

    free = free_spans(*groups)

    expected = minutes_of(groups[0]) - minutes_of(groups[1]) - minutes_of(groups[2])
    assert minutes_of(free) == expected


@given(minute_pairs, minute_pairs)
def test_what_is_left_is_in_order_and_never_empty_or_touching(
    spans: list[tuple[int, int]], holes: list[tuple[int, int]]
) -> None:
    left = spans_without([span(*pair) for pair in spans], [span(*pair) for pair in holes])

    assert all(one.starts_at < one.ends_at for one in left)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(left))
