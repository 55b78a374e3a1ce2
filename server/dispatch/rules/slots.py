"""Where a visit fits: the earliest slot in every gap of an engineer's days, travel both ways.

Times are whole seconds since 1970 here: integers compare and add ten times faster than instants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor
from typing import NamedTuple

from server.dispatch.rules.model import EngineerDay, Position, Visit
from server.dispatch.rules.travel import TravelTimes
from server.workforce.rules import Span, free_spans, merged_spans

# A slot starts on a full five minutes: nobody promises a customer 10:37:12.
GRID_SECONDS = 5 * 60
# Shifts with a shorter break between them are one day out: nobody drives home for lunch.
SAME_DAY_BREAK_SECONDS = 4 * 3600
# A position older than this says nothing about where the engineer is now.
FRESH_POSITION_SECONDS = 30 * 60


class Stop(NamedTuple):
    """A booking in seconds."""

    starts: int
    ends: int
    position: Position


@dataclass(frozen=True, slots=True)
class Tour:
    """One day out: from home and back, with its free stretches and the bookings between them."""

    starts: int
    ends: int
    free: list[tuple[int, int]]
    stops: list[Stop]
    booked_seconds: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which seconds a visit may lie, and when the engineer may arrive."""

    earliest: int
    latest: int
    arrive_from: int
    arrive_before: int

    @classmethod
    def of(cls, visit: Visit, horizon: Span) -> Limits:
        """Combine the horizon with the window agreed with the customer."""
        earliest, latest = seconds_from(horizon.starts_at), seconds_until(horizon.ends_at)
        if visit.window is None:
            return cls(earliest, latest, earliest, latest)
        opens = seconds_from(visit.window.starts_at)
        closes = seconds_until(visit.window.ends_at)
        return cls(earliest, latest, max(earliest, opens), min(latest, closes))


@dataclass(frozen=True, slots=True)
class Slot:
    """A feasible place for the visit and what changes on the road because of it."""

    starts: int
    ends: int
    origin: str
    travel_there: int
    extra_travel: int
    overtime: int
    booked_seconds: int


def seconds_from(at: datetime) -> int:
    """Write the start of something free as whole seconds since 1970: never before it."""
    return ceil(at.timestamp())


def seconds_until(at: datetime) -> int:
    """Write the end of something free as whole seconds since 1970: never after it."""
    return floor(at.timestamp())


def instant_of(seconds: int) -> datetime:
    """Read whole seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def tours_of(engineer: EngineerDay, limits: Limits) -> list[Tour]:
    """Cut an engineer's shifts into days out that touch the limits, in order of time."""
    busy = [Span(booking.starts_at, booking.ends_at) for booking in engineer.bookings]
    free = [
        (seconds_from(span.starts_at), seconds_until(span.ends_at))
        for span in free_spans(engineer.shifts, engineer.absences, busy)
    ]
    stops = sorted(
        Stop(seconds_until(booking.starts_at), seconds_from(booking.ends_at), booking.position)
        for booking in engineer.bookings
    )
    tours = []
    for starts, ends in _days_out(engineer.shifts):
        if ends <= limits.earliest or starts >= limits.latest:
            continue
        own = [stop for stop in stops if stop.starts < ends and stop.ends > starts]
        booked = sum(min(stop.ends, ends) - max(stop.starts, starts) for stop in own)
        tours.append(
            Tour(starts, ends, [gap for gap in free if starts <= gap[0] < ends], own, booked)
        )
    return tours


def slots_of(
    visit: Visit, engineer: EngineerDay, limits: Limits, travel: TravelTimes
) -> Iterator[Slot]:
    """Yield the earliest feasible slot of every gap, in order of time."""
    for tour in tours_of(engineer, limits):
        index = 0
        for free_from, free_until in tour.free:
            # A gap never cuts a booking, so each one lies entirely before or after it.
            while index < len(tour.stops) and tour.stops[index].starts < free_until:
                index += 1
            if free_until <= limits.earliest or free_from >= limits.latest:
                continue
            gap = _Gap(
                max(free_from, limits.earliest),
                min(free_until, limits.latest),
                tour.stops[index - 1] if index else None,
                tour.stops[index] if index < len(tour.stops) else None,
            )
            slot = _slot_in(gap, tour, _Trip(visit, engineer, limits, travel))
            if slot is not None:
                yield slot


