"""When a reading was true: good clocks are believed, wrong ones are overruled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.rules import DeviceClock, observe, settle

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def a_clock(
    *, behind: timedelta = timedelta(), until: datetime = NOON, hours: int = 24
) -> DeviceClock | None:
    """What is known after a day of a reading every ten minutes, each up to 3 s under way."""
    clock = None
    for number in range(hours * 6):
        received_at = until - hours * HOUR + number * 10 * MINUTE
        delay = timedelta(seconds=number % 4)
        clock = observe(clock, received_at - behind - delay, received_at)
    return clock


def test_a_reading_without_a_time_was_true_when_it_arrived() -> None:
    assert settle(None, None, NOON) == (NOON, False, timedelta())


@pytest.mark.parametrize("lag", [timedelta(), -MINUTE, 2 * MINUTE, 3 * HOUR])
def test_a_plausible_time_is_believed(lag: timedelta) -> None:
    timing = settle(None, NOON - lag, NOON)

    assert (timing.at, timing.is_suspect) == (NOON - lag, False)


@pytest.mark.parametrize("lag", [timedelta(days=-400), -3 * MINUTE, timedelta(days=20_000)])
def test_an_impossible_time_is_overruled(lag: timedelta) -> None:
    timing = settle(a_clock(), NOON - lag, NOON)

    assert (timing.at, timing.is_suspect) == (NOON, True)


def test_a_clock_that_is_always_behind_is_found_out() -> None:
    clock = a_clock(behind=7 * MINUTE)

    assert settle(clock, NOON - 7 * MINUTE, NOON) == (NOON, True, timedelta())


def test_a_device_that_was_offline_is_late_not_wrong() -> None:
    clock = a_clock(until=NOON - 48 * HOUR)
    for number in range(1000):
        claimed = NOON - 48 * HOUR + number * MINUTE
        received_at = NOON + number * timedelta(seconds=1)
        timing = settle(clock, claimed, received_at)
        clock = observe(clock, claimed, received_at)

        assert (timing.at, timing.is_suspect, timing.is_backfill) == (claimed, False, True)


def test_a_new_device_that_starts_with_old_readings_is_believed() -> None:
    clock = None
    for number in range(50):
        claimed, received_at = NOON - 5 * HOUR + number * MINUTE, NOON + number * MINUTE
        clock = observe(clock, claimed, received_at)

        assert not settle(clock, claimed, received_at).is_suspect


def test_a_clock_that_was_set_right_is_believed_again_at_once() -> None:
    clock = a_clock(behind=7 * MINUTE)

    clock = observe(clock, NOON, NOON)

    assert not settle(clock, NOON, NOON).is_suspect


def test_a_clock_that_goes_wrong_is_found_out_within_a_day() -> None:
    clock = a_clock(until=NOON - 24 * HOUR)
    for number in range(24 * 6):
        received_at = NOON - 24 * HOUR + number * 10 * MINUTE
        clock = observe(clock, received_at - 7 * MINUTE, received_at)

    assert settle(clock, NOON - 7 * MINUTE, NOON).is_suspect


@given(st.lists(st.tuples(st.integers(0, 3600), st.integers(-500, 100_000)), max_size=80))
def test_a_reading_is_never_moved_far_into_the_future(steps: list[tuple[int, int]]) -> None:
    clock, received_at = None, NOON
    for passed, lag in steps:
        received_at += timedelta(seconds=passed)
        claimed = received_at - timedelta(seconds=lag)
        timing = settle(clock, claimed, received_at)
        clock = observe(clock, claimed, received_at)

        assert timing.at in {claimed, received_at}
        assert timing.at <= received_at + 2 * MINUTE
        assert timing.is_suspect == (timing.at != claimed) or timing.at == received_at


@given(
    st.integers(0, 40), st.integers(-120, 1200), st.integers(-700, 1200), st.integers(0, 30 * 3600)
)
def test_what_is_expected_is_believed_and_teaches_nothing(
    samples: int, floor: int, lag: int, age: int
) -> None:
    second = timedelta(seconds=1)
    clock = DeviceClock(
        first_at=NOON - 2 * HOUR - age * second,
        window_at=NOON - age * second,
        samples=samples,
        floor=floor * second,
    )

    if clock.expects(NOON - lag * second, NOON):
        assert settle(clock, NOON - lag * second, NOON) == (
            NOON - lag * second,
            False,
            max(lag, 0) * second,
        )
        assert not settle(clock, NOON - lag * second, NOON).is_backfill
        assert observe(clock, NOON - lag * second, NOON) is clock


def test_what_is_usual_is_expected() -> None:
    clock = a_clock(until=NOON + 10 * MINUTE)

    assert clock is not None
    assert clock.expects(NOON - MINUTE, NOON)
    assert not clock.expects(NOON - 11 * MINUTE, NOON)


@pytest.mark.parametrize(("samples", "is_news"), [(3, False), (6, True), (30, True)])
def test_more_samples_are_news_until_there_are_enough(samples: int, is_news: bool) -> None:  # noqa: FBT001
    kept = DeviceClock(first_at=NOON, window_at=NOON, samples=1, floor=MINUTE)

    assert replace(kept, samples=samples).is_news(kept) is is_news
    assert replace(kept, floor=timedelta()).is_news(kept)
    assert replace(kept, window_at=NOON + HOUR).is_news(kept)
    assert not replace(kept, samples=31).is_news(replace(kept, samples=20))
    assert kept.is_news(None)
