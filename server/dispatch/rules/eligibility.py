"""Stage one: may this engineer go at all? The first rule that fails is kept with its values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from server.dispatch.rules.model import EngineerDay, Visit, instant
from server.workforce.rules import (
    RequiredSkill,
    SkillStanding,
    Span,
    overlaps,
    skill_standing,
    spans_without,
)


class Refusal(NamedTuple):
    """A rule that failed, with the values that made it fail."""

    code: str
    params: dict[str, Any]


def refusal_of(visit: Visit, engineer: EngineerDay, horizon: Span) -> Refusal | None:
    """Return the first rule an engineer fails before anybody looks for a slot, or None."""
    if engineer.is_archived:
        return Refusal("engineer-archived", {})
    first_day = horizon.starts_at.astimezone(engineer.zone).date()
    for required in visit.skills:
        if refusal := _skill_refusal(required, engineer, on=first_day):
            return refusal
    between = {"from_at": instant(horizon.starts_at), "until_at": instant(horizon.ends_at)}
    shifts = [shift for shift in engineer.shifts if overlaps(shift, horizon)]
    if not shifts:
        return Refusal("no-shift", between)
    present = spans_without(shifts, engineer.absences)
    if not any(overlaps(span, horizon) for span in present):
        return Refusal("absent", between)
    return None


def slot_refusal_of(visit: Visit, engineer: EngineerDay, slot: Span) -> Refusal | None:
    """Return the first rule that a slot breaks: all of it lies in working time, as on a desk."""
    if refusal := refusal_of(visit, engineer, slot):
        return refusal
    between = {"from_at": instant(slot.starts_at), "until_at": instant(slot.ends_at)}
    if any(overlaps(absence, slot) for absence in engineer.absences):
        return Refusal("absent", between)
    if spans_without([slot], engineer.shifts):
        return Refusal("no-shift", between)
    return None


def expiry_of(
    visit: Visit, engineer: EngineerDay, horizon: Span
) -> tuple[datetime, RequiredSkill] | None:
    """Return the moment inside the horizon from which a required skill no longer holds."""
    last_day = horizon.ends_at.astimezone(engineer.zone).date()
    expiring = [
        (held.expires_on, required)
        for required in visit.skills
        if (held := engineer.skills.get(required.skill_id))
        and held.expires_on is not None
        and held.expires_on < last_day
    ]
    if not expiring:
        return None
    last_valid_on, required = min(expiring, key=lambda pair: pair[0])
    midnight = datetime.combine(last_valid_on + timedelta(days=1), time.min, engineer.zone)
    return midnight.astimezone(UTC), required


def expired(required: RequiredSkill, *, expires_on: date, visit_on: date) -> Refusal:
    """Say that a certificate ends before the visit could take place."""
    values = {"expires_on": expires_on.isoformat(), "visit_on": visit_on.isoformat()}
    return Refusal("skill-expired", {**_named(required), **values})


def _skill_refusal(required: RequiredSkill, engineer: EngineerDay, *, on: date) -> Refusal | None:
    held = engineer.skills.get(required.skill_id)
    standing = skill_standing(held, required, on=on)
    if standing is SkillStanding.HOLDS:
        return None
    if held is None:
        return Refusal("skill-missing", {**_named(required), "needed": required.min_level})
    if held.expires_on is not None and standing is SkillStanding.EXPIRED:
        return expired(required, expires_on=held.expires_on, visit_on=on)
    levels = {"needed": required.min_level, "held": held.level}
    return Refusal("skill-level-too-low", {**_named(required), **levels})


def _named(required: RequiredSkill) -> dict[str, Any]:
    return {"skill_id": str(required.skill_id), "skill": required.name}
