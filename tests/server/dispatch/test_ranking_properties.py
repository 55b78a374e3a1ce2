"""What holds for every visit and every team, whatever the numbers."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from server.dispatch.rules import CrowFlies, EngineerDay, Visit, rank
from server.dispatch.rules.cost import DEFAULT_WEIGHTS, lateness_seconds
from server.dispatch.rules.slots import seconds_until
from server.dispatch.rules.wording import TEXTS
from server.workforce.rules import HeldSkill, Span, holds_all, merged_spans, overlaps
from tests.server.dispatch.days import GAS, LIFTS, WEEK, held, quarters, teams, visits

CROW = CrowFlies()
VERSED = held(HeldSkill(GAS, 9), HeldSkill(LIFTS, 9))


def prices(visit: Visit, team: list[EngineerDay]) -> dict[object, int]:
    ranking = rank(visit, team, horizon=WEEK)
    return {proposal.engineer_id: proposal.total_seconds for proposal in ranking.proposals}


@given(visits(), teams())
def test_the_terms_add_up_to_the_total_and_the_order_follows_it(
    visit: Visit, team: list[EngineerDay]
) -> None:
    ranking = rank(visit, team, horizon=WEEK)

    for proposal in ranking.proposals:
        assert sum(proposal.terms.values()) == proposal.total_seconds
        assert all(isinstance(term, int) and term >= 0 for term in proposal.terms.values())
    assert all(
        one.total_seconds <= other.total_seconds for one, other in pairwise(ranking.proposals)
    )


@given(visits(), teams())
def test_everybody_is_judged_exactly_once(visit: Visit, team: list[EngineerDay]) -> None:
    ranking = rank(visit, team, horizon=WEEK)

    judged = [it.engineer_id for it in ranking.proposals]
    judged += [it.engineer_id for it in ranking.rejected]
    assert sorted(judged) == sorted(engineer.id for engineer in team)


@given(visits(), teams())
def test_nobody_ineligible_is_proposed(visit: Visit, team: list[EngineerDay]) -> None:
    by_id = {engineer.id: engineer for engineer in team}

    for proposal in rank(visit, team, horizon=WEEK).proposals:
        engineer = by_id[proposal.engineer_id]
        assert not engineer.is_archived
        assert holds_all(engineer.skills, visit.skills, on=proposal.starts_at.date())


@given(visits(), teams())
def test_a_slot_lies_in_a_shift_and_touches_nothing_else(
    visit: Visit, team: list[EngineerDay]
) -> None:
    by_id = {engineer.id: engineer for engineer in team}

    for proposal in rank(visit, team, horizon=WEEK).proposals:
        engineer = by_id[proposal.engineer_id]
        slot = Span(proposal.starts_at, proposal.ends_at)
        taken = [Span(it.starts_at, it.ends_at) for it in engineer.bookings]
        assert slot.ends_at - slot.starts_at == timedelta(minutes=visit.duration_minutes)
        assert any(
            shift.starts_at <= slot.starts_at and slot.ends_at <= shift.ends_at
            for shift in merged_spans(engineer.shifts)
        )
        assert not any(overlaps(slot, other) for other in (*engineer.absences, *taken))
        assert WEEK.starts_at <= slot.starts_at
        assert slot.ends_at <= WEEK.ends_at
        if visit.window:
            assert visit.window.starts_at <= slot.starts_at < visit.window.ends_at


@given(visits(), teams())
def test_the_drive_fits_after_the_booking_before_and_before_the_next(
    visit: Visit, team: list[EngineerDay]
) -> None:
    by_id = {engineer.id: engineer for engineer in team}

    for proposal in rank(visit, team, horizon=WEEK).proposals:
        engineer = by_id[proposal.engineer_id]
        (shift,) = (
            shift
            for shift in merged_spans(engineer.shifts)
            if shift.starts_at <= proposal.starts_at < shift.ends_at
        )
        for booking in engineer.bookings:
            if booking.ends_at <= proposal.starts_at:
                drive = timedelta(seconds=proposal.travel_seconds)
                assert booking.ends_at + drive <= proposal.starts_at
        later = [it for it in engineer.bookings if it.starts_at >= proposal.ends_at]
        following = min(later, key=lambda it: it.starts_at, default=None)
        if following and following.starts_at < shift.ends_at:
            onward = CROW.seconds(visit.position, following.position, proposal.ends_at)
            same_start = [it for it in later if it.starts_at == following.starts_at]
            assert len(same_start) > 1 or (
                proposal.ends_at + timedelta(seconds=onward) <= following.starts_at
            )


@given(visits(), teams())
def test_more_skills_never_make_an_engineer_dearer_or_unfit(
    visit: Visit, team: list[EngineerDay]
) -> None:
    before = prices(visit, team)

    after = prices(visit, [replace(engineer, skills=VERSED) for engineer in team])

    assert all(after[engineer_id] <= price for engineer_id, price in before.items())


@given(visits(), teams(), st.integers(0, 3000))
def test_more_stock_on_the_van_never_makes_an_engineer_dearer(
    visit: Visit, team: list[EngineerDay], more: int
) -> None:
    before = prices(visit, team)

    stocked = [
        replace(
            engineer,
            van_stock={
                need.part_id: engineer.van_stock.get(need.part_id, 0) + more for need in visit.parts
            },
        )
        for engineer in team
    ]

    after = prices(visit, stocked)
    assert all(after[engineer_id] <= price for engineer_id, price in before.items())


@given(visits(), teams(), st.integers(0, 48))
def test_a_nearer_deadline_makes_nobody_cheaper(
    visit: Visit, team: list[EngineerDay], hours_nearer: int
) -> None:
    due_at = visit.due_at or WEEK.ends_at
    before = prices(replace(visit, due_at=due_at), team)

    after = prices(replace(visit, due_at=due_at - timedelta(hours=hours_nearer)), team)

    assert after.keys() == before.keys()
    assert all(after[engineer_id] >= price for engineer_id, price in before.items())


@given(visits(), quarters, st.integers(0, 48))
def test_a_nearer_deadline_never_lowers_the_lateness_of_a_slot(
    visit: Visit, ends: float, hours_nearer: int
) -> None:
    due_at = visit.due_at or WEEK.ends_at
    slot_ends = seconds_until(WEEK.starts_at + timedelta(hours=ends))
    nearer = replace(visit, due_at=due_at - timedelta(hours=hours_nearer))

    assert lateness_seconds(nearer, slot_ends) >= lateness_seconds(
        replace(visit, due_at=due_at), slot_ends
    )


@given(visits(), teams(), st.randoms())
def test_the_same_question_has_the_same_answer_in_any_order(
    visit: Visit, team: list[EngineerDay], random: Random
) -> None:
    shuffled = list(team)
    random.shuffle(shuffled)

    assert (
        rank(visit, shuffled, horizon=WEEK).to_json() == rank(visit, team, horizon=WEEK).to_json()
    )


@given(visits(), teams())
def test_every_reason_can_be_said(visit: Visit, team: list[EngineerDay]) -> None:
    record = rank(visit, team, horizon=WEEK).to_json()

    for proposal in record["proposals"]:
        assert all(reason["text"] for reason in proposal["reasons"])
    assert all(rejected["text"] for rejected in record["rejected"])


def test_no_text_needs_a_value_twice_removed() -> None:
    fields = {
        name for text in TEXTS.values() for _, name, _, _ in string.Formatter().parse(text) if name
    }

    assert all(field.isidentifier() for field in fields)


def test_a_late_minute_is_dearer_than_a_minute_of_waiting() -> None:
    assert all(
        100 * DEFAULT_WEIGHTS.lateness[priority] > DEFAULT_WEIGHTS.waiting_percent[priority]
        for priority in DEFAULT_WEIGHTS.lateness
    )
