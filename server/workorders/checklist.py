"""Between the rows of a checklist and the values its rules decide on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from server.workorders.models import WorkOrderTask
from server.workorders.rules import Answer, Task, TaskKind, decimal_of


def task_of(row: WorkOrderTask) -> Task:
    """Return the step a row describes."""
    return Task(
        id=row.id,
        kind=row.kind,
        is_required=row.is_required,
        minimum=decimal_of(row.minimum),
        maximum=decimal_of(row.maximum),
        choices=tuple(row.choices),
    )


def tasks_of(rows: Iterable[WorkOrderTask]) -> list[Task]:
    """Return the steps the rows describe."""
    return [task_of(row) for row in rows]


def answers_of(rows: Iterable[WorkOrderTask]) -> dict[UUID, Answer]:
    """Return what was answered so far."""
    return {
        row.id: answer_of(
            row.kind, row.value, is_not_applicable=row.is_not_applicable, remark=row.remark
        )
        for row in rows
        if row.answered_at is not None
    }


def answer_of(kind: TaskKind, value: Any, *, is_not_applicable: bool, remark: str) -> Answer:
    """Return an answer as the rules see it: a reading's decimal text becomes a number."""
    plain = value.get("value") if isinstance(value, dict) else value
    if kind is TaskKind.READING and isinstance(plain, str):
        number = decimal_of(plain)
        plain = plain if number is None else number
    return Answer(value=plain, is_not_applicable=is_not_applicable, remark=remark)
