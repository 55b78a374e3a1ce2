"""The drive to a time that somebody chose by hand: from the stop before, else from home."""

from __future__ import annotations

import pytest

from server.dispatch.rules import Busy, CrowFlies, EngineerDay, travel_to
from server.workforce.rules import Span
from tests.server.dispatch.days import (
    PORTO,
    a_booking,
    a_visit,
    an_engineer,
    at,
    east,
    hours,
)

ROADS = CrowFlies()
HOME, STOP, SITE = PORTO, east(10), east(30)
MORNING, YESTERDAY = a_booking(9, 10, STOP), a_booking(-12, -10, STOP)


def seconds_from(place: object) -> int:
    return ROADS.seconds(place, SITE, at(12))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bookings", "slot", "origin"),
    [
        ((), hours(12, 13), HOME),
        ((MORNING,), hours(12, 13), STOP),
        ((MORNING,), hours(8, 9), HOME),
        ((MORNING, a_booking(14, 15, east(50))), hours(12, 13), STOP),
        # What was done on another day is not where the engineer begins this one.
        ((YESTERDAY,), hours(12, 13), HOME),
        # Nobody is on shift at night: from home.
        ((MORNING,), hours(22, 23), HOME),
    ],
)
def test_the_drive_begins_where_the_engineer_is(
    bookings: tuple[Busy, ...], slot: Span, origin: object
) -> None:
    engineer = an_engineer(home=HOME, shifts=(hours(8, 17),), bookings=bookings)

    assert travel_to(a_visit(position=SITE), engineer, slot, ROADS) == seconds_from(origin)


def test_a_fresh_position_says_more_than_the_plan() -> None:
    engineer: EngineerDay = an_engineer(
        home=HOME, bookings=(MORNING,), last_position=east(25), last_position_at=at(10.1)
    )

    slot = hours(10.5, 11.5)

    assert travel_to(a_visit(position=SITE), engineer, slot, ROADS) == seconds_from(east(25))
