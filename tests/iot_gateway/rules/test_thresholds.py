"""Limits, hysteresis and delays: one alarm per fault, at the exact time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.rules import (
    Comparator,
    Move,
    Phase,
    RuleState,
    ThresholdRule,
    Transition,
    as_number,
    hurried,
    step,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
RULE = ThresholdRule(
    comparator=Comparator.GREATER, raise_at=50, clear_at=45,
    on_delay_seconds=60, off_delay_seconds=120,
)  # fmt: skip
AT_ONCE = ThresholdRule(comparator=Comparator.GREATER, raise_at=50, clear_at=45)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def run(
    rule: ThresholdRule, readings: Sequence[tuple[float, float]], state: RuleState | None = None
) -> tuple[RuleState, list[Transition]]:
    state, transitions = state or RuleState(), []
    for second, value in readings:
        state, transition = step(rule, state, at(second), value)
        if transition is not None:
            transitions.append(transition)
    return state, transitions


def test_without_delays_the_first_bad_reading_raises_and_the_first_good_one_clears() -> None:
    _, transitions = run(AT_ONCE, [(0, 40), (1, 51), (2, 60), (3, 44), (4, 40)])

    assert transitions == [
        Transition(Move.RAISED, at(1), at(1), 51),
        Transition(Move.CLEARED, at(3), at(3), 44),
    ]


@pytest.mark.parametrize(
    ("comparator", "values", "phases"),
    [
        (Comparator.GREATER, [10, 11, 10, 8, 7], "NAAAN"),
        (Comparator.AT_LEAST, [9, 10, 9, 8, 7], "NAAAN"),
        (Comparator.LESS, [10, 9, 10, 12, 13], "NAAAN"),
        (Comparator.AT_MOST, [11, 10, 11, 12, 13], "NAAAN"),
    ],
)
def test_every_comparator_has_its_side_and_its_hysteresis(
    comparator: Comparator, values: list[float], phases: str
) -> None:
    clear_at = 8 if comparator in {Comparator.GREATER, Comparator.AT_LEAST} else 12
    if comparator is Comparator.GREATER:
        values = [*values[:3], 8.5, 7]
    if comparator is Comparator.LESS:
        values = [*values[:3], 11.5, 13]
    rule = ThresholdRule(comparator=comparator, raise_at=10, clear_at=clear_at)
    state, seen = RuleState(), ""
    for second, value in enumerate(values):
        state, _ = step(rule, state, at(second), value)
        seen += "A" if state.phase is Phase.ACTIVE else "N"

    assert seen == phases


@given(st.integers(1, 500), st.integers(0, 59))
def test_an_alarm_is_raised_by_the_first_reading_after_the_delay_and_never_before(
    seconds: int, gap: int
) -> None:
    readings = [(second, 60.0) for second in range(0, seconds + 1, gap + 1)]
    _, transitions = run(RULE, readings)

    over = [second for second, _ in readings if second >= 60]
    expected = [Transition(Move.RAISED, at(over[0]), at(0), 60.0)] if over else []
    assert transitions == expected


def test_the_delay_to_clear_is_as_exact() -> None:
    state, _ = run(RULE, [(0, 60), (60, 60)])

    assert run(RULE, [(100, 40), (219.999, 40)], state)[1] == []
    assert run(RULE, [(100, 40), (220, 40)], state)[1] == [
        Transition(Move.CLEARED, at(220), at(100), 40)
    ]


def test_a_wait_starts_again_when_the_value_comes_back() -> None:
    _, transitions = run(RULE, [(0, 60), (59, 49), (60, 60), (119, 60)])

    assert transitions == []


@given(st.lists(st.floats(45.001, 60), min_size=1, max_size=200))
def test_toggling_around_the_limit_gives_one_alarm(values: list[float]) -> None:
    readings = [(float(second), value) for second, value in enumerate([*values, 51])]

    _, transitions = run(AT_ONCE, readings)

    assert [transition.move for transition in transitions] == [Move.RAISED]


def test_toggling_ten_thousand_times_gives_one_alarm() -> None:
    _, transitions = run(AT_ONCE, [(n, 49.9 if n % 2 else 50.1) for n in range(10_000)])

    assert len(transitions) == 1


readings = st.lists(st.tuples(st.integers(0, 400), st.integers(30, 70)), max_size=60)


@given(readings)
def test_raising_and_clearing_alternate_and_keep_their_delays(
    said: list[tuple[int, int]],
) -> None:
    in_order = sorted(said)

    _, transitions = run(RULE, [(float(second), value) for second, value in in_order])

    moves = [transition.move for transition in transitions]
    assert moves == [Move.RAISED, Move.CLEARED] * (len(moves) // 2) + [Move.RAISED] * (
        len(moves) % 2
    )
    for transition in transitions:
        delay = 60 if transition.move is Move.RAISED else 120
        assert transition.at - transition.since >= timedelta(seconds=delay)
        stayed = [value for second, value in in_order
                  if transition.since < at(second) < transition.at]  # fmt: skip
        bad = transition.move is Move.RAISED
        assert all(value > 50 if bad else value <= 45 for value in stayed)


@given(readings)
def test_the_same_readings_in_order_give_the_same_alarms_when_seen_twice(
    said: list[tuple[int, int]],
) -> None:
    in_order = [(float(second), float(value)) for second, value in sorted(set(said))]
    distinct = list({second: (second, value) for second, value in in_order}.values())
    doubled = [reading for reading in distinct for _ in range(2)]

    assert run(RULE, distinct)[1] == run(RULE, doubled)[1]


def test_an_older_reading_neither_raises_nor_clears() -> None:
    state, _ = run(AT_ONCE, [(100, 40)])
    assert run(AT_ONCE, [(50, 90)], state) == (state, [])

    state, _ = run(AT_ONCE, [(100, 60)])
    assert run(AT_ONCE, [(50, 10)], state) == (state, [])


def test_an_older_reading_that_breaks_a_wait_starts_it_again() -> None:
    waiting, _ = run(RULE, [(0, 60), (50, 60)])

    broken, _ = step(RULE, waiting, at(25), 40)

    assert broken.since == at(50)
    assert run(RULE, [(60, 60), (109, 60)], broken)[1] == []
    assert len(run(RULE, [(60, 60), (110, 60)], broken)[1]) == 1


def test_a_reading_beyond_the_allowed_lateness_changes_nothing() -> None:
    slow = ThresholdRule(
        comparator=Comparator.GREATER, raise_at=50, clear_at=45, on_delay_seconds=3600
    )
    state, _ = run(slow, [(0, 60), (1000, 60)])

    assert step(slow, state, at(399), 40)[0] == state
    assert step(slow, state, at(400), 40)[0] != state


@given(readings, st.randoms(use_true_random=False))
def test_shuffled_readings_never_raise_what_ordered_ones_would_not_have_waited_for(
    said: list[tuple[int, int]], chance: object
) -> None:
    shuffled = list(said)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    _, transitions = run(RULE, [(float(second), value) for second, value in shuffled])

    for transition in transitions:
        if transition.move is Move.RAISED:
            seen = shuffled[: 1 + shuffled.index(
                next(pair for pair in shuffled
                     if at(pair[0]) == transition.at and pair[1] == transition.value)
            )]  # fmt: skip
            broken = [value for second, value in seen
                      if transition.since < at(second) < transition.at]  # fmt: skip
            assert all(value > 50 for value in broken)


@pytest.mark.parametrize(
    ("comparator", "raise_at", "clear_at", "delay"),
    [
        (Comparator.GREATER, 50, 51, 0),
        (Comparator.AT_MOST, 50, 49, 0),
        (Comparator.GREATER, float("nan"), 49, 0),
        (Comparator.GREATER, 50, 49, -1),
    ],
)
def test_a_rule_that_cannot_work_is_refused(
    comparator: Comparator, raise_at: float, clear_at: float, delay: float
) -> None:
    with pytest.raises(ValueError, match=r"delay|limit"):
        ThresholdRule(
            comparator=comparator, raise_at=raise_at, clear_at=clear_at, on_delay_seconds=delay
        )


@pytest.mark.parametrize(("value", "number"), [(3, 3.0), (True, 1.0), ("3", None), (None, None)])
def test_a_limit_sees_numbers_and_switches(value: object, number: float | None) -> None:
    assert as_number(value) == number


@pytest.mark.parametrize(
    ("meta", "seconds"),
    [
        ({}, 3600.0),
        ({"speed": 1}, 3600.0),
        ({"speed": 3600}, 1.0),
        ({"speed": 0.5}, 7200.0),
        ({"speed": 0}, 3600.0),
        ({"speed": -2}, 3600.0),
        ({"speed": "fast"}, 3600.0),
        ({"speed": float("inf")}, 3600.0),
    ],
)
def test_a_rule_waits_less_where_time_goes_faster(meta: dict[str, Any], seconds: float) -> None:
    rule = ThresholdRule(
        comparator=Comparator.GREATER,
        raise_at=80,
        clear_at=70,
        on_delay_seconds=3600,
        off_delay_seconds=7200,
    )

    found = hurried(rule, meta)

    assert (found.on_delay_seconds, found.off_delay_seconds) == (seconds, 2 * seconds)
