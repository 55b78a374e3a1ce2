"""Recording what was done on site: answers, readings, repairs, parts, the signature.

These are facts: they are accepted whenever they arrive, also on a finished work order, and the
same id is recorded once.
"""

from __future__ import annotations

import datetime as dt
from types import EllipsisType
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel import changes, clock, events
from server.kernel.actors import Actor
from server.kernel.creation import find_made
from server.kernel.references import require
from server.kernel.session import occurred_at, platform_of
from server.workforce import api as workforce
from server.workorders import queries
from server.workorders.checklist import answer_of, task_of
from server.workorders.errors import AlreadySigned, AnswerRefused, SignedTextChanged
from server.workorders.events import (
    PartFitted,
    ReadingTaken,
    RepairRecorded,
    TaskAnswered,
    WorkSignedOff,
)
from server.workorders.models import AssetReading, Repair, SignOff, WorkOrder, WorkOrderTask
from server.workorders.ports import FittedPart, PartsGate
from server.workorders.rules import TaskKind, answer_problem, range_flag, sign_off_digest


def answer_task(
    session: Session,
    *,
    actor: Actor,
    work_order: WorkOrder,
    task_id: UUID,
    value: Any = None,
    is_not_applicable: bool = False,
    remark: str = "",
) -> WorkOrderTask:
    """Answer a step of the checklist; raises AnswerRefused when the value does not fit its kind.

    A reading out of range is recorded and flagged. The old answer stays in the audit trail.
    """
    row = queries.get_task(session, work_order.id, task_id)
    answer = answer_of(row.kind, value, is_not_applicable=is_not_applicable, remark=remark)
    task = task_of(row)
    if problem := answer_problem(task, answer):
        raise AnswerRefused("The answer does not fit the task.", task_id=str(task_id), why=problem)
    at = occurred_at(session)
    if row.answered_by not in {None, actor.id} and row.answered_at and at < row.answered_at:
        return row  # Somebody else has answered since; the command itself is kept.
    row.value = None if value is None else {"value": value}
    row.is_not_applicable, row.remark = is_not_applicable, remark
    row.answered_at, row.answered_by = at, actor.id
    flag = ""
    if task.kind is TaskKind.READING and not isinstance(answer.value, bool | str | None):
        flag = range_flag(answer.value, minimum=task.minimum, maximum=task.maximum)
    changes.touch(session, work_order)
    _record(session, TaskAnswered, work_order, task_id=task_id, range_flag=str(flag))
    return row


def take_reading(
    session: Session,
    *,
    actor: Actor,
    work_order: WorkOrder,
    name: str,
    value: str,
    unit: str = "",
    id: UUID | None = None,
    taken_at: dt.datetime | None = None,
) -> AssetReading:
    """Record a value read off the asset, as a decimal text."""
    content = {"work_order_id": work_order.id, "name": name, "value": value, "unit": unit}
    if made := find_made(session, AssetReading, id, content):
        return made
    reading = AssetReading(
        **content,
        asset_id=work_order.asset_id,
        taken_at=taken_at or occurred_at(session),
        taken_by=actor.id,
    )
    _add(session, reading, id)
    changes.touch(session, work_order)
    _record(session, ReadingTaken, work_order, reading_id=reading.id)
    return reading


def record_repair(
    session: Session,
    *,
    actor: Actor,
    work_order: WorkOrder,
    action: str,
    id: UUID | None = None,
    cause: str = "",
    fault_code_id: UUID | EllipsisType | None = ...,
) -> Repair:
    """Record what was done to the asset: fault, cause and action.

    A fault that is not given is that of the work order; None is one that no code names.
    """
    content = {"work_order_id": work_order.id, "action": action, "cause": cause}
    if made := find_made(session, Repair, id, content):
        return made
    if fault_code_id is ...:
        fault_code_id = work_order.fault_code_id
    elif fault_code_id is not None:
        require(session, "fault_code", [fault_code_id], field="fault_code_id", even_archived=True)
    repair = Repair(
        **content,
        asset_id=work_order.asset_id,
        fault_code_id=fault_code_id,
        occurred_at=occurred_at(session),
        recorded_at=clock.now(),
        recorded_by=actor.id,
    )
    _add(session, repair, id)
    changes.touch(session, work_order)
    _record(session, RepairRecorded, work_order, repair_id=repair.id, asset_id=repair.asset_id)
    return repair


def consume_part(
    session: Session,
    *,
    actor: Actor,
    work_order: WorkOrder,
    repair_id: UUID,
    part_id: UUID,
    quantity: int,
    move_id: UUID | None = None,
) -> FittedPart:
    """Book a part fitted on a repair out of a van (thousandths of the unit).

    The van is that of the engineer who says so, also when the work was given to somebody else
    meanwhile; a desk says it for whoever is booked. Raises NotFound for a repair of another work
    order.
    """
    queries.get_repair(session, work_order.id, repair_id)
    engineer = workforce.find_engineer_of_user(session, actor.id)
    gate = platform_of(session).port(PartsGate)  # type: ignore[type-abstract]
    fitted = gate.consume(
        session,
        actor=actor,
        work_order_id=work_order.id,
        repair_id=repair_id,
        part_id=part_id,
        quantity=quantity,
        engineer_id=engineer.id if engineer is not None else work_order.engineer_id,
        move_id=move_id,
    )
    if fitted.is_replay:
        return fitted
    changes.touch(session, work_order)
    _record(
        session,
        PartFitted,
        work_order,
        repair_id=repair_id,
        part_id=part_id,
        quantity=fitted.quantity,
    )
    return fitted


def sign_off(
    session: Session,
    *,
    actor: Actor,
    work_order: WorkOrder,
    signer_name: str,
    document: dict[str, Any],
    digest: str,
    attachment_id: UUID | None = None,
    strokes: list[Any] | None = None,
    id: UUID | None = None,
) -> SignOff:
    """Keep the customer's signature under the document that was shown.

    The digest is checked against the document, so both sides mean the same text. Raises
    SignedTextChanged, and AlreadySigned for a second, different signature.
    """
    try:
        computed = sign_off_digest(document)
    except (TypeError, ValueError) as error:
        raise SignedTextChanged(str(error)) from None
    if computed != digest:
        raise SignedTextChanged("The digest is not that of the document.", expected=computed)
    signed = queries.find_sign_off(session, work_order.id)
    if signed is not None:
        if signed.digest == digest and signed.signer_name == signer_name:
            return signed
        raise AlreadySigned("The work order is signed already.", signer_name=signed.signer_name)
    made = SignOff(
        work_order_id=work_order.id,
        signer_name=signer_name,
        document=document,
        digest=digest,
        attachment_id=attachment_id,
        strokes=strokes,
        signed_at=occurred_at(session),
        recorded_at=clock.now(),
        recorded_by=actor.id,
    )
    if attachment_id is not None:
        require(session, "attachment", [attachment_id], field="attachment_id")
    _add(session, made, id)
    changes.touch(session, work_order)
    _record(session, WorkSignedOff, work_order, signer_name=signer_name, digest=digest)
    return made


def _add(session: Session, row: Any, id_: UUID | None) -> None:
    if id_ is not None:
        row.id = id_
    session.add(row)
    session.flush()


def _record(session: Session, event: Any, work_order: WorkOrder, **payload: Any) -> None:
    events.record(
        session, event(entity_id=work_order.id, ticket_id=work_order.ticket_id, **payload)
    )
