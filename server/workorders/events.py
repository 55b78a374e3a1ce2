"""Facts of field work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class WorkOrderEvent(Event):
    """A fact about one work order; ``entity_id`` is the work order."""

    type: ClassVar[str] = ""
    entity_kind: ClassVar[str] = "work_order"

    ticket_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkOrderOpened(WorkOrderEvent):
    """Field work is needed."""

    type: ClassVar[str] = "work_order.opened"

    number: int


@dataclass(frozen=True, kw_only=True)
class WorkOrderMoved(WorkOrderEvent):
    """The work order changed its state; the concrete events say by which action."""

    from_state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkOrderReleased(WorkOrderMoved):
    """It may be booked."""

    type: ClassVar[str] = "work_order.released"


@dataclass(frozen=True, kw_only=True)
class WorkOrderStarted(WorkOrderMoved):
    """The engineer has begun."""

    type: ClassVar[str] = "work_order.started"


@dataclass(frozen=True, kw_only=True)
class WorkOrderPaused(WorkOrderMoved):
    """The engineer had to stop; the work is not finished."""

    type: ClassVar[str] = "work_order.paused"


@dataclass(frozen=True, kw_only=True)
class WorkOrderCompleted(WorkOrderMoved):
    """The work is done."""

    type: ClassVar[str] = "work_order.completed"


@dataclass(frozen=True, kw_only=True)
class WorkOrderCancelled(WorkOrderMoved):
    """The work is not needed any more."""

    type: ClassVar[str] = "work_order.cancelled"


@dataclass(frozen=True, kw_only=True)
class EngineerAssigned(WorkOrderEvent):
    """Somebody else, or nobody, is booked now."""

    type: ClassVar[str] = "work_order.engineer_assigned"

    engineer_id: UUID | None
    from_engineer_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TaskAnswered(WorkOrderEvent):
    """A step of the checklist was answered."""

    type: ClassVar[str] = "work_order.task_answered"

    task_id: UUID
    range_flag: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadingTaken(WorkOrderEvent):
    """A value was read off the asset."""

    type: ClassVar[str] = "work_order.reading_taken"

    reading_id: UUID


@dataclass(frozen=True, kw_only=True)
class RepairRecorded(WorkOrderEvent):
    """It was written down what was done to the asset."""

    type: ClassVar[str] = "work_order.repair_recorded"

    repair_id: UUID
    asset_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PartFitted(WorkOrderEvent):
    """A part was fitted on a repair."""

    type: ClassVar[str] = "work_order.part_fitted"

    repair_id: UUID
    part_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class WorkSignedOff(WorkOrderEvent):
    """The customer has signed."""

    type: ClassVar[str] = "work_order.signed_off"

    signer_name: str
    digest: str


MOVES: dict[str, type[WorkOrderMoved]] = {
    "release": WorkOrderReleased,
    "start": WorkOrderStarted,
    "pause": WorkOrderPaused,
    "complete": WorkOrderCompleted,
    "cancel": WorkOrderCancelled,
}
