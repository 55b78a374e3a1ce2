"""What phones and consoles read of the workforce room in the change feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.kernel.fields import position_document
from server.workforce import queries
from server.workforce.models import (
    Absence,
    Engineer,
    EngineerPosition,
    Shift,
    Skill,
)

Documents = dict[UUID, dict[str, Any]]
READ = "workforce.read"


def _skill_scopes(_session: Session, _record: Skill) -> set[str]:
    return {"t"}


def _engineer_scopes(_session: Session, engineer: Engineer) -> set[str]:
    return {"desk", f"u:{engineer.user_id}"}


def _own_scopes(session: Session, record: Shift | Absence) -> set[str]:
    return _engineer_scopes(session, queries.get_engineer(session, record.engineer_id))


def _position_scopes(_session: Session, _record: EngineerPosition) -> set[str]:
    return {"desk"}


def _skills(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    if not actor.may("skills.read"):
        return {}
    return _documents(session, queries.SKILL_COLUMNS, Skill.id, ids)


def _engineers(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    found = _documents(session, queries.ENGINEER_COLUMNS, Engineer.id, ids)
    if not actor.may(READ):
        found = {key: one for key, one in found.items() if one["user_id"] == actor.id}
    skills = queries.skills_of(session, found)
    for engineer_id, document in found.items():
        document["home_position"] = position_document(document["home_position"])
        document["skills"] = skills.get(engineer_id, [])
    return found


def _shifts(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    return _own(session, actor, _documents(session, queries.SHIFT_COLUMNS, Shift.id, ids))


def _absences(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    return _own(session, actor, _documents(session, queries.ABSENCE_COLUMNS, Absence.id, ids))


def _own(session: Session, actor: Actor, found: Documents) -> Documents:
    """Leave all of them to those who plan, and an engineer the own ones."""
    if actor.may(READ):
        return found
    own = queries.find_engineer_of_user(session, actor.id)
    own_id = own.id if own is not None else None
    return {key: one for key, one in found.items() if one["engineer_id"] == own_id}


def _positions(session: Session, actor: Actor, ids: Sequence[UUID]) -> Documents:
    if not actor.may(READ):
        return {}
    found = _documents(session, queries.POSITION_COLUMNS, EngineerPosition.id, ids)
    for document in found.values():
        document["position"] = position_document(document["position"])
    return found


def _documents(
    session: Session, columns: Sequence[Any], key: Any, ids: Sequence[UUID]
) -> Documents:
    rows = session.execute(select(*columns).where(key.in_(ids)))
    return {row.id: dict(row._mapping) for row in rows}  # noqa: SLF001 - its public name.


FEED_KINDS = (
    FeedKind(name="skill", model=Skill, scopes=_skill_scopes, documents=_skills),
    FeedKind(name="engineer", model=Engineer, scopes=_engineer_scopes, documents=_engineers),
    FeedKind(name="shift", model=Shift, scopes=_own_scopes, documents=_shifts),
    FeedKind(name="absence", model=Absence, scopes=_own_scopes, documents=_absences),
    FeedKind(
        name="engineer_position",
        model=EngineerPosition,
        scopes=_position_scopes,
        documents=_positions,
    ),
)
