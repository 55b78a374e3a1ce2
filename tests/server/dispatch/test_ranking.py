from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from server.dispatch.rules import (
    CrowFlies,
    EngineerDay,
    PartNeed,
    Position,
    Proposal,
    Ranking,
    Visit,
    first_choice,
    rank,
)
from server.dispatch.rules.reasons import quantity_text
from server.kernel.ids import new_id
from server.kernel.priority import Priority
from server.workforce.rules import HeldSkill
from tests.server.dispatch.days import (
    GAS,
    NORTH,
    PORTO,
    PUMP,
    SOUTH,
    WEEK,
    a_booking,
    a_visit,
    an_engineer,
    at,
    east,
    held,
    hours,
    requires,
)

NEEDS_PUMP = (PartNeed(part_id=PUMP, name="Pump", quantity=1500),)


class TenMinutesEach:
    """Any two different places are ten minutes apart."""

    def seconds(self, origin: Position, target: Position, at: datetime) -> int:
        del at
        return 0 if origin == target else 600


def only(visit: Visit, engineer: EngineerDay) -> Proposal:
    ranking = rank(visit, [engineer], horizon=WEEK, travel=TenMinutesEach())
    (proposal,) = ranking.proposals
    return proposal


def codes(proposal: Proposal) -> dict[str, str]:
    return {reason.code: reason.to_json()["text"] for reason in proposal.reasons}


def order(ranking: Ranking) -> list[str]:
    return [proposal.engineer_name for proposal in ranking.proposals]


def test_the_nearer_engineer_comes_first() -> None:
    team = [an_engineer(1, home=east(20)), an_engineer(2, home=east(2))]

    assert order(rank(a_visit(), team, horizon=WEEK)) == ["Engineer 02", "Engineer 01"]


@pytest.mark.parametrize(
    ("chosen", "replaced", "first"),
    [("bob", None, "ann"), ("bob", "ann", "bob"), ("cat", "ann", "bob"), ("ann", "ann", "ann")],
)
def test_whoever_is_replaced_cannot_be_passed_over(
    chosen: str, replaced: str | None, first: str
) -> None:
    team = {name: new_id() for name in ("ann", "bob", "cat")}
    away = team[replaced] if replaced else None

    assert first_choice(team.values(), chosen=team[chosen], replaced=away) == team[first]


def test_nobody_is_first_when_only_the_replaced_engineer_could_go() -> None:
    ann = new_id()

    assert first_choice([ann], chosen=new_id(), replaced=ann) is None


def test_equal_prices_are_ordered_by_name() -> None:
    team = [an_engineer(2), an_engineer(1)]

    assert order(rank(a_visit(), team, horizon=WEEK)) == ["Engineer 01", "Engineer 02"]


def test_the_engineer_drives_from_home_and_starts_on_a_full_five_minutes() -> None:
    proposal = only(a_visit(), an_engineer(home=east(1), shifts=(hours(8.02, 17),)))

    assert proposal.starts_at == at(8.25)
    assert proposal.travel_seconds == 600
    assert proposal.ends_at - proposal.starts_at == timedelta(minutes=60)


def test_the_drive_both_ways_has_to_fit_between_two_bookings() -> None:
    def full_but(gap_minutes: float) -> EngineerDay:
        after = 10 + gap_minutes / 60
        return an_engineer(
            bookings=(a_booking(8, 10, east(1)), a_booking(after, 17, east(2))),
        )

    fits = only(a_visit(), full_but(80))
    too_short = rank(a_visit(), [full_but(75)], horizon=WEEK, travel=TenMinutesEach())

    assert (fits.starts_at, fits.terms["travel"]) == (at(10) + timedelta(minutes=10), 600)
    assert too_short.proposals == ()


def test_a_gap_on_the_way_is_worth_waiting_for() -> None:
    far = east(30)
    engineer = an_engineer(bookings=(a_booking(8, 9, far), a_booking(12.5, 13.5, far)))

    (proposal,) = rank(a_visit(priority=Priority.LOW), [engineer], horizon=WEEK).proposals

    assert proposal.starts_at > at(14)
    assert proposal.terms["travel"] == 0


