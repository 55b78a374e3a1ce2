"""Reads of the workforce room."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from server.kernel import geo
from server.kernel.errors import NotFound
from server.workforce.models import (
    Absence,
    Engineer,
    EngineerPosition,
    EngineerSkill,
    Shift,
    Skill,
)
from server.workforce.rules import HeldSkill, Span, overlaps

Record = TypeVar("Record", Skill, Engineer, Shift, Absence)

SKILL_COLUMNS: tuple[Any, ...] = (
    Skill.id,
    Skill.code,
    Skill.name,
    Skill.archived_at,
    Skill.revision,
)
ENGINEER_COLUMNS: tuple[Any, ...] = (
    Engineer.id,
    Engineer.user_id,
    Engineer.name,
    Engineer.home_position,
    Engineer.territory_id,
    Engineer.timezone,
    Engineer.archived_at,
    Engineer.revision,
)
SHIFT_COLUMNS: tuple[Any, ...] = (
    Shift.id,
    Shift.engineer_id,
    Shift.starts_at,
    Shift.ends_at,
    Shift.revision,
)
ABSENCE_COLUMNS: tuple[Any, ...] = (
    Absence.id,
    Absence.engineer_id,
    Absence.starts_at,
    Absence.ends_at,
    Absence.reason,
    Absence.revision,
)
POSITION_COLUMNS: tuple[Any, ...] = (
    EngineerPosition.id,
    EngineerPosition.engineer_id,
    EngineerPosition.position,
    EngineerPosition.accuracy_metres,
    EngineerPosition.recorded_at,
    EngineerPosition.revision,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """An engineer with everything that says when they work, from where and what for."""

    engineer_id: UUID
    user_id: UUID
    name: str
    home: geo.LonLat
    territory_id: UUID | None
    timezone: str
    is_archived: bool
    skills: tuple[HeldSkill, ...]
    shifts: tuple[Span, ...]
    absences: tuple[Span, ...]
    last_position: geo.LonLat | None
    last_position_at: dt.datetime | None


def get_skill(session: Session, skill_id: UUID) -> Skill:
    """Return a skill; raises NotFound."""
    return _get(session, Skill, skill_id)


def get_engineer(session: Session, engineer_id: UUID) -> Engineer:
    """Return an engineer; raises NotFound."""
    return _get(session, Engineer, engineer_id)


def lock_engineer(session: Session, engineer_id: UUID) -> Engineer:
    """Return an engineer for a change; raises NotFound."""
    return _get(session, Engineer, engineer_id, lock=True)


def lock_skill(session: Session, skill_id: UUID) -> Skill:
    """Return a skill for a change; raises NotFound."""
    return _get(session, Skill, skill_id, lock=True)


def lock_shift(session: Session, shift_id: UUID) -> Shift:
    """Return a shift for a change; raises NotFound."""
    return _get(session, Shift, shift_id, lock=True)


def lock_absence(session: Session, absence_id: UUID) -> Absence:
    """Return an absence for a change; raises NotFound."""
    return _get(session, Absence, absence_id, lock=True)


def find_skill_by_code(session: Session, code: str) -> Skill | None:
    """Return the skill with a code, or None."""
    return session.scalars(select(Skill).where(Skill.code == code)).one_or_none()


def skill_names(session: Session, skill_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of some skills, archived ones too."""
    rows = session.execute(select(Skill.id, Skill.name).where(Skill.id.in_(list(skill_ids))))
    return {row.id: row.name for row in rows}


