"""What speaks for and against a slot, as codes with values; the price says how much it counts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from server.dispatch.rules.cost import is_other_territory, missing_parts
from server.dispatch.rules.model import EngineerDay, Reason, Visit, instant
from server.dispatch.rules.slots import Slot, seconds_until

MINUTE = 60


def reasons_for(
    visit: Visit, engineer: EngineerDay, slot: Slot, *, waited_seconds: int, late_seconds: int
) -> tuple[Reason, ...]:
    """Explain a slot, the drive first; minutes are rounded up: nothing looks better than it is."""
    there, extra = _minutes(slot.travel_there), _minutes(slot.extra_travel)
    travel = {"origin": slot.origin, "there_minutes": there, "extra_minutes": extra}
    reasons = [Reason("travel", travel)]
    if waited_seconds > 0:
        reasons.append(Reason("waiting", {"minutes": _minutes(waited_seconds)}))
    if visit.due_at is not None:
        due = {"due_at": instant(visit.due_at)}
        if late_seconds:
            reasons.append(Reason("late", {"minutes": _minutes(late_seconds), **due}))
        else:
            slack = (seconds_until(visit.due_at) - slot.ends) // MINUTE
            reasons.append(Reason("on-time", {"slack_minutes": slack, **due}))
    if slot.booked_seconds:
        reasons.append(Reason("load", {"booked_minutes": _minutes(slot.booked_seconds)}))
    if slot.overtime:
        reasons.append(Reason("overtime", {"minutes": _minutes(slot.overtime)}))
    reasons.extend(_part_reasons(visit, engineer))
    if is_other_territory(visit, engineer):
        reasons.append(Reason("other-territory", {"territory_id": str(visit.territory_id)}))
    return tuple(reasons)


def quantity_text(thousandths: int) -> str:
    """Write a quantity as the shortest decimal: 1500 is ``1.5``."""
    return f"{(Decimal(thousandths) / 1000).normalize():f}"


def _part_reasons(visit: Visit, engineer: EngineerDay) -> Iterator[Reason]:
    missing = missing_parts(visit, engineer)
    if visit.parts and not missing:
        yield Reason("parts-on-van", {})
    for part in missing:
        yield Reason(
            "part-missing",
            {
                "part_id": str(part.need.part_id),
                "part": part.need.name,
                "needed": quantity_text(part.need.quantity),
                "held": quantity_text(part.held),
            },
        )


def _minutes(seconds: int) -> int:
    return -(-seconds // MINUTE)