def test_a_stop_on_a_faster_way_never_earns_time() -> None:
    class Motorway:
        """The way past the site is faster than the way straight home."""

        def seconds(self, origin: Position, target: Position, at: datetime) -> int:
            del at
            return 600 if PORTO in {origin, target} else 3600

    engineer = an_engineer(home=east(9), bookings=(a_booking(8, 9, east(1)),))

    ranking = rank(a_visit(), [engineer], horizon=WEEK, travel=Motorway())

    assert ranking.proposals[0].terms["travel"] == 0


def test_waiting_costs_a_share_of_its_time_by_priority() -> None:
    from_ten = an_engineer(shifts=(hours(10, 17),))

    waiting = [only(a_visit(priority=level), from_ten).terms["waiting"] for level in Priority]

    assert waiting == [7200 * percent // 100 for percent in (1, 3, 10, 25)]


def test_an_urgent_visit_waits_for_nothing() -> None:
    engineer = an_engineer(home=east(5), bookings=(a_booking(14, 15, PORTO),))

    (proposal,) = rank(a_visit(priority=Priority.URGENT), [engineer], horizon=WEEK).proposals

    assert proposal.starts_at < at(9)


def test_an_absence_is_not_worked_through() -> None:
    proposal = only(a_visit(), an_engineer(absences=(hours(7, 12.1),)))

    assert proposal.starts_at == at(12.25) - timedelta(minutes=5)


def test_nobody_drives_home_for_lunch() -> None:
    engineer = an_engineer(
        home=east(9), shifts=(hours(8, 12), hours(13, 17)), bookings=(a_booking(8, 12, east(1)),)
    )

    proposal = only(a_visit(), engineer)

    assert codes(proposal)["travel"] == "10 min drive from booking, 10 min more on the road"
    assert proposal.terms["overtime"] == 0


def test_a_fresh_position_is_where_the_drive_starts() -> None:
    seen: dict[str, Any] = {"last_position": PORTO, "last_position_at": at(7.75)}
    engineer = an_engineer(home=east(9), shifts=(hours(6, 17),), **seen)
    stale = replace(engineer, last_position_at=at(6.5))

    assert only(a_visit(), engineer).starts_at == at(8)
    assert only(a_visit(), stale).starts_at == at(8) + timedelta(minutes=10)


def test_a_window_holds_the_arrival_back_and_closes_before_its_end() -> None:
    late = only(a_visit(window=hours(10, 12)), an_engineer())
    missed = rank(
        a_visit(window=hours(10, 12)), [an_engineer(bookings=(a_booking(8, 12),))], horizon=WEEK
    )

    assert late.starts_at == at(10)
    assert missed.proposals == ()


def test_a_missed_promise_costs_by_priority() -> None:
    def lateness(priority: Priority) -> int:
        visit = a_visit(priority=priority, due_at=at(8.5))
        return only(visit, an_engineer()).terms["lateness"]

    assert [lateness(priority) for priority in Priority] == [1800, 3600, 7200, 14400]


@pytest.mark.parametrize(
    ("due_hour", "code", "text"),
    [
        (10, "on-time", "done 60 min before it is due at 2026-11-23T10:00:00Z"),
        (9, "on-time", "done 0 min before it is due at 2026-11-23T09:00:00Z"),
        (8.5, "late", "done 30 min after it was due at 2026-11-23T08:30:00Z"),
    ],
)
def test_the_slack_to_the_promise_is_named(due_hour: float, code: str, text: str) -> None:
    proposal = only(a_visit(due_at=at(due_hour)), an_engineer())

    assert codes(proposal)[code] == text


def test_the_fuller_day_is_dearer_and_more_so_each_hour() -> None:
    def load(booked_hours: float) -> int:
        busy = (a_booking(17 - booked_hours, 17),) if booked_hours else ()
        return only(a_visit(), an_engineer(bookings=busy)).terms["load"]

    empty, half, full = load(0), load(3), load(6)

    assert empty < half < full
    assert full == 13 * 3600 // 48


def test_work_at_the_end_of_the_shift_costs_the_late_way_home_twice() -> None:
    engineer = an_engineer(home=east(1), bookings=(a_booking(8, 15.8, PORTO),))

    proposal = only(a_visit(), engineer)

    assert proposal.ends_at == at(15.8) + timedelta(minutes=62)
    assert proposal.terms["overtime"] == 0

    late = replace(engineer, bookings=(a_booking(8, 15.9, PORTO),))
    assert only(a_visit(), late).terms["overtime"] == 2 * 5 * 60
    assert codes(only(a_visit(), late))["overtime"] == (
        "back home 5 min later than the shift allows"
    )


def test_a_part_not_on_the_van_costs_the_likely_second_trip() -> None:
    visit = a_visit(position=east(20), parts=NEEDS_PUMP)
    with_part = an_engineer(van_stock={PUMP: 1500})
    without = an_engineer(van_stock={PUMP: 500})

    assert only(visit, with_part).terms["part_missing"] == 0
    assert only(visit, without).terms["part_missing"] == 30 * 60 * 80 // 100
    assert codes(only(visit, with_part))["parts-on-van"] == "every part it needs is on the van"
    assert codes(only(visit, without))["part-missing"] == "needs 1.5 of Pump, the van holds 0.5"


def test_a_part_asked_for_twice_is_counted_together() -> None:
    visit = a_visit(parts=NEEDS_PUMP * 2)

    assert "part-missing" in codes(only(visit, an_engineer(van_stock={PUMP: 2000})))


def test_a_foreign_territory_costs_half_an_hour() -> None:
    visit = a_visit(territory_id=NORTH)

    assert only(visit, an_engineer(territory_ids=frozenset({SOUTH}))).terms["territory"] == 1800
    assert only(visit, an_engineer(territory_ids=frozenset({NORTH}))).terms["territory"] == 0
    assert only(visit, an_engineer()).terms["territory"] == 0


def test_the_day_of_a_certificate_is_the_engineers_own() -> None:
    expires_on = at(24).date() - timedelta(days=1)
    engineer = an_engineer(
        skills=held(HeldSkill(GAS, 1, expires_on)),
        shifts=(hours(17, 24),),
        zone=ZoneInfo("Asia/Shanghai"),
    )

    ranking = rank(a_visit(skills=(requires(GAS),)), [engineer], horizon=WEEK)

    assert [rejected.code for rejected in ranking.rejected] == ["skill-expired"]


def test_the_record_is_plain_json_with_codes_values_and_text() -> None:
    team = [an_engineer(1), an_engineer(2, is_archived=True)]

    record = rank(a_visit(), team, horizon=WEEK).to_json()

    assert record["proposals"][0]["starts_at"] == "2026-11-23T08:00:00Z"
    assert record["proposals"][0]["reasons"][0] == {
        "code": "travel",
        "params": {"origin": "home", "there_minutes": 0, "extra_minutes": 0},
        "text": "0 min drive from home, 0 min more on the road",
    }
    assert record["rejected"] == [
        {
            "engineer_id": str(team[1].id),
            "engineer_name": "Engineer 02",
            "code": "engineer-archived",
            "params": {},
            "text": "no longer works here",
        }
    ]


@pytest.mark.parametrize(
    ("thousandths", "text"), [(1000, "1"), (1500, "1.5"), (0, "0"), (20000, "20"), (1, "0.001")]
)
def test_a_quantity_reads_like_a_quantity(thousandths: int, text: str) -> None:
    assert quantity_text(thousandths) == text


def test_the_crow_drives_ten_kilometres_in_twenty_minutes() -> None:
    seconds = CrowFlies().seconds(PORTO, east(10), datetime(2026, 1, 1, tzinfo=UTC))

    assert seconds == pytest.approx(10_000 * 1.35 / (40 / 3.6), rel=0.01)


def test_the_crow_stays_where_it_is_and_survives_the_antipodes() -> None:
    crow, now = CrowFlies(), datetime(2026, 1, 1, tzinfo=UTC)

    assert crow.seconds(PORTO, PORTO, now) == 0
    assert crow.seconds(Position(0, 0), Position(180, 0), now) > 0
