"""From records to the question of dispatch, and the answer kept as a proposal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from server.dispatch import queries
from server.dispatch.models import Proposal
from server.dispatch.rules import (
    EngineerDay,
    PartNeed,
    Position,
    Ranking,
    TravelTimes,
    Visit,
    rank,
)
from server.kernel import clock, geo
from server.kernel.actors import Actor
from server.kernel.session import platform_of
from server.places import api as places
from server.workforce import api as workforce
from server.workforce.rules import RequiredSkill, Span
from server.workorders import api as workorders
from server.workorders.api import PartNeed as PartNeeded
from server.workorders.api import PartsGate, WorkOrder

HORIZON_DAYS = 7


def rank_engineers(
    session: Session, *, actor: Actor, work_order_id: UUID, horizon_days: int = HORIZON_DAYS
) -> Proposal:
    """Ask who should go to a work order within the next days, and keep the answer with reasons."""
    actor.require("bookings.manage")
    work_order = workorders.get_work_order(session, work_order_id)
    now = clock.now()
    horizon = Span(now, now + dt.timedelta(days=horizon_days))
    proposal = Proposal(
        work_order_id=work_order.id,
        made_at=now,
        made_by=actor.id,
        made_by_name=actor.name,
        from_at=horizon.starts_at,
        until_at=horizon.ends_at,
        ranking=ranking_for(session, work_order, horizon).to_json(),
    )
    session.add(proposal)
    session.flush()
    return proposal


def ranking_for(
    session: Session,
    work_order: WorkOrder,
    horizon: Span,
    *,
    engineer_ids: Collection[UUID] | None = None,
) -> Ranking:
    """Judge all engineers, or the named ones, for a work order; writes nothing."""
    visit, team = visit_and_team(session, work_order, horizon, engineer_ids=engineer_ids)
    travel = platform_of(session).port(TravelTimes)  # type: ignore[type-abstract]
    return rank(visit, team, horizon=horizon, travel=travel)


def visit_and_team(
    session: Session,
    work_order: WorkOrder,
    horizon: Span,
    *,
    engineer_ids: Collection[UUID] | None = None,
) -> tuple[Visit, list[EngineerDay]]:
    """Read what the rules need: the visit, and the days of the engineers within the horizon."""
    gate = platform_of(session).port(PartsGate)  # type: ignore[type-abstract]
    needs = _still_needed(session, gate, work_order.id)
    site = places.get_site(session, work_order.site_id)
    visit = Visit(
        position=Position(*geo.lon_lat(site.position)),
        duration_minutes=work_order.duration_minutes,
        priority=work_order.priority,
        due_at=work_order.due_at,
        skills=_required_skills(session, work_order.id),
        parts=tuple(
            PartNeed(part_id=need.part_id, name=need.name, quantity=need.quantity) for need in needs
        ),
        territory_id=site.territory_id,
    )
    # The tour of the day began before now: whole shifts, so that its start and stops are known.
    between = Span(horizon.starts_at - queries.LOOK_BACK, horizon.ends_at)
    rosters = workforce.rosters(session, between, engineer_ids=engineer_ids)
    ids = [roster.engineer_id for roster in rosters]
    busy = queries.busy_between(
        session, horizon, engineer_ids=None if engineer_ids is None else ids, now=clock.now()
    )
    stock = gate.availability(session, needs, ids) if needs else {}
    team = [
        EngineerDay(
            id=roster.engineer_id,
            name=roster.name,
            home=Position(*roster.home),
            zone=ZoneInfo(roster.timezone),
            shifts=roster.shifts,
            absences=roster.absences,
            bookings=tuple(busy.get(roster.engineer_id, ())),
            skills={held.skill_id: held for held in roster.skills},
            van_stock={part.part_id: part.on_van for part in stock.get(roster.engineer_id, ())},
            territory_ids=frozenset({roster.territory_id} if roster.territory_id else ()),
            last_position=Position(*roster.last_position) if roster.last_position else None,
            last_position_at=roster.last_position_at,
            is_archived=roster.is_archived,
        )
        for roster in rosters
    ]
    return visit, team


def _still_needed(session: Session, gate: PartsGate, work_order_id: UUID) -> list[PartNeeded]:
    """Return what the next visit takes: what was fitted already need not be on the van."""
    fitted: Counter[UUID] = Counter()
    for part in gate.parts_fitted(session, [work_order_id]).get(work_order_id, ()):
        fitted[part.part_id] += part.quantity
    return [
        replace(need, quantity=need.quantity - fitted[need.part_id])
        for need in gate.needs_of(session, [work_order_id]).get(work_order_id, ())
        if need.quantity > fitted[need.part_id]
    ]


def _required_skills(session: Session, work_order_id: UUID) -> tuple[RequiredSkill, ...]:
    wanted = workorders.required_skills(session, work_order_id)
    names = workforce.skill_names(session, [skill_id for skill_id, _ in wanted]) if wanted else {}
    # By name, so that the first failing one does not depend on the order of rows.
    return tuple(
        sorted(
            (RequiredSkill(skill_id, names[skill_id], min_level) for skill_id, min_level in wanted),
            key=lambda required: (required.name, required.skill_id),
        )
    )
