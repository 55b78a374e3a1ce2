"""Commands of sync: enrol an app, take in its commands, decide about what could not be applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from server.auth import api as auth
from server.kernel import changes, clock, commands, uow
from server.kernel.actors import Actor
from server.kernel.commands import CommandCall, CommandStatus, Outcome
from server.kernel.creation import IdTaken
from server.kernel.errors import DomainError
from server.kernel.refusals import as_refusal
from server.kernel.session import platform_of, unit_of
from sync import queries, rules
from sync.errors import (
    AlreadyResolved,
    CommandGap,
    InstallationForked,
    InstallationRevoked,
    NotApplicable,
)
from sync.models import Installation, SyncCommand
from sync.rules import InstallationState, Resolution

Result = dict[str, Any]
log = structlog.get_logger(__name__)


def enrol(
    session: Session,
    *,
    actor: Actor,
    id: UUID,
    name: str,
    platform: str = "",
    app_version: str = "",
) -> Installation:
    """Enrol an app of the actor; enrolling again changes nothing but its version and session.

    Raises IdTaken when the id is another user's, InstallationRevoked when it was revoked.
    """
    known = session.get(Installation, id)
    if known is not None:
        if known.user_id != actor.id:
            raise IdTaken("This installation belongs to somebody else.", id=str(id))
        _require_active(known)
        known.app_version = app_version or known.app_version
        _note_heard(known, actor, clock.now())
        return known
    installation = Installation(
        id=id,
        user_id=actor.id,
        session_id=actor.session_id,
        name=name,
        platform=platform,
        app_version=app_version,
        enrolled_at=clock.now(),
        last_seen_at=clock.now(),
    )
    session.add(installation)
    session.flush()
    return installation


def revoke(session: Session, *, installation: Installation) -> Installation:
    """Stop an app from syncing and sign it out, for example because the phone was lost.

    The user's other sessions go on.
    """
    installation.state = InstallationState.REVOKED
    auth.end_installation(
        session, installation_id=installation.id, session_id=installation.session_id
    )
    return installation


def push(
    session: Session,
    *,
    actor: Actor,
    installation: Installation,
    sent_at: dt.datetime | None,
    batch: Sequence[dict[str, Any]],
) -> tuple[list[Result], int]:
    """Take in commands in the order of their numbers; return their results and the feed's height.

    Each is applied in a savepoint of its own, so that one that cannot be applied neither blocks
    nor half-applies its neighbours. A command kept before gets its first result again. Raises
    CommandGap when numbers are missing and InstallationForked when a number was used for another
    command; nothing is kept then.
    """
    _require_active(installation)
    ordered = sorted(batch, key=lambda given: given["seq"])
    missing = rules.first_gap(installation.last_seq, [given["seq"] for given in ordered])
    if missing is not None:
        raise CommandGap("Commands are missing before these.", expect=missing)
    received_at = clock.now()
    offset = rules.clock_offset(sent_at, received_at)
    seen = queries.commands_by_seq(session, installation.id, [g["seq"] for g in ordered])
    elsewhere = queries.known_commands(session, [g["id"] for g in ordered])
    results = []
    for given in ordered:
        kept = _kept_before(seen.get(given["seq"]), elsewhere.get(given["id"]), given)
        if kept is not None:
            results.append(_result(kept, seq=given["seq"], replayed=True))
        else:
            row = _keep(session, actor, installation, given, (received_at, offset))
            elsewhere[row.id] = seen[row.seq] = row
            results.append(_result(row, seq=row.seq, replayed=False))
        installation.last_seq = max(installation.last_seq, given["seq"])
    _note_heard(installation, actor, received_at)
    installation.clock_offset_ms = int(offset.total_seconds() * 1000)
    session.flush()
    changes.stamp(session)
    unit = unit_of(session)
    height = unit.height[1] if unit.height else changes.height(session).seq
    return results, height


def resolve(
    session: Session, *, actor: Actor, command: SyncCommand, resolution: Resolution, note: str
) -> SyncCommand:
    """Decide about a command that waits: apply it now in the decider's name, or dismiss it.

    Applying raises what the command raises, and NotApplicable when it would only be put back; it
    then goes on waiting. The engineer's record stays as it was in either case.
    """
    if command.resolved_at is not None or command.status not in queries.UNSETTLED:
        raise AlreadyResolved("Somebody has decided about this command before.")
    if resolution is Resolution.APPLIED:
        outcome = commands.execute(session, actor, _call(command))
        if outcome.status in queries.UNSETTLED:
            raise NotApplicable("It cannot be applied as things stand.", **outcome.details)
        command.details = {**command.details, "applied": outcome.details}
    command.resolution, command.resolution_note = resolution, note
    command.resolved_at, command.resolved_by = clock.now(), actor.id
    return command


def _note_heard(installation: Installation, actor: Actor, at: dt.datetime) -> None:
    installation.session_id = actor.session_id or installation.session_id
    installation.last_seen_at = at


def _require_active(installation: Installation) -> None:
    if installation.state is not InstallationState.ACTIVE:
        raise InstallationRevoked("This app may not sync any more.")


def _kept_before(
    by_seq: SyncCommand | None, by_id: SyncCommand | None, given: dict[str, Any]
) -> SyncCommand | None:
    """Return the command kept before under this number or id, refusing a number used twice."""
    if by_seq is not None and by_seq.id != given["id"]:
        raise InstallationForked(
            "This number was used for another command; enrol again.", seq=given["seq"]
        )
    return by_seq or by_id


def _keep(
    session: Session,
    actor: Actor,
    installation: Installation,
    given: dict[str, Any],
    arrival: tuple[dt.datetime, dt.timedelta],
) -> SyncCommand:
    received_at, offset = arrival
    row = SyncCommand(
        id=given["id"],
        installation_id=installation.id,
        user_id=actor.id,
        seq=given["seq"],
        type=given["type"],
        entity_id=given["entity_id"],
        base_revision=given.get("base_revision"),
        args=given["args"],
        device_at=given["device_at"],
        occurred_at=rules.occurred_at(
            given["device_at"],
            offset=offset,
            enrolled_at=installation.enrolled_at,
            received_at=received_at,
        ),
        received_at=received_at,
        is_skewed=rules.is_skewed(offset),
    )
    outcome = _apply(session, actor, row)
    row.status, row.details = outcome.status, outcome.details
    session.add(row)
    session.flush()
    return row


def _apply(session: Session, actor: Actor, row: SyncCommand) -> Outcome:
    """Apply a command in a savepoint; whatever it raises becomes its result, nothing is lost.

    Only a database that cannot go on ends the whole push: it is then sent again.
    """
    try:
        with session.begin_nested():
            return commands.execute(session, actor, _call(row))
    except DomainError as refusal:
        return _refused(refusal)
    except StaleDataError:
        raise  # A lost race: the edge runs the whole push again.
    except DBAPIError as error:
        if uow.is_busy(error) or error.connection_invalidated:
            raise
        meant = as_refusal(error, platform_of(session))
        if meant is None:
            raise
        return _refused(meant)
    except Exception:
        log.exception("command failed", type=row.type, command_id=str(row.id))
        return Outcome(status=CommandStatus.PARKED, details={"code": "internal-error"})


def _refused(refusal: DomainError) -> Outcome:
    details = {"code": refusal.code, "detail": refusal.detail, **refusal.params}
    return Outcome(status=CommandStatus.REFUSED, details=details)


def _call(row: SyncCommand) -> CommandCall:
    return CommandCall(
        id=row.id,
        type=row.type,
        entity_id=row.entity_id,
        args=row.args,
        base_revision=row.base_revision,
        occurred_at=row.occurred_at,
        device_at=row.device_at,
    )


def _result(row: SyncCommand, *, seq: int, replayed: bool) -> Result:
    return {
        "seq": seq,
        "id": row.id,
        "status": row.status,
        "details": row.details,
        "occurred_at": row.occurred_at,
        "replayed": replayed,
    }
