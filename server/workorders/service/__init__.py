"""Commands on work orders: opening and moving them, and recording what was done."""

from server.workorders.service.moves import (
    assign_engineer,
    cancel,
    complete,
    pause,
    release,
    start,
)
from server.workorders.service.opening import (
    change_work_order,
    open_for_place,
    open_for_ticket,
    open_work_order,
    show_asset,
    show_customer,
    show_site,
    show_ticket,
)
from server.workorders.service.recording import (
    answer_task,
    consume_part,
    record_repair,
    sign_off,
    take_reading,
)

__all__ = [
    "answer_task",
    "assign_engineer",
    "cancel",
    "change_work_order",
    "complete",
    "consume_part",
    "open_for_place",
    "open_for_ticket",
    "open_work_order",
    "pause",
    "record_repair",
    "release",
    "show_asset",
    "show_customer",
    "show_site",
    "show_ticket",
    "sign_off",
    "start",
    "take_reading",
]