def travel_to(visit: Visit, engineer: EngineerDay, slot: Span, travel: TravelTimes) -> int:
    """How long the drive to a slot chosen by hand takes: from the stop before, else from home."""
    starts, ends = seconds_from(slot.starts_at), seconds_until(slot.ends_at)
    limits = Limits(starts, ends, starts, ends)
    tour = next(iter(tours_of(engineer, limits)), Tour(starts, ends, [], [], 0))
    before = [
        Stop(seconds_until(busy.starts_at), seconds_from(busy.ends_at), busy.position)
        for busy in engineer.bookings
        if tour.starts < seconds_from(busy.ends_at) <= starts
    ]
    last = max(before, key=lambda stop: stop.ends, default=None)
    gap = _Gap(last.ends if last else tour.starts, starts, last, None)
    _, place = _origin(gap, tour, engineer)
    return travel.seconds(place, visit.position, instant_of(starts))


class _Gap(NamedTuple):
    opens: int
    closes: int
    before: Stop | None
    after: Stop | None


class _Trip(NamedTuple):
    visit: Visit
    engineer: EngineerDay
    limits: Limits
    travel: TravelTimes


def _slot_in(gap: _Gap, tour: Tour, trip: _Trip) -> Slot | None:
    visit, engineer, limits, travel = trip
    duration = visit.duration_minutes * 60
    if gap.opens + duration > gap.closes:
        return None
    origin, place = _origin(gap, tour, engineer)
    leaves_at = instant_of(gap.opens)
    there = travel.seconds(place, visit.position, leaves_at)
    starts = max(gap.opens + there, limits.arrive_from)
    starts += -starts % GRID_SECONDS
    ends = starts + duration
    if ends > gap.closes or starts >= limits.arrive_before:
        return None
    target = gap.after.position if gap.after else engineer.home
    onward = travel.seconds(visit.position, target, instant_of(ends))
    if gap.after and ends + onward > gap.after.starts:
        return None
    without = travel.seconds(place, target, leaves_at)
    overtime = 0
    if gap.after is None:
        already = max(0, gap.opens + without - tour.ends) if gap.before else 0
        overtime = max(0, max(0, ends + onward - tour.ends) - already)
    return Slot(
        starts=starts,
        ends=ends,
        origin=origin,
        travel_there=there,
        # Real roads know no triangle inequality: a stop on the way never earns time.
        extra_travel=max(0, there + onward - without),
        overtime=overtime,
        booked_seconds=tour.booked_seconds,
    )


def _origin(gap: _Gap, tour: Tour, engineer: EngineerDay) -> tuple[str, Position]:
    """Where the drive starts: where the phone was just seen, the booking before, or home."""
    seen = engineer.last_position_at
    if seen is not None and engineer.last_position is not None:
        since = gap.before.ends if gap.before else tour.starts
        at = seconds_until(seen)
        if since <= at and abs(gap.opens - at) <= FRESH_POSITION_SECONDS:
            return "position", engineer.last_position
    return ("booking", gap.before.position) if gap.before else ("home", engineer.home)


def _days_out(shifts: tuple[Span, ...]) -> list[tuple[int, int]]:
    days: list[tuple[int, int]] = []
    for span in merged_spans(shifts):
        starts, ends = seconds_from(span.starts_at), seconds_until(span.ends_at)
        if days and starts - days[-1][1] < SAME_DAY_BREAK_SECONDS:
            days[-1] = (days[-1][0], ends)
        else:
            days.append((starts, ends))
    return days
