"""Pure rules of assets: names of devices, the tree of assets, and the steps of a checklist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MAX_TREE_DEPTH = 8
MIN_SKILL_LEVEL, MAX_SKILL_LEVEL = 1, 5
MAX_ESTIMATED_MINUTES = 7 * 24 * 60
DEVICE_NAME_LENGTH = 64

_DEVICE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ChecklistKind(StrEnum):
    """What a step of a fault code's checklist asks for."""

    CHECK = "check"
    READING = "reading"
    TEXT = "text"


class TreeProblem(StrEnum):
    """Why an asset cannot stand under another one."""

    CYCLE = "cycle"
    TOO_DEEP = "too-deep"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition:
    """One step of a fault code's checklist; ``low`` and ``high`` are thousandths of ``unit``."""

    title: str
    kind: ChecklistKind = ChecklistKind.CHECK
    unit: str = ""
    is_required: bool = True
    low: int | None = None
    high: int | None = None


def is_device_name(name: str) -> bool:
    """Whether a device may be called so: its name is one level of an MQTT topic."""
    return len(name) <= DEVICE_NAME_LENGTH and _DEVICE_NAME.fullmatch(name) is not None


def tree_problem(asset_id: UUID, *, above: Sequence[UUID], levels_below: int) -> TreeProblem | None:
    """Why an asset cannot stand below the assets ``above`` it, the nearest first; None if it can.

    ``levels_below`` is how many levels of parts it brings along.
    """
    if asset_id in above:
        return TreeProblem.CYCLE
    if len(above) + 1 + levels_below > MAX_TREE_DEPTH:
        return TreeProblem.TOO_DEEP
    return None


def checklist_problem(task: TaskDefinition) -> str | None:
    """Why a step cannot be part of a checklist, as a sentence; None when it can."""
    if task.kind is not ChecklistKind.READING:
        if task.low is not None or task.high is not None or task.unit:
            return "Only a reading has a unit and limits."
        return None
    if task.low is not None and task.high is not None and task.low > task.high:
        return "The lower limit must not lie above the upper one."
    return None
