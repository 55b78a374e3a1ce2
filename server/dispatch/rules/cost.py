"""Stage two: what a slot costs, in seconds a dispatcher can weigh against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from server.dispatch.rules.model import EngineerDay, PartNeed, Visit
from server.dispatch.rules.slots import Limits, Slot, instant_of, seconds_until
from server.dispatch.rules.travel import TravelTimes
from server.kernel.priority import Priority

PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a second of each evil is worth against a second of driving; an installation may tune it.

    ``waiting_percent`` is the share of the time until the start that counts: for a normal ticket
    a day sooner is worth 43 minutes of detour. ``load_scale_seconds`` sets how fast a full day
    gets dearer: with 48 h, one more hour costs 1 minute on an empty day and 16 after six hours.
    """

    lateness: Mapping[Priority, int] = field(
        default_factory=lambda: MappingProxyType(
            {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 4, Priority.URGENT: 8}
        )
    )
    waiting_percent: Mapping[Priority, int] = field(
        default_factory=lambda: MappingProxyType(
            {Priority.LOW: 1, Priority.NORMAL: 3, Priority.HIGH: 10, Priority.URGENT: 25}
        )
    )
    overtime: int = 2
    load_scale_seconds: int = 48 * 3600
    # How often a visit without the part has to be repeated, and the shortest trip that costs.
    second_visit_percent: int = 80
    least_return_trip_seconds: int = 30 * 60
    other_territory_seconds: int = 30 * 60


DEFAULT_WEIGHTS = Weights()


class MissingPart(NamedTuple):
    """A part the van does not hold in the needed quantity, in thousandths."""

    need: PartNeed
    held: int


def missing_parts(visit: Visit, engineer: EngineerDay) -> list[MissingPart]:
    """List what the van lacks for the visit; a part asked for twice is counted together."""
    needed: dict[object, PartNeed] = {}
    for need in visit.parts:
        known = needed.get(need.part_id)
        quantity = need.quantity + (known.quantity if known else 0)
        needed[need.part_id] = PartNeed(part_id=need.part_id, name=need.name, quantity=quantity)
    held = engineer.van_stock
    return [
        MissingPart(need, held.get(need.part_id, 0))
        for need in needed.values()
        if held.get(need.part_id, 0) < need.quantity
    ]


def is_other_territory(visit: Visit, engineer: EngineerDay) -> bool:
    """Whether the engineer has territories and the site lies in another one."""
    return (
        visit.territory_id is not None
        and bool(engineer.territory_ids)
        and visit.territory_id not in engineer.territory_ids
    )


def engineer_terms(
    visit: Visit, engineer: EngineerDay, *, limits: Limits, travel: TravelTimes, weights: Weights
) -> dict[str, int]:
    """Price what does not depend on the slot: a missing part and a foreign territory."""
    part_missing = 0
    if missing_parts(visit, engineer):
        there = travel.seconds(engineer.home, visit.position, instant_of(limits.earliest))
        trip = max(2 * there, weights.least_return_trip_seconds)
        part_missing = trip * weights.second_visit_percent // PERCENT
    territory = weights.other_territory_seconds if is_other_territory(visit, engineer) else 0
    return {"part_missing": part_missing, "territory": territory}


def slot_terms(visit: Visit, slot: Slot, *, limits: Limits, weights: Weights) -> dict[str, int]:
    """Price a slot: the detour, the wait, missing the promise, a full day, overtime."""
    waited = slot.starts - limits.earliest
    duration = slot.ends - slot.starts
    return {
        "travel": slot.extra_travel,
        "waiting": waited * weights.waiting_percent[visit.priority] // PERCENT,
        "lateness": lateness_seconds(visit, slot.ends) * weights.lateness[visit.priority],
        # The growth of booked² / scale: the fuller the day, the dearer the next hour.
        "load": (2 * slot.booked_seconds + duration) * duration // weights.load_scale_seconds,
        "overtime": slot.overtime * weights.overtime,
    }


def lateness_seconds(visit: Visit, ends: int) -> int:
    """Return by how much a visit that ends then misses its promise; zero without a promise."""
    return max(0, ends - seconds_until(visit.due_at)) if visit.due_at else 0