def engineer_names(session: Session, engineer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of some engineers, archived ones too."""
    wanted = Engineer.id.in_(list(engineer_ids))
    rows = session.execute(select(Engineer.id, Engineer.name).where(wanted))
    return {row.id: row.name for row in rows}


def find_engineer_of_user(session: Session, user_id: UUID) -> Engineer | None:
    """Return the engineer who signs in as a user, or None."""
    return session.scalars(select(Engineer).where(Engineer.user_id == user_id)).one_or_none()


def find_position(session: Session, engineer_id: UUID) -> EngineerPosition | None:
    """Return where an engineer's phone last was, or None."""
    statement = select(EngineerPosition).where(EngineerPosition.engineer_id == engineer_id)
    return session.scalars(statement).one_or_none()


def find_held_skill(session: Session, engineer_id: UUID, skill_id: UUID) -> EngineerSkill | None:
    """Return a skill as an engineer holds it, or None."""
    statement = select(EngineerSkill).where(
        EngineerSkill.engineer_id == engineer_id, EngineerSkill.skill_id == skill_id
    )
    return session.scalars(statement).one_or_none()


def find_overlapping_shift(
    session: Session, engineer_id: UUID, spans: Sequence[Span]
) -> UUID | None:
    """Return a shift of the engineer that shares time with one of ``spans``, or None."""
    if not spans:
        return None
    whole = Span(min(span.starts_at for span in spans), max(span.ends_at for span in spans))
    rows = session.execute(
        select(Shift.id, Shift.starts_at, Shift.ends_at).where(
            Shift.engineer_id == engineer_id,
            Shift.starts_at < whole.ends_at,
            Shift.ends_at > whole.starts_at,
        )
    )
    for shift_id, starts_at, ends_at in rows:
        if any(overlaps(Span(starts_at, ends_at), span) for span in spans):
            return shift_id
    return None


def list_engineers(session: Session) -> Sequence[Engineer]:
    """Return all engineers who are not archived, by name."""
    statement = select(Engineer).where(Engineer.archived_at.is_(None))
    return session.scalars(statement.order_by(Engineer.sort_name, Engineer.id)).all()


def skills_of(session: Session, engineer_ids: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the skills of some engineers as documents, by engineer."""
    rows = session.execute(
        select(
            EngineerSkill.engineer_id,
            EngineerSkill.skill_id,
            EngineerSkill.level,
            EngineerSkill.expires_on,
        )
        .where(EngineerSkill.engineer_id.in_(list(engineer_ids)))
        .order_by(EngineerSkill.engineer_id, EngineerSkill.skill_id)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for engineer_id, skill_id, level, expires_on in rows:
        found[engineer_id].append({"skill_id": skill_id, "level": level, "expires_on": expires_on})
    return found


def skills_statement(*, is_archived: bool | None) -> Select[Any]:
    """Select skills for a page."""
    statement = select(*SKILL_COLUMNS)
    return statement if is_archived is None else statement.where(_is_archived(Skill, is_archived))


def engineers_statement(
    *, is_archived: bool | None, territory_id: UUID | None, skill_id: UUID | None
) -> Select[Any]:
    """Select engineers for a page; ``skill_id`` keeps those who hold the skill, expired or not."""
    statement = select(*ENGINEER_COLUMNS, Engineer.sort_name)
    if is_archived is not None:
        statement = statement.where(_is_archived(Engineer, is_archived))
    if territory_id is not None:
        statement = statement.where(Engineer.territory_id == territory_id)
    if skill_id is not None:
        holders = select(EngineerSkill.engineer_id).where(EngineerSkill.skill_id == skill_id)
        statement = statement.where(Engineer.id.in_(holders))
    return statement


def shifts_statement(
    *, engineer_id: UUID | None, from_at: dt.datetime | None, until_at: dt.datetime | None
) -> Select[Any]:
    """Select the shifts that touch a stretch of time, for a page."""
    return _touching(select(*SHIFT_COLUMNS), Shift, engineer_id, from_at, until_at)


def absences_statement(
    *, engineer_id: UUID | None, from_at: dt.datetime | None, until_at: dt.datetime | None
) -> Select[Any]:
    """Select the absences that touch a stretch of time, for a page."""
    return _touching(select(*ABSENCE_COLUMNS), Absence, engineer_id, from_at, until_at)


def positions_statement() -> Select[Any]:
    """Select the last known positions, for a page."""
    return select(*POSITION_COLUMNS)


def rosters(
    session: Session, between: Span, *, engineer_ids: Iterable[UUID] | None = None
) -> list[Roster]:
    """Return every engineer (or the named ones) with the shifts and absences of a stretch of time.

    Archived engineers are left out unless they are named: an explanation may ask about them.
    """
    statement = select(*ENGINEER_COLUMNS).order_by(Engineer.sort_name, Engineer.id)
    if engineer_ids is None:
        statement = statement.where(Engineer.archived_at.is_(None))
    else:
        statement = statement.where(Engineer.id.in_(list(engineer_ids)))
    engineers = session.execute(statement).all()
    ids = None if engineer_ids is None else [row.id for row in engineers]
    skills = _held_skills(session, ids)
    shifts = _spans(session, Shift, between, ids)
    absences = _spans(session, Absence, between, ids)
    positions = _positions(session, ids)
    return [
        Roster(
            engineer_id=row.id,
            user_id=row.user_id,
            name=row.name,
            home=geo.lon_lat(row.home_position),
            territory_id=row.territory_id,
            timezone=row.timezone,
            is_archived=row.archived_at is not None,
            skills=tuple(skills[row.id]),
            shifts=tuple(shifts[row.id]),
            absences=tuple(absences[row.id]),
            last_position=positions.get(row.id, (None, None))[0],
            last_position_at=positions.get(row.id, (None, None))[1],
        )
        for row in engineers
    ]


def _get(session: Session, kind: type[Record], record_id: UUID, *, lock: bool = False) -> Record:
    statement = select(kind).where(kind.id == record_id)
    if lock:
        statement = statement.with_for_update()
    record = session.scalars(statement).one_or_none()
    if record is None:
        word = kind.__name__.lower()
        raise NotFound(f"There is no such {word}.", **{f"{word}_id": str(record_id)})
    return record


def _is_archived(kind: type[Skill | Engineer], is_archived: bool) -> ColumnElement[bool]:  # noqa: FBT001
    column = kind.archived_at
    return column.is_not(None) if is_archived else column.is_(None)


def _span_columns(kind: type[Shift | Absence]) -> tuple[Any, ...]:
    return kind.engineer_id, kind.starts_at, kind.ends_at


def _touching(
    statement: Select[Any],
    kind: type[Shift | Absence],
    engineer_id: UUID | None,
    from_at: dt.datetime | None,
    until_at: dt.datetime | None,
) -> Select[Any]:
    if engineer_id is not None:
        statement = statement.where(kind.engineer_id == engineer_id)
    if from_at is not None:
        statement = statement.where(kind.ends_at > from_at)
    if until_at is not None:
        statement = statement.where(kind.starts_at < until_at)
    return statement


def _held_skills(session: Session, ids: list[UUID] | None) -> dict[UUID, list[HeldSkill]]:
    statement = select(
        EngineerSkill.engineer_id,
        EngineerSkill.skill_id,
        EngineerSkill.level,
        EngineerSkill.expires_on,
    )
    if ids is not None:
        statement = statement.where(EngineerSkill.engineer_id.in_(ids))
    found: dict[UUID, list[HeldSkill]] = defaultdict(list)
    for engineer_id, skill_id, level, expires_on in session.execute(statement):
        found[engineer_id].append(HeldSkill(skill_id, level, expires_on))
    return found


def _spans(
    session: Session, kind: type[Shift | Absence], between: Span, ids: list[UUID] | None
) -> dict[UUID, list[Span]]:
    columns: Select[Any] = select(*_span_columns(kind))
    statement = _touching(columns, kind, None, between.starts_at, between.ends_at)
    if ids is not None:
        statement = statement.where(kind.engineer_id.in_(ids))
    found: dict[UUID, list[Span]] = defaultdict(list)
    for engineer_id, starts_at, ends_at in session.execute(statement.order_by(kind.starts_at)):
        found[engineer_id].append(Span(starts_at, ends_at))
    return found


def _positions(
    session: Session, ids: list[UUID] | None
) -> dict[UUID, tuple[geo.LonLat, dt.datetime]]:
    statement = select(
        EngineerPosition.engineer_id, EngineerPosition.position, EngineerPosition.recorded_at
    )
    if ids is not None:
        statement = statement.where(EngineerPosition.engineer_id.in_(ids))
    return {
        engineer_id: (geo.lon_lat(position), recorded_at)
        for engineer_id, position, recorded_at in session.execute(statement)
    }
