"""The audit trail: who changed which field of which record, when and from where.

Rows are written by the flush itself, so nothing that goes through the session can be forgotten.
A column with ``info={"secret": True}`` is named without its values.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.kernel import clock, ddl
from server.kernel.actors import ActorKind
from server.kernel.db import Base
from server.kernel.ids import new_id
from server.kernel.session import UnitSession, actor_of, note, unit_of
from server.kernel.tenancy import Tenanted
from server.kernel.types import Code, Document

UNINTERESTING = frozenset({"revision", "created_at", "updated_at", "tenant_id", "id", "sort_name"})


class AuditEntry(Tenanted, Base):
    """One record inserted, updated or deleted; ``changes`` maps a field to [old, new].

    Of a deleted record it holds what the record said; an inserted one is there to be looked at.
    """

    __tablename__ = "audit_entry"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        Index(None, "tenant_id", "entity_kind", "entity_id", "at"),
        Index(None, "tenant_id", "at", "id"),
    )

    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    actor_kind: Mapped[ActorKind]
    actor_id: Mapped[UUID]
    installation_id: Mapped[UUID | None]
    request_id: Mapped[Code] = mapped_column(default="")
    address: Mapped[Code] = mapped_column(default="")
    action: Mapped[Code]
    entity_kind: Mapped[Code]
    entity_id: Mapped[UUID]
    changes: Mapped[Document] = mapped_column(default=dict)


ddl.append_only("audit_entry")


def install() -> None:
    """Write an entry with every flush of a unit of work."""
    if not event.contains(UnitSession, "before_flush", _write_entries):
        event.listen(UnitSession, "before_flush", _write_entries)


def _write_entries(session: Session, _context: Any, _instances: Any) -> None:
    if unit_of(session).tenant_id is None:
        return
    for action, records in (
        ("insert", session.new),
        ("update", session.dirty),
        ("delete", session.deleted),
    ):
        for record in records:
            if isinstance(record, Tenanted) and record.__audited__:
                plain = action == "insert" and not record.__audit_inserts__
                fields = {} if plain else _changes(record, gone=action == "delete")
                if fields or action != "update":
                    _note_entry(session, action, record, fields)


def _note_entry(session: Session, action: str, record: Any, fields: dict[str, Any]) -> None:
    if record.id is None:
        record.id = new_id()
    unit, actor = unit_of(session), actor_of(session)
    entry = {
        "id": new_id(),
        "tenant_id": unit.tenant_id,
        "at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "installation_id": actor.installation_id,
        "request_id": unit.origin.request_id,
        "address": unit.origin.address,
        "action": action,
        "entity_kind": record.__tablename__,
        "entity_id": record.id,
        "changes": fields,
    }
    note(session, AuditEntry, entry)


def _changes(record: Any, *, gone: bool) -> dict[str, Any]:
    state = inspect(record)
    fields: dict[str, Any] = {}
    for column in state.mapper.column_attrs:
        if column.key in UNINTERESTING:
            continue
        history = state.attrs[column.key].history
        if not gone and not history.has_changes():
            continue
        old = (history.deleted or history.unchanged or (None,))[0]
        new = None if gone else (history.added or (None,))[0]
        secret = column.columns[0].info.get("secret")
        fields[column.key] = [] if secret else [_plain(old), _plain(new)]
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else str(value)
