"""What is done with asset models and their fault codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.assets import queries, rules
from server.assets.events import AssetModelChanged, AssetModelCreated
from server.assets.models import Asset, AssetModel, FaultCode, FaultCodeSkill, FaultCodeTask
from server.assets.rules import TaskDefinition
from server.kernel import changes as feed
from server.kernel import clock, creation, events, references
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.priority import Priority
from server.kernel.reference_data import StillInUse, assign, is_to_archive, is_to_restore
from server.kernel.session import actor_of

SkillLevel = tuple[UUID, int]


def create_model(
    session: Session,
    *,
    actor: Actor,
    name: str,
    manufacturer: str = "",
    model_id: UUID | None = None,
) -> AssetModel:
    """Make a type of equipment known; the same id and content again is the same model."""
    actor.require("asset_models.write")
    content = {"name": name, "manufacturer": manufacturer}
    if made := creation.find_made(session, AssetModel, model_id, content):
        return made
    model = AssetModel(id=model_id or new_id(), **content)
    session.add(model)
    events.record(session, AssetModelCreated(entity_id=model.id, name=name))
    return model


def change_model(
    session: Session, *, actor: Actor, model: AssetModel, changes: Mapping[str, Any]
) -> AssetModel:
    """Change fields of an asset model; ``is_archived`` archives or restores."""
    actor.require("asset_models.write")
    changed = assign(model, changes)
    if is_to_archive(model, changes):
        count = queries.count_active(session, Asset, Asset.model_id == model.id)
        if count:
            raise StillInUse("There are assets of the model that are not archived.", assets=count)
        model.archived_at = clock.now()
        changed.append("archived_at")
    elif is_to_restore(model, changes):
        model.archived_at = None
        changed.append("archived_at")
    if changed:
        events.record(session, AssetModelChanged(entity_id=model.id, fields=changed))
    return model


def create_fault_code(
    session: Session,
    *,
    actor: Actor,
    model_id: UUID,
    code: str,
    title: str,
    priority: Priority = Priority.NORMAL,
    estimated_minutes: int = 60,
    needs_visit: bool = True,
    skills: Sequence[SkillLevel] = (),
    tasks: Sequence[TaskDefinition] = (),
    fault_code_id: UUID | None = None,
) -> FaultCode:
    """Describe one way in which assets of a model fail.

    The same id and content again is the same fault code; skills and tasks are then left alone.
    """
    actor.require("asset_models.write")
    content = {
        "model_id": model_id,
        "code": code,
        "title": title,
        "priority": priority,
        "estimated_minutes": estimated_minutes,
        "needs_visit": needs_visit,
    }
    if made := creation.find_made(session, FaultCode, fault_code_id, content):
        return made
    model = queries.get_usable_model(session, model_id)
    fault_code = FaultCode(id=fault_code_id or new_id(), **content, skills=[], tasks=[])
    session.add(fault_code)
    _set_skills(session, fault_code, skills)
    _set_tasks(fault_code, tasks)
    _announce(session, model, code)
    return fault_code


def change_fault_code(
    session: Session, *, actor: Actor, fault_code: FaultCode, changes: Mapping[str, Any]
) -> FaultCode:
    """Change a fault code; ``skills`` and ``tasks`` replace the lists as a whole."""
    actor.require("asset_models.write")
    fields = {name: value for name, value in changes.items() if name not in {"skills", "tasks"}}
    changed = bool(assign(fault_code, fields))
    if "skills" in changes and _set_skills(session, fault_code, changes["skills"]):
        changed = True
        feed.touch(session, fault_code)
    if "tasks" in changes and _set_tasks(fault_code, changes["tasks"]):
        changed = True
        feed.touch(session, fault_code)
    if is_to_archive(fault_code, changes):
        fault_code.archived_at, changed = clock.now(), True
    elif is_to_restore(fault_code, changes):
        fault_code.archived_at, changed = None, True
    if changed:
        model = queries.get_model(session, fault_code.model_id)
        _announce(session, model, fault_code.code)
    return fault_code


def set_fault_code_skills(
    session: Session,
    fault_code_id: UUID,
    skills: Sequence[SkillLevel],
    *,
    actor: Actor | None = None,
) -> FaultCode:
    """Say which skills work on a fault calls for, each with the lowest level that will do."""
    return change_fault_code(
        session,
        actor=actor or actor_of(session),
        fault_code=queries.lock_fault_code(session, fault_code_id),
        changes={"skills": skills},
    )


def _set_skills(session: Session, fault_code: FaultCode, skills: Sequence[SkillLevel]) -> bool:
    wanted = dict(skills)
    if len(wanted) != len(skills):
        raise InvalidInput("A skill is named twice.", skills="Each skill once.")
    kept = {skill.skill_id: skill for skill in fault_code.skills}
    if {skill_id: skill.min_level for skill_id, skill in kept.items()} == wanted:
        return False
    references.require(session, "skill", wanted.keys() - kept.keys(), field="skills")
    for skill_id, skill in kept.items():
        if skill_id in wanted:
            skill.min_level = wanted[skill_id]
        else:
            fault_code.skills.remove(skill)
    fault_code.skills.extend(
        FaultCodeSkill(skill_id=skill_id, min_level=level)
        for skill_id, level in sorted(wanted.items())
        if skill_id not in kept
    )
    return True


def _set_tasks(fault_code: FaultCode, tasks: Sequence[TaskDefinition]) -> bool:
    """Write over the steps in their places: a row and its successor never share a position."""
    for index, task in enumerate(tasks):
        if problem := rules.checklist_problem(task):
            raise InvalidInput("A step of the checklist is not possible.", tasks={index: problem})
    if [task.definition for task in fault_code.tasks] == list(tasks):
        return False
    del fault_code.tasks[len(tasks) :]
    for row, task in zip(fault_code.tasks, tasks, strict=False):
        _write(row, task)
    for position in range(len(fault_code.tasks) + 1, len(tasks) + 1):
        row = FaultCodeTask(position=position)
        _write(row, tasks[position - 1])
        fault_code.tasks.append(row)
    return True


def _write(row: FaultCodeTask, task: TaskDefinition) -> None:
    row.title, row.kind, row.unit = task.title, task.kind, task.unit
    row.is_required, row.low, row.high = task.is_required, task.low, task.high


def _announce(session: Session, model: AssetModel, code: str) -> None:
    """Phones hold a model together with its fault codes: the model looks different now."""
    feed.touch(session, model)
    events.record(session, AssetModelChanged(entity_id=model.id, fields=[f"fault_codes.{code}"]))
