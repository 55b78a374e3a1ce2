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


def _skill_scopes(_session: Session, _record: Skill) -> set[str]:
    return {"t"}


def _engineer_scopes(_session: Session, engineer: Engineer) -> set[str]:
    return {"desk", f"u:{engineer.user_id}"}


def _own_scopes(session: Session, record: Shift | Absence) -> set[str]:
    return _engineer_scopes(session, queries.get_engineer(session, record.engineer_id))


def _position_scopes(_session: Session, _record: EngineerPosition) -> set[str]:
    return {"desk"}


def _skills(session: Session, _actor: Actor, ids: Sequence[UUID]) -> Documents:
    return _documents(session, queries.SKILL_COLUMNS, Skill.id, ids)


def _engineers(session: Session, _actor: Actor, ids: Sequence[UUID]) -> Documents:
    found = _documents(session, queries.ENGINEER_COLUMNS, Engineer.id, ids)
    skills = queries.skills_of(session, found)
    for engineer_id, document in found.items():
        document["home_position"] = position_document(document["home_position"])
        document["skills"] = skills.get(engineer_id, [])
    return found


def _shifts(session: Session, _actor: Actor, ids: Sequence[UUID]) -> Documents:
    return _documents(session, queries.SHIFT_COLUMNS, Shift.id, ids)


def _absences(session: Session, _actor: Actor, ids: Sequence[UUID]) -> Documents:
    return _documents(session, queries.ABSENCE_COLUMNS, Absence.id, ids)


def _positions(session: Session, _actor: Actor, ids: Sequence[UUID]) -> Documents:
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
