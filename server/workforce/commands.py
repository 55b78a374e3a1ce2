"""Commands that phones give in the workforce room."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.commands import Command, CommandCall
from server.workforce import service
from server.workforce.schemas import PositionRecordSchema


def _record_position(session: Session, actor: Actor, call: CommandCall) -> None:
    service.record_position(session, actor=actor, engineer_id=call.entity_id, **call.args)


COMMANDS = (
    Command(
        type="position.record",
        schema=PositionRecordSchema,
        permission="positions.record",
        handler=_record_position,
    ),
)
