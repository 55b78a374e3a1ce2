"""The door of the work-orders room."""

from server.workorders.access import is_theirs
from server.workorders.events import (
    EngineerAssigned,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderOpened,
    WorkOrderPaused,
    WorkOrderReleased,
    WorkOrderStarted,
)
from server.workorders.lists import listed_work_orders
from server.workorders.models import WorkOrder
from server.workorders.ports import (
    Bookings,
    FittedPart,
    NullPartsGate,
    PartAvailability,
    PartNeed,
    PartsGate,
)
from server.workorders.queries import (
    find_by_ticket,
    get_work_order,
    lock_work_order,
    required_skills,
)
from server.workorders.schemas import RequiredSkillOutSchema
from server.workorders.service import (
    answer_task,
    assign_engineer,
    cancel,
    complete,
    consume_part,
    open_work_order,
    pause,
    record_repair,
    release,
    sign_off,
    start,
    take_reading,
)

__all__ = [
    "Bookings",
    "EngineerAssigned",
    "FittedPart",
    "NullPartsGate",
    "PartAvailability",
    "PartNeed",
    "PartsGate",
    "RequiredSkillOutSchema",
    "WorkOrder",
    "WorkOrderCancelled",
    "WorkOrderCompleted",
    "WorkOrderOpened",
    "WorkOrderPaused",
    "WorkOrderReleased",
    "WorkOrderStarted",
    "answer_task",
    "assign_engineer",
    "cancel",
    "complete",
    "consume_part",
    "find_by_ticket",
    "get_work_order",
    "is_theirs",
    "listed_work_orders",
    "lock_work_order",
    "open_work_order",
    "pause",
    "record_repair",
    "release",
    "required_skills",
    "sign_off",
    "start",
    "take_reading",
]
