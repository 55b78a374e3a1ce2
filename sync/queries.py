"""Reads of sync: installations, commands, and one user's view of the feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.auth import api as auth
from server.kernel import changes
from server.kernel.actors import Actor
from server.kernel.commands import CommandStatus
from server.kernel.errors import NotFound
from server.kernel.session import platform_of
from sync.models import Installation, SyncCommand
from sync.rules import digest_of

COMMAND_NAMES = (
    "id",
    "installation_id",
    "user_id",
    "seq",
    "type",
    "entity_id",
    "base_revision",
    "args",
    "device_at",
    "occurred_at",
    "received_at",
    "is_skewed",
    "status",
    "details",
    "resolution",
    "resolution_note",
    "resolved_at",
    "resolved_by",
)
UNSETTLED = (CommandStatus.CONFLICT, CommandStatus.PARKED, CommandStatus.REFUSED)


def get_installation(session: Session, actor: Actor, installation_id: UUID) -> Installation:
    """Return an installation of the actor; another user's looks as if it did not exist."""
    installation = session.get(Installation, installation_id)
    if installation is None or installation.user_id != actor.id:
        raise NotFound("There is no such installation.", installation_id=str(installation_id))
    return installation


def lock_installation(session: Session, actor: Actor, installation_id: UUID) -> Installation:
    """Return an installation of the actor that nobody else pushes for until the commit."""
    statement = select(Installation).where(Installation.id == installation_id).with_for_update()
    installation = session.scalar(statement.execution_options(populate_existing=True))
    if installation is None or installation.user_id != actor.id:
        raise NotFound("There is no such installation.", installation_id=str(installation_id))
    return installation


def list_installations(user_id: UUID | None) -> Select[Installation]:
    """Select the installations of one user, or of everybody."""
    statement = select(Installation)
    return statement if user_id is None else statement.where(Installation.user_id == user_id)


def known_commands(session: Session, ids: Collection[UUID]) -> dict[UUID, SyncCommand]:
    """Return the commands among ``ids`` that were kept before, whoever sent them."""
    statement = select(SyncCommand).where(SyncCommand.id.in_(ids))
    return {command.id: command for command in session.scalars(statement)}


def commands_by_seq(
    session: Session, installation_id: UUID, seqs: Collection[int]
) -> dict[int, SyncCommand]:
    """Return the commands of an installation under these numbers."""
    statement = select(SyncCommand).where(
        SyncCommand.installation_id == installation_id, SyncCommand.seq.in_(seqs)
    )
    return {command.seq: command for command in session.scalars(statement)}


def get_command(session: Session, command_id: UUID) -> SyncCommand:
    """Return a command; raises NotFound."""
    command = session.get(SyncCommand, command_id)
    if command is None:
        raise NotFound("There is no such command.", command_id=str(command_id))
    return command


def lock_command(session: Session, command_id: UUID) -> SyncCommand:
    """Return a command that nobody else decides about until the commit; raises NotFound."""
    statement = select(SyncCommand).where(SyncCommand.id == command_id).with_for_update()
    command = session.scalar(statement.execution_options(populate_existing=True))
    if command is None:
        raise NotFound("There is no such command.", command_id=str(command_id))
    return command


def list_commands(filters: Mapping[str, Any]) -> Select[SyncCommand]:
    """Select commands; by default those that wait for a person's decision."""
    statement = select(SyncCommand)
    is_waiting = filters.get("is_waiting")
    if is_waiting is None:
        is_waiting = not any(filters.get(n) for n in ("status", "entity_id", "installation_id"))
    if is_waiting:
        statement = statement.where(
            SyncCommand.status.in_(UNSETTLED), SyncCommand.resolved_at.is_(None)
        )
    if filters.get("status"):
        statement = statement.where(SyncCommand.status == filters["status"])
    for name in ("entity_id", "installation_id", "user_id"):
        if filters.get(name):
            statement = statement.where(getattr(SyncCommand, name) == filters[name])
    return statement


def command_documents(session: Session, found: Sequence[SyncCommand]) -> list[dict[str, Any]]:
    """Return commands as lists show them, with who sent them from which app."""
    people = auth.user_names(session, {command.user_id for command in found})
    ids = {command.installation_id for command in found}
    statement = select(Installation.id, Installation.name).where(Installation.id.in_(ids))
    apps = {row.id: row.name for row in session.execute(statement)}
    return [
        {
            **{name: getattr(command, name) for name in COMMAND_NAMES},
            "user_name": people.get(command.user_id, ""),
            "installation_name": apps.get(command.installation_id, ""),
        }
        for command in found
    ]


def documents(
    session: Session, actor: Actor, found: Sequence[changes.Change]
) -> dict[tuple[str, UUID], dict[str, Any]]:
    """Return the documents of the visible changes, one call per kind."""
    wanted: dict[str, list[UUID]] = defaultdict(list)
    for change in found:
        if change.state is changes.ItemState.VISIBLE:
            wanted[change.kind].append(change.entity_id)
    kinds = platform_of(session).feed_kinds
    return {
        (name, entity_id): document
        for name, ids in wanted.items()
        if name in kinds
        for entity_id, document in kinds[name].documents(session, actor, ids).items()
    }


def digests(session: Session, actor: Actor) -> dict[str, dict[str, Any]]:
    """Return per kind how many records the actor's view holds, and their digest."""
    found = {}
    for kind in sorted(platform_of(session).feed_kinds):
        held = changes.visible_items(session, scopes=actor.feed_scopes, kind=kind)
        if held:
            entries = [(str(entity_id), version) for entity_id, version in held.items()]
            found[kind] = {"count": len(entries), "digest": digest_of(entries)}
    return found


def get_any_installation(session: Session, installation_id: UUID) -> Installation:
    """Return an installation of anybody; raises NotFound."""
    installation = session.get(Installation, installation_id)
    if installation is None:
        raise NotFound("There is no such installation.", installation_id=str(installation_id))
    return installation


def visible_command(session: Session, actor: Actor, command_id: UUID) -> SyncCommand:
    """Return a command the actor has sent, or any for who may manage sync; raises NotFound."""
    command = get_command(session, command_id)
    if command.user_id != actor.id and not actor.may("sync.manage"):
        raise NotFound("There is no such command.", command_id=str(command_id))
    return command
