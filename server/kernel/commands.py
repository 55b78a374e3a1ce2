"""Commands: intents with a name, which REST, sync push and rules carry out by the same function."""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.errors import DomainError, InvalidInput
from server.kernel.session import platform_of, unit_of


class CommandStatus(StrEnum):
    """What became of a command."""

    APPLIED = "applied"
    MERGED = "merged"  # It was already so, or it was joined with what others did meanwhile.
    CONFLICT = "conflict"  # Kept, but both sides had moved on: a person decides.
    REFUSED = "refused"
    PARKED = "parked"  # Kept for a dispatcher, for example work on a reassigned work order.


@dataclass(frozen=True, kw_only=True)
class CommandCall:
    """One command as it was given: on which record, with which arguments, seen at which revision.

    ``args`` have passed the command's schema. ``device_at`` is what the device's clock said when
    ``occurred_at`` was; unknown, the clock counts as right.
    """

    id: UUID
    type: str
    entity_id: UUID
    args: dict[str, Any]
    base_revision: int | None = None
    occurred_at: dt.datetime
    device_at: dt.datetime | None = None

    def corrected(self, claimed: dt.datetime | None) -> dt.datetime:
        """Return when something happened that the same clock put at ``claimed``.

        It was recorded with the command, so it did not happen later.
        """
        if claimed is None:
            return self.occurred_at
        shift = self.occurred_at - (self.device_at or self.occurred_at)
        try:
            return min(claimed + shift, self.occurred_at)
        except OverflowError:
            return self.occurred_at


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of a command; ``details`` are plain JSON values."""

    status: CommandStatus = CommandStatus.APPLIED
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A named intent: who may give it, what it takes, and the function that carries it out."""

    type: str
    schema: builtins.type[Schema]
    permission: str
    handler: Callable[[Session, Actor, CommandCall], Outcome | None]


class UnknownCommand(DomainError):
    """No room knows the command; kept by the caller, because a newer server may."""

    code = "unknown-command"
    status = 422
    title = "Unknown command"


def execute(session: Session, actor: Actor, call: CommandCall) -> Outcome:
    """Carry out one command in the caller's transaction; raises DomainError when refused.

    Facts recorded meanwhile carry the time at which the command was given.
    """
    command = platform_of(session).commands.get(call.type)
    if command is None:
        raise UnknownCommand(f"There is no command {call.type!r}.", type=call.type)
    actor.require(command.permission)
    args = _validated(command.schema, call.args)
    unit = unit_of(session)
    outer, unit.occurred_at = unit.occurred_at, call.occurred_at
    try:
        return command.handler(session, actor, replace(call, args=args)) or Outcome()
    finally:
        unit.occurred_at = outer


def _validated(schema: type[Schema], args: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema().load(args)
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise InvalidInput("The arguments of the command are not valid.", **messages) from None
    return loaded
