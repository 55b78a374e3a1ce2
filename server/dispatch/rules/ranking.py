"""The one question of dispatch: every engineer judged, the fit ones priced and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from server.dispatch.rules.cost import (
    DEFAULT_WEIGHTS,
    Weights,
    engineer_terms,
    lateness_seconds,
    slot_terms,
)
from server.dispatch.rules.eligibility import Refusal, expired, expiry_of, refusal_of
from server.dispatch.rules.model import EngineerDay, Proposal, Ranking, Rejection, Visit, instant
from server.dispatch.rules.reasons import reasons_for
from server.dispatch.rules.slots import Limits, Slot, instant_of, seconds_until, slots_of
from server.dispatch.rules.travel import CrowFlies, TravelTimes
from server.workforce.rules import Span

DEFAULT_TRAVEL = CrowFlies()


@dataclass(frozen=True, slots=True)
class Question:
    """A visit to place, the time it may take place in, and how to price it."""

    visit: Visit
    horizon: Span
    limits: Limits
    travel: TravelTimes
    weights: Weights


def rank(
    visit: Visit,
    engineers: Iterable[EngineerDay],
    *,
    horizon: Span,
    travel: TravelTimes = DEFAULT_TRAVEL,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Ranking:
    """Judge every engineer: the cheapest slot of each who may go, the reason of each who may not.

    Equal prices are ordered by start, name and id, so that the same question has one answer.
    """
    question = Question(visit, horizon, Limits.of(visit, horizon), travel, weights)
    proposals: list[Proposal] = []
    rejected: list[Rejection] = []
    for engineer in engineers:
        judged = _judge(question, engineer)
        if isinstance(judged, Proposal):
            proposals.append(judged)
        else:
            rejected.append(
                Rejection(
                    engineer_id=engineer.id,
                    engineer_name=engineer.name,
                    code=judged.code,
                    params=judged.params,
                )
            )
    proposals.sort(
        key=lambda it: (it.total_seconds, it.starts_at, it.engineer_name, it.engineer_id)
    )
    rejected.sort(key=lambda it: (it.engineer_name, it.engineer_id))
    return Ranking(proposals=tuple(proposals), rejected=tuple(rejected))


def first_choice(ranked: Iterable[UUID], *, chosen: UUID, replaced: UUID | None) -> UUID | None:
    """Whom a ranking puts first, for a decision: whoever is being replaced cannot be passed over.

    The same engineer may be chosen anew, for another time, and then stands in the ranking.
    """
    return next((one for one in ranked if one == chosen or one != replaced), None)


def _judge(question: Question, engineer: EngineerDay) -> Proposal | Refusal:
    visit, horizon = question.visit, question.horizon
    if refusal := refusal_of(visit, engineer, horizon):
        return refusal
    limits = question.limits
    expiry = expiry_of(visit, engineer, horizon)
    if expiry is not None:
        latest = min(limits.latest, seconds_until(expiry[0]))
        limits = Limits(limits.earliest, latest, limits.arrive_from, limits.arrive_before)
    cheapest = _cheapest(question, engineer, limits)
    if cheapest is not None:
        return _proposal(question, engineer, *cheapest)
    if expiry is not None:
        later = next(slots_of(visit, engineer, question.limits, question.travel), None)
        held = engineer.skills[expiry[1].skill_id].expires_on
        if later is not None and held is not None:
            visit_on = instant_of(later.ends).astimezone(engineer.zone).date()
            return expired(expiry[1], expires_on=held, visit_on=visit_on)
    until = visit.window.ends_at if visit.window else horizon.ends_at
    values = {"duration_minutes": visit.duration_minutes, "until_at": instant(until)}
    return Refusal("no-free-slot", values)


def _cheapest(
    question: Question, engineer: EngineerDay, limits: Limits
) -> tuple[Slot, Mapping[str, int]] | None:
    best: tuple[int, Slot, dict[str, int]] | None = None
    for slot in slots_of(question.visit, engineer, limits, question.travel):
        terms = slot_terms(question.visit, slot, limits=limits, weights=question.weights)
        price = sum(terms.values())
        # Slots come in order of time: of two equal prices the earlier one stays.
        if best is None or price < best[0]:
            best = price, slot, terms
    if best is None:
        return None
    fixed = engineer_terms(
        question.visit, engineer, limits=limits, travel=question.travel, weights=question.weights
    )
    return best[1], {**best[2], **fixed}


def _proposal(
    question: Question, engineer: EngineerDay, slot: Slot, terms: Mapping[str, int]
) -> Proposal:
    return Proposal(
        engineer_id=engineer.id,
        engineer_name=engineer.name,
        starts_at=instant_of(slot.starts),
        ends_at=instant_of(slot.ends),
        travel_seconds=slot.travel_there,
        terms=terms,
        total_seconds=sum(terms.values()),
        reasons=reasons_for(
            question.visit,
            engineer,
            slot,
            waited_seconds=slot.starts - question.limits.earliest,
            late_seconds=lateness_seconds(question.visit, slot.ends),
        ),
    )
