"""Commands of the workforce room: who can be booked, when, and what for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from sqlalchemy.orm import Session

from server.auth import api as auth
from server.kernel import changes, clock, events
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import Forbidden, InvalidInput, NotFound
from server.kernel.session import occurred_at
from server.places import api as places
from server.workforce import queries
from server.workforce.errors import EngineerExists, ShiftsOverlap, SkillExists
from server.workforce.events import AbsenceAdded, EngineerAdded, EngineerArchived, SkillSet
from server.workforce.models import (
    Absence,
    Engineer,
    EngineerPosition,
    EngineerSkill,
    Shift,
    Skill,
)
from server.workforce.rules import Span

MANAGE = "workforce.manage"
MAX_SHIFT = dt.timedelta(hours=24)
MAX_ABSENCE = dt.timedelta(days=366)


def create_skill(session: Session, *, actor: Actor, code: str, name: str) -> Skill:
    """Add a skill to the catalogue; its code is what other systems know it by."""
    actor.require(MANAGE)
    if queries.find_skill_by_code(session, code):
        raise SkillExists(f"There is a skill {code!r} already.", code=code)
    skill = Skill(code=code, name=name)
    session.add(skill)
    session.flush()
    return skill


def update_skill(session: Session, *, actor: Actor, skill: Skill, values: dict[str, Any]) -> Skill:
    """Rename a skill, or archive it: it stays on those who hold it and is not offered any more."""
    actor.require(MANAGE)
    if "name" in values:
        skill.name = values["name"]
    if "is_archived" in values:
        skill.archived_at = _archived_at(skill.archived_at, archive=values["is_archived"])
    session.flush()
    return skill


def create_engineer(
    session: Session,
    *,
    actor: Actor,
    user_id: UUID,
    name: str,
    home_position: WKBElement,
    territory_id: UUID | None = None,
    timezone: str = "UTC",
) -> Engineer:
    """Make a user bookable; a user is at most one engineer."""
    actor.require(MANAGE)
    _check_user(session, user_id)
    if territory_id is not None:
        places.get_usable_territory(session, territory_id)
    if known := queries.find_engineer_of_user(session, user_id):
        raise EngineerExists("This user is an engineer already.", engineer_id=str(known.id))
    engineer = Engineer(
        user_id=user_id,
        name=name,
        home_position=home_position,
        territory_id=territory_id,
        timezone=timezone,
    )
    session.add(engineer)
    session.flush()
    events.record(session, EngineerAdded(entity_id=engineer.id, user_id=user_id))
    return engineer


def update_engineer(
    session: Session, *, actor: Actor, engineer: Engineer, values: dict[str, Any]
) -> Engineer:
    """Change what is known about an engineer, or archive: bookings stay, no new ones are made."""
    actor.require(MANAGE)
    if values.get("territory_id") is not None:
        places.get_usable_territory(session, values["territory_id"])
    for field in ("name", "home_position", "territory_id", "timezone"):
        if field in values:
            setattr(engineer, field, values[field])
    if "is_archived" in values:
        was_archived = engineer.archived_at is not None
        engineer.archived_at = _archived_at(engineer.archived_at, archive=values["is_archived"])
        if engineer.archived_at is not None and not was_archived:
            events.record(session, EngineerArchived(entity_id=engineer.id))
    session.flush()
    return engineer


def set_skill(
    session: Session,
    *,
    actor: Actor,
    engineer_id: UUID,
    skill_id: UUID,
    level: int,
    expires_on: dt.date | None = None,
) -> EngineerSkill:
    """Say that an engineer holds a skill at a level, until a day; replaces what was said before."""
    actor.require(MANAGE)
    engineer = queries.lock_engineer(session, engineer_id)
    try:
        queries.get_skill(session, skill_id)
    except NotFound:
        raise InvalidInput("There is no such skill.", skill_id="unknown") from None
    held = queries.find_held_skill(session, engineer_id, skill_id)
    if held is None:
        held = EngineerSkill(engineer_id=engineer_id, skill_id=skill_id)
        session.add(held)
    held.level = level
    held.expires_on = expires_on
    changes.touch(session, engineer)
    session.flush()
    fact = SkillSet(entity_id=engineer_id, skill_id=skill_id, level=level, expires_on=expires_on)
    events.record(session, fact)
    return held


def remove_skill(session: Session, *, actor: Actor, engineer_id: UUID, skill_id: UUID) -> None:
    """Say that an engineer no longer holds a skill; raises NotFound when it was not held."""
    actor.require(MANAGE)
    engineer = queries.lock_engineer(session, engineer_id)
    held = queries.find_held_skill(session, engineer_id, skill_id)
    if held is None:
        raise NotFound("The engineer does not hold this skill.", skill_id=str(skill_id))
    session.delete(held)
    changes.touch(session, engineer)
    session.flush()


def add_shift(
    session: Session,
    *,
    actor: Actor,
    engineer_id: UUID,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
) -> Shift:
    """Plan working time; the shifts of one engineer never overlap."""
    (shift,) = add_shifts(
        session, actor=actor, engineer_id=engineer_id, spans=[Span(starts_at, ends_at)]
    )
    return shift


def add_shifts(
    session: Session, *, actor: Actor, engineer_id: UUID, spans: Sequence[Span]
) -> list[Shift]:
    """Plan a stretch of working times at once, for example a month; all of them or none."""
    actor.require(MANAGE)
    ordered = sorted(
        _checked_span(span.starts_at, span.ends_at, longest=MAX_SHIFT) for span in spans
    )
    queries.get_engineer(session, engineer_id)
    if any(one.ends_at > other.starts_at for one, other in pairwise(ordered)):
        raise ShiftsOverlap("The shifts overlap each other.")
    if other := queries.find_overlapping_shift(session, engineer_id, ordered):
        raise ShiftsOverlap("The engineer has a shift in that time.", shift_id=str(other))
    shifts = [
        Shift(engineer_id=engineer_id, starts_at=span.starts_at, ends_at=span.ends_at)
        for span in ordered
    ]
    session.add_all(shifts)
    session.flush()
    return shifts


def remove_shift(session: Session, *, actor: Actor, shift: Shift) -> None:
    """Take planned working time back; what is booked in it stays for the dispatcher to move."""
    actor.require(MANAGE)
    session.delete(shift)
    session.flush()


def add_absence(
    session: Session,
    *,
    actor: Actor,
    engineer_id: UUID,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str = "",
) -> Absence:
    """Say that an engineer will not be there, also when something is booked in that time."""
    actor.require(MANAGE)
    _checked_span(starts_at, ends_at, longest=MAX_ABSENCE)
    queries.get_engineer(session, engineer_id)
    absence = Absence(engineer_id=engineer_id, starts_at=starts_at, ends_at=ends_at, reason=reason)
    session.add(absence)
    session.flush()
    events.record(
        session,
        AbsenceAdded(
            entity_id=engineer_id, absence_id=absence.id, starts_at=starts_at, ends_at=ends_at
        ),
    )
    return absence


def remove_absence(session: Session, *, actor: Actor, absence: Absence) -> None:
    """Say that an engineer will be there after all."""
    actor.require(MANAGE)
    session.delete(absence)
    session.flush()


def record_position(
    session: Session,
    *,
    actor: Actor,
    engineer_id: UUID,
    position: WKBElement,
    accuracy_metres: int | None = None,
) -> EngineerPosition:
    """Keep where an engineer's phone was; an older position that arrives later changes nothing."""
    actor.require("positions.record")
    engineer = queries.lock_engineer(session, engineer_id)
    if actor.kind is ActorKind.USER and engineer.user_id != actor.id:
        raise Forbidden("This is not your position.", engineer_id=str(engineer_id))
    recorded_at = occurred_at(session)
    known = queries.find_position(session, engineer_id)
    if known is None:
        known = EngineerPosition(
            engineer_id=engineer_id,
            position=position,
            accuracy_metres=accuracy_metres,
            recorded_at=recorded_at,
        )
        session.add(known)
    elif known.recorded_at < recorded_at:
        known.position = position
        known.accuracy_metres = accuracy_metres
        known.recorded_at = recorded_at
    session.flush()
    return known


def _archived_at(since: dt.datetime | None, *, archive: bool) -> dt.datetime | None:
    return (since or clock.now()) if archive else None


def _checked_span(starts_at: dt.datetime, ends_at: dt.datetime, *, longest: dt.timedelta) -> Span:
    if ends_at <= starts_at:
        raise InvalidInput("It ends before it starts.", ends_at="Must be after starts_at.")
    if ends_at - starts_at > longest:
        hours = int(longest.total_seconds()) // 3600
        raise InvalidInput("It is too long.", ends_at=f"At most {hours} hours after starts_at.")
    return Span(starts_at, ends_at)


def _check_user(session: Session, user_id: UUID) -> None:
    try:
        auth.get_user(session, user_id)
    except NotFound:
        raise InvalidInput("There is no such user.", user_id="unknown") from None
