"""Commands that a phone records while it does the work.

Facts (answers, readings, repairs, parts, signatures) are accepted whenever they arrive, also on
work that was reassigned or called off meanwhile: what was done stays done. A move of the state is
parked for the dispatcher when the work is no longer the engineer's or is finished already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.commands import Command, CommandCall, CommandStatus, Outcome
from server.kernel.fields import Id, InputSchema, Text
from server.kernel.lifecycle import TransitionRefused
from server.workorders import queries, service
from server.workorders.access import is_theirs
from server.workorders.models import WorkOrder
from server.workorders.rules import LIFECYCLE, UNFINISHED_STATES
from server.workorders.schemas import (
    LONG,
    PartConsumeSchema,
    ReadingTakeSchema,
    RepairRecordSchema,
    SignOffGiveSchema,
    TaskAnswerSchema,
)

PERFORM = "work_orders.perform"
Record = Callable[[Session, Actor, WorkOrder, CommandCall], dict[str, Any]]


class MoveArgsSchema(InputSchema):
    reason = Text(2000, min_length=0, load_default="")
    summary = Text(LONG, min_length=0, load_default="")


class TaskAnswerArgsSchema(TaskAnswerSchema):
    task_id = Id(required=True)


class ReadingTakeArgsSchema(ReadingTakeSchema):
    id = Id(required=True)


class RepairRecordArgsSchema(RepairRecordSchema):
    id = Id(required=True)


class PartConsumeArgsSchema(PartConsumeSchema):
    move_id = Id(required=True)


def _move(action: str) -> Callable[[Session, Actor, CommandCall], Outcome]:
    def handle(session: Session, actor: Actor, call: CommandCall) -> Outcome:
        work_order = queries.lock_work_order(session, call.entity_id)
        if not is_theirs(actor, work_order):
            return _parked("not-your-work", work_order)
        if LIFECYCLE.is_already_done(work_order.state, action):
            # Written on site, while the desk had completed the work without a word.
            work_order.summary = work_order.summary or call.args.get("summary", "")
            return Outcome(status=CommandStatus.MERGED, details=_state(work_order))
        if work_order.state not in UNFINISHED_STATES:
            return _parked("work-order-finished", work_order)
        try:
            _carry_out(session, actor, work_order, action, call.args)
        except TransitionRefused as refusal:
            details = {"code": refusal.code, **refusal.params}
            return Outcome(status=CommandStatus.CONFLICT, details=details)
        return Outcome(details=_state(work_order))

    return handle


def _carry_out(
    session: Session, actor: Actor, work_order: WorkOrder, action: str, args: dict[str, Any]
) -> None:
    if action == "start":
        service.start(session, actor=actor, work_order=work_order)
    elif action == "pause":
        service.pause(session, actor=actor, work_order=work_order, reason=args["reason"])
    else:
        service.complete(session, actor=actor, work_order=work_order, summary=args["summary"])


def _fact(record: Record) -> Callable[[Session, Actor, CommandCall], Outcome]:
    def handle(session: Session, actor: Actor, call: CommandCall) -> Outcome:
        work_order = queries.lock_work_order(session, call.entity_id)
        details = record(session, actor, work_order, call)
        late = not is_theirs(actor, work_order) or work_order.state not in UNFINISHED_STATES
        status = CommandStatus.MERGED if late else CommandStatus.APPLIED
        return Outcome(status=status, details=details)

    return handle


def _answer(
    session: Session, actor: Actor, work_order: WorkOrder, call: CommandCall
) -> dict[str, Any]:
    row = service.answer_task(session, actor=actor, work_order=work_order, **call.args)
    return {"task_id": str(row.id)}


def _reading(
    session: Session, actor: Actor, work_order: WorkOrder, call: CommandCall
) -> dict[str, Any]:
    args = {**call.args, "taken_at": call.corrected(call.args.get("taken_at"))}
    row = service.take_reading(session, actor=actor, work_order=work_order, **args)
    return {"reading_id": str(row.id)}


def _repair(
    session: Session, actor: Actor, work_order: WorkOrder, call: CommandCall
) -> dict[str, Any]:
    row = service.record_repair(session, actor=actor, work_order=work_order, **call.args)
    return {"repair_id": str(row.id)}


def _part(
    session: Session, actor: Actor, work_order: WorkOrder, call: CommandCall
) -> dict[str, Any]:
    fitted = service.consume_part(session, actor=actor, work_order=work_order, **call.args)
    return {"move_id": str(fitted.move_id), "found": fitted.found}


def _sign_off(
    session: Session, actor: Actor, work_order: WorkOrder, call: CommandCall
) -> dict[str, Any]:
    row = service.sign_off(session, actor=actor, work_order=work_order, **call.args)
    return {"sign_off_id": str(row.id)}


def _parked(code: str, work_order: WorkOrder) -> Outcome:
    details = {"code": code, **_state(work_order)}
    return Outcome(status=CommandStatus.PARKED, details=details)


def _state(work_order: WorkOrder) -> dict[str, Any]:
    return {"state": str(work_order.state), "revision": work_order.revision}


MOVES = tuple(
    Command(
        type=f"work_order.{action}",
        schema=MoveArgsSchema,
        permission=PERFORM,
        handler=_move(action),
    )
    for action in ("start", "pause", "complete")
)
FACTS = tuple(
    Command(type=type_, schema=schema, permission=PERFORM, handler=_fact(record))
    for type_, schema, record in (
        ("task.answer", TaskAnswerArgsSchema, _answer),
        ("reading.take", ReadingTakeArgsSchema, _reading),
        ("repair.record", RepairRecordArgsSchema, _repair),
        ("part.consume", PartConsumeArgsSchema, _part),
        ("work_order.sign_off", SignOffGiveSchema, _sign_off),
    )
)
COMMANDS = (*MOVES, *FACTS)
