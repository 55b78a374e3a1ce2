"""Engineers' days and visits for the tests of dispatch: one valid default each, and strategies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from server.dispatch.rules import Busy, EngineerDay, PartNeed, Position, Visit
from server.kernel.priority import Priority
from server.workforce.rules import HeldSkill, RequiredSkill, Span

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
PORTO = Position(-8.61, 41.15)
GAS, LIFTS = UUID(int=101), UUID(int=102)
SKILL_NAMES = {GAS: "F-Gas", LIFTS: "Lifts"}
PUMP = UUID(int=201)
NORTH, SOUTH = UUID(int=301), UUID(int=302)


def at(hour: float) -> datetime:
    return MONDAY + timedelta(hours=hour)


def hours(start: float, end: float) -> Span:
    return Span(at(start), at(end))


def east(kilometres: float) -> Position:
    """A place so far east of the middle of Porto; at these constants 1 km is about 2 min."""
    return Position(PORTO.lon + kilometres / 83.7, PORTO.lat)


WEEK = hours(8, 5 * 24)


def a_visit(**changes: Any) -> Visit:
    values: dict[str, Any] = {
        "position": PORTO,
        "duration_minutes": 60,
        "priority": Priority.NORMAL,
    }
    return Visit(**(values | changes))


def an_engineer(number: int = 1, **changes: Any) -> EngineerDay:
    values: dict[str, Any] = {
        "id": UUID(int=number),
        "name": f"Engineer {number:02}",
        "home": PORTO,
        "shifts": (hours(8, 17),),
    }
    return EngineerDay(**(values | changes))


def a_booking(start: float, end: float, position: Position = PORTO) -> Busy:
    return Busy(starts_at=at(start), ends_at=at(end), position=position)


def requires(skill_id: UUID, level: int = 1) -> RequiredSkill:
    return RequiredSkill(skill_id, SKILL_NAMES[skill_id], level)


def held(*skills: HeldSkill) -> dict[UUID, HeldSkill]:
    return {skill.skill_id: skill for skill in skills}


quarters = st.integers(0, 4 * 24 * 4).map(lambda quarter: quarter / 4)
places = st.builds(Position, st.floats(-8.8, -8.3), st.floats(41.0, 41.4))
expiries = st.none() | st.dates(date(2026, 11, 21), date(2026, 11, 28))


@st.composite
def spans(draw: st.DrawFn, *, longest_hours: int = 10) -> Span:
    start = draw(quarters)
    return hours(start, start + draw(st.integers(1, longest_hours * 4)) / 4)


@st.composite
def bookings(draw: st.DrawFn) -> Busy:
    span = draw(spans(longest_hours=3))
    return Busy(starts_at=span.starts_at, ends_at=span.ends_at, position=draw(places))


@st.composite
def skill_sets(draw: st.DrawFn) -> dict[UUID, HeldSkill]:
    chosen = draw(st.sets(st.sampled_from([GAS, LIFTS])))
    levels = st.integers(1, 3)
    return held(*(HeldSkill(skill, draw(levels), draw(expiries)) for skill in sorted(chosen)))


@st.composite
def engineers(draw: st.DrawFn, *, number: int = 1) -> EngineerDay:
    return an_engineer(
        number,
        home=draw(places),
        shifts=tuple(draw(st.lists(spans(), max_size=4))),
        absences=tuple(draw(st.lists(spans(), max_size=2))),
        bookings=tuple(draw(st.lists(bookings(), max_size=6))),
        skills=draw(skill_sets()),
        van_stock=draw(st.dictionaries(st.just(PUMP), st.integers(0, 3000))),
        territory_ids=draw(st.frozensets(st.sampled_from([NORTH, SOUTH]))),
        last_position=draw(st.none() | places),
        last_position_at=draw(st.none() | quarters.map(at)),
        is_archived=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def teams(draw: st.DrawFn) -> list[EngineerDay]:
    return [draw(engineers(number=number)) for number in range(1, draw(st.integers(1, 4)) + 1)]


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    needs = draw(st.sets(st.sampled_from([GAS, LIFTS])))
    return a_visit(
        position=draw(places),
        duration_minutes=draw(st.integers(5, 300)),
        priority=draw(st.sampled_from(list(Priority))),
        due_at=draw(st.none() | quarters.map(at)),
        window=draw(st.none() | spans()),
        skills=tuple(requires(skill, draw(st.integers(1, 3))) for skill in sorted(needs)),
        parts=draw(st.sampled_from([(), (PartNeed(part_id=PUMP, name="Pump", quantity=1000),)])),
        territory_id=draw(st.sampled_from([None, NORTH, SOUTH])),
    )
