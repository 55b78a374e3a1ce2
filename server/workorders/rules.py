"""What a work order may go through, when its checklist is done, and what a signature covers.

Pure: the phone computes the same digest, so the canonical form below is a wire format.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from server.kernel.lifecycle import Workflow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

# What phones and desks write; exponents and the like would have to be understood everywhere.
DECIMAL_TEXT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
LARGEST_SAFE_INTEGER = 2**53 - 1  # RFC 8785: beyond it ECMAScript numbers lose digits.


class WorkOrderState(StrEnum):
    """Where field work stands."""

    DRAFT = "draft"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    DONE = "done"
    CANCELLED = "cancelled"


LIFECYCLE = Workflow(
    initial="draft",
    moves={
        ("draft", "release"): "ready",
        ("ready", "start"): "in_progress",
        ("in_progress", "pause"): "on_hold",
        ("on_hold", "start"): "in_progress",
        # A second visit is needed: the dispatcher books the rest of the work again.
        ("on_hold", "release"): "ready",
        ("in_progress", "complete"): "done",
        ("draft", "cancel"): "cancelled",
        ("ready", "cancel"): "cancelled",
        ("in_progress", "cancel"): "cancelled",
        ("on_hold", "cancel"): "cancelled",
    },
)

UNFINISHED_STATES = frozenset(WorkOrderState) - {WorkOrderState.DONE, WorkOrderState.CANCELLED}


class TaskKind(StrEnum):
    """What a checklist step asks for."""

    CHECK = "check"
    TEXT = "text"
    READING = "reading"
    CHOICE = "choice"
    PHOTO = "photo"


class RangeFlag(StrEnum):
    """Where a reading lies against the limits of its task."""

    IN_RANGE = "in_range"
    BELOW = "below"
    ABOVE = "above"
    UNLIMITED = "unlimited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One step of a checklist, with the limits of its reading or the choices it offers."""

    id: UUID
    kind: TaskKind
    is_required: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the engineer recorded for a task; a photo's value is the id of its attachment."""

    value: bool | str | Decimal | None = None
    is_not_applicable: bool = False
    remark: str = ""


def decimal_of(text: str | None) -> Decimal | None:
    """The number that a decimal text is; None when it is none, or written in another way."""
    return Decimal(text) if text is not None and DECIMAL_TEXT.fullmatch(text) else None


def range_flag(
    value: Decimal, *, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> RangeFlag:
    """Where a reading lies against its limits; the limits themselves are still in range."""
    if minimum is None and maximum is None:
        return RangeFlag.UNLIMITED
    if minimum is not None and value < minimum:
        return RangeFlag.BELOW
    if maximum is not None and value > maximum:
        return RangeFlag.ABOVE
    return RangeFlag.IN_RANGE


def answer_problem(task: Task, answer: Answer) -> str | None:
    """Why an answer cannot be recorded, as a code; None when it can.

    A reading out of range is recorded and flagged, never refused: it is what the engineer saw.
    """
    if answer.is_not_applicable:
        return None if answer.remark.strip() else "remark-required"
    value = answer.value
    if value is None:
        return None
    if task.kind is TaskKind.CHECK:
        problem, fits = "yes-or-no-required", isinstance(value, bool)
    elif task.kind is TaskKind.READING:
        problem, fits = "number-required", isinstance(value, Decimal) and value.is_finite()
    elif task.kind is TaskKind.CHOICE:
        problem, fits = "not-a-choice", value in task.choices
    else:
        problem, fits = "text-required", isinstance(value, str)
    return None if fits else problem


def is_answered(task: Task, answer: Answer | None) -> bool:
    """Whether a task needs nothing more: a valid answer, or not applicable with the reason."""
    if answer is None or answer_problem(task, answer) is not None:
        return False
    if answer.is_not_applicable:
        return True
    if isinstance(answer.value, str):
        return bool(answer.value.strip())
    # A step that was looked at and not done ("no") is not done.
    return answer.value is not None and answer.value is not False


def open_tasks(tasks: Iterable[Task], answers: Mapping[UUID, Answer]) -> list[UUID]:
    """The required tasks that still stand in the way of completion, in the checklist's order."""
    required = [task for task in tasks if task.is_required]
    return [task.id for task in required if not is_answered(task, answers.get(task.id))]


def canonical_json(document: Any) -> bytes:
    """The one byte form of a document (RFC 8785, without floating-point numbers).

    Decimals travel as strings; a float would differ between languages and is refused.
    """
    return _canonical(document).encode("utf-8")


def sign_off_digest(document: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, of what the customer saw and signed."""
    return hashlib.sha256(canonical_json(document)).hexdigest()


def _canonical(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > LARGEST_SAFE_INTEGER:
            message = f"{value} is too large for canonical JSON; write it as text."
            raise ValueError(message)
        return str(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            message = "Canonical JSON has text keys only."
            raise TypeError(message)
        # RFC 8785 §3.2.3: members are sorted by UTF-16 code units, as ECMAScript sorts strings.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_canonical(key)}:{_canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_canonical(item) for item in value) + "]"
    message = f"{type(value).__name__} has no canonical JSON form."
    raise TypeError(message)
