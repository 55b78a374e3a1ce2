"""Commands that phones push about files."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.files import queries, service
from server.files.schemas import AttachmentArgsSchema
from server.kernel.actors import Actor
from server.kernel.commands import Command, CommandCall, CommandStatus, Outcome


def add_attachment(session: Session, actor: Actor, call: CommandCall) -> Outcome:
    """Announce a file; ``entity_id`` of the command is the attachment's own id."""
    is_known = queries.find_attachment(session, call.entity_id) is not None
    args = {**call.args, "taken_at": call.corrected(call.args["taken_at"])}
    attachment = service.add_attachment(session, actor=actor, attachment_id=call.entity_id, **args)
    return Outcome(
        status=CommandStatus.MERGED if is_known else CommandStatus.APPLIED,
        details={"state": attachment.state.value},
    )


ATTACHMENT_ADD = Command(
    type="attachment.add",
    schema=AttachmentArgsSchema,
    permission="attachments.add",
    handler=add_attachment,
)
