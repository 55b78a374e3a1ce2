"""Commands that a phone may record on a ticket."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.commands import Command, CommandCall, Outcome
from server.kernel.fields import Flag, Id, InputSchema, Text
from server.tickets import service
from server.tickets.schemas import LONG


class TicketNoteArgsSchema(InputSchema):
    note_id = Id(required=True)
    body = Text(LONG, required=True)
    is_internal = Flag(load_default=True)


def _note(session: Session, actor: Actor, call: CommandCall) -> Outcome:
    note = service.add_note(session, actor=actor, ticket_id=call.entity_id, **call.args)
    return Outcome(details={"note_id": str(note.id)})


COMMANDS = (
    Command(
        type="ticket.note",
        schema=TicketNoteArgsSchema,
        permission="tickets.note",
        handler=_note,
    ),
)
