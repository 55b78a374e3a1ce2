"""The change feed: per tenant, gap-free and in commit order; phones and consoles read it.

A record of a declared feed kind that is written through the session is stamped as the last
statements before the commit. The counter row is locked from there to the commit only, so the
number n + 1 cannot be had before the transaction that holds n has ended: a reader that has seen
the height h has seen every number up to h.
"""

from __future__ import annotations

import functools
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    event,
    inspect,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.util import identity_key

from server.kernel import clock
from server.kernel.actors import Actor
from server.kernel.db import Base
from server.kernel.ids import new_id
from server.kernel.session import UnitSession, platform_of, tenant_of, unit_of, write_notes
from server.kernel.tenancy import Versioned

FEED = {"unscoped": "feed"}
_ADVANCE = text("UPDATE sync_feed SET seq = seq + :n WHERE tenant_id = :t RETURNING epoch, seq")
# PostgreSQL does both in one statement, however many items there are.
_ADVANCE_AND_WRITE = text("""
    WITH head AS (
        UPDATE sync_feed SET seq = seq + :n WHERE tenant_id = :t RETURNING epoch, seq
    ), written AS (
        INSERT INTO sync_item (tenant_id, scope, kind, entity_id, state, version, seq)
        SELECT :t, item.scope, item.kind, item.entity_id, item.state, item.version,
            head.seq - :n + item.place
        FROM head, jsonb_to_recordset(CAST(:items AS jsonb)) AS item(
            scope text, kind text, entity_id uuid, state smallint, version bigint, place bigint
        )
        ON CONFLICT (tenant_id, scope, kind, entity_id) DO UPDATE
        SET state = excluded.state, version = excluded.version, seq = excluded.seq
    )
    SELECT epoch, seq FROM head
""")


class ItemState(IntEnum):
    """What a scope's reader is told about a record."""

    OUT = 0  # No longer visible in this scope, for example after a reassignment.
    VISIBLE = 1
    DELETED = 2


class FeedHead(Base):
    """The height of a tenant's feed. ``epoch`` changes when cursors of old become meaningless."""

    __tablename__ = "sync_feed"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    epoch: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    floor: Mapped[int] = mapped_column(BigInteger, default=0)


class FeedItem(Base):
    """The latest state of one record in one scope; never needs compaction."""

    __tablename__ = "sync_item"
    __table_args__ = (
        Index("uq_sync_item_seq", "tenant_id", "seq", unique=True),
        Index("ix_sync_item_pull", "tenant_id", "scope", "seq"),
        Index("ix_sync_item_entity", "tenant_id", "kind", "entity_id"),
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    entity_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger)
    version: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, kw_only=True)
class FeedKind:
    """How the feed shows one model: who may hold a record, and what it looks like to an actor.

    ``scopes`` gives the scopes of one record (``t``, ``desk``, ``u:<user id>``). ``documents``
    gives the JSON documents of many ids at once, filtered for the actor's role; an id it leaves
    out is not shown.
    """

    name: str
    model: type[Any]
    scopes: Callable[[Session, Any], Collection[str]]
    documents: Callable[[Session, Actor, Sequence[UUID]], Mapping[UUID, dict[str, Any]]]


@dataclass(frozen=True)
class Change:
    """One row of the feed as a reader sees it."""

    seq: int
    kind: str
    entity_id: UUID
    state: ItemState
    version: int


def start_feed(session: Session, tenant_id: UUID) -> None:
    """Give a new tenant its feed; called once, by whoever creates the tenant."""
    session.add(FeedHead(tenant_id=tenant_id, epoch=secrets.token_hex(8), seq=0, floor=0))


def touch(session: Session, record: Versioned) -> None:
    """Say that ``record`` looks different although its own row did not change.

    The revision moves on, so that readers and ``If-Match`` notice.
    """
    record.updated_at = max(clock.now(), record.updated_at)
    unit = unit_of(session)
    kind = unit.platform.feed_models.get(type(record))
    if kind is not None:
        unit.touched.setdefault((kind.name, record.id), False)

    # An unchanged instant would not be an UPDATE, and the revision would stand still.
    flag_modified(record, "updated_at")


def scopes_of(session: Session, kind_name: str, record: Any) -> frozenset[str]:
    """Return the scopes of a record of the named kind."""
    return frozenset(platform_of(session).feed_kinds[kind_name].scopes(session, record))


def stamp(session: Session) -> None:
    """Number everything this unit of work has changed; the caller commits next."""
    unit = unit_of(session)
    if not unit.touched:
        return
    tenant_id = tenant_of(session)
    by_kind: dict[str, dict[UUID, bool]] = defaultdict(dict)
    for (name, entity_id), is_new in unit.touched.items():
        by_kind[name][entity_id] = is_new
    items = [
        item
        for name, ids in sorted(by_kind.items())
        for item in _items(session, unit.platform.feed_kinds[name], ids)
    ]
    session.flush()
    write_notes(session)
    if items:
        unit.height = _number(session, tenant_id, items)
    unit.touched.clear()
    unit.held.clear()


def height(session: Session) -> FeedHead:
    """Return the head of the tenant's feed; read it before the items."""
    return session.execute(
        select(FeedHead).where(FeedHead.tenant_id == tenant_of(session)), execution_options=FEED
    ).scalar_one()


def changes_after(
    session: Session, *, scopes: Iterable[str], after: int, up_to: int, limit: int
) -> list[Change]:
    """Return the changes in the union of ``scopes`` with ``after`` < seq <= ``up_to``, in order.

    One indexed branch per scope: an ``IN`` would walk the whole tenant.
    """
    columns = (FeedItem.seq, FeedItem.kind, FeedItem.entity_id, FeedItem.state, FeedItem.version)
    branches = [
        select(
            select(*columns)
            .where(
                FeedItem.tenant_id == tenant_of(session),
                FeedItem.scope == scope,
                FeedItem.seq > after,
                FeedItem.seq <= up_to,
            )
            .order_by(FeedItem.seq)
            .limit(limit)
            .subquery()
        )
        for scope in sorted(set(scopes))
    ]
    union = union_all(*branches).subquery()
    statement = select(union).order_by(union.c.seq).limit(limit)
    rows = session.execute(statement, execution_options=FEED)
    found = [Change(r.seq, r.kind, r.entity_id, ItemState(r.state), r.version) for r in rows]
    return _seen_otherwise(session, scopes, found)


def visible_items(
    session: Session, *, scopes: Iterable[str], kind: str, ids: Sequence[UUID] | None = None
) -> dict[UUID, int]:
    """Return the records of a kind that any of ``scopes`` shows, with their stamped revisions."""
    statement = select(FeedItem.entity_id, FeedItem.version).where(
        FeedItem.tenant_id == tenant_of(session),
        FeedItem.scope.in_(sorted(set(scopes))),
        FeedItem.kind == kind,
        FeedItem.state == int(ItemState.VISIBLE),
    )
    if ids is not None:
        statement = statement.where(FeedItem.entity_id.in_(ids))
    rows = session.execute(statement, execution_options=FEED)
    return {row.entity_id: row.version for row in rows}


def _seen_otherwise(session: Session, scopes: Iterable[str], found: list[Change]) -> list[Change]:
    """Turn OUT into VISIBLE where another of the reader's scopes still shows the record."""
    gone: dict[str, list[UUID]] = defaultdict(list)
    for change in found:
        if change.state is ItemState.OUT:
            gone[change.kind].append(change.entity_id)
    still = {
        (kind, entity_id)
        for kind, ids in gone.items()
        for entity_id in visible_items(session, scopes=scopes, kind=kind, ids=ids)
    }
    return [
        replace(change, state=ItemState.VISIBLE)
        if (change.kind, change.entity_id) in still
        else change
        for change in found
    ]


def find_unstamped(session: Session, limit: int = 100) -> list[tuple[str, UUID]]:
    """Return records whose feed row is missing or behind: the safety net under the stamp."""
    found: list[tuple[str, UUID]] = []
    for kind in platform_of(session).feed_kinds.values():
        stamped = (
            select(FeedItem.entity_id)
            .where(
                FeedItem.tenant_id == tenant_of(session),
                FeedItem.kind == kind.name,
                FeedItem.entity_id == kind.model.id,
                FeedItem.version >= kind.model.revision,
            )
            .exists()
        )
        statement = select(kind.model).where(~stamped).limit(limit - len(found))
        records = session.scalars(statement)
        found += [(kind.name, record.id) for record in records if kind.scopes(session, record)]
        if len(found) >= limit:
            break
    return found


def restamp_missing(session: Session, _payload: dict[str, Any] | None = None) -> None:
    """Stamp what ``find_unstamped`` finds; a periodic job runs it in every tenant."""
    for key in find_unstamped(session):
        unit_of(session).touched.setdefault(key, False)


def install() -> None:
    """Collect what every flush of a unit of work writes."""
    if not event.contains(UnitSession, "before_flush", _collect):
        event.listen(UnitSession, "before_flush", _collect)


def _collect(session: Session, _context: Any, _instances: Any) -> None:
    unit = unit_of(session)
    models = unit.platform.feed_models
    changed = [record for record in session.dirty if session.is_modified(record)]
    for records, is_new in ((session.new, True), (changed, False), (session.deleted, False)):
        for record in records:
            kind = models.get(type(record))
            if kind is None:
                continue
            if record.id is None:
                record.id = new_id()
            key = (kind.name, record.id)
            unit.touched.setdefault(key, is_new)
            unit.held[key] = record


def _items(session: Session, kind: FeedKind, ids: Mapping[UUID, bool]) -> list[dict[str, Any]]:
    records = _records(session, kind.model, ids)
    old = [entity_id for entity_id, is_new in ids.items() if not is_new]
    shown = _shown_scopes(session, kind.name, old) if old else {}
    items = []
    for entity_id in ids:
        record = records.get(entity_id)
        scopes = frozenset(kind.scopes(session, record)) if record is not None else frozenset()
        version = record.revision if record is not None else 0
        gone = ItemState.DELETED if record is None else ItemState.OUT
        states = dict.fromkeys(shown.get(entity_id, frozenset()) - scopes, gone)
        states |= dict.fromkeys(scopes, ItemState.VISIBLE)
        items += [
            {
                "scope": scope,
                "kind": kind.name,
                "entity_id": entity_id,
                "state": int(state),
                "version": version,
            }
            for scope, state in sorted(states.items())
        ]
    return items


def _records(session: Session, model: type[Any], ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Return the records among ``ids``; those the session holds cost no query."""
    held = {}
    for entity_id in ids:
        record = session.identity_map.get(identity_key(model, entity_id))
        if record is not None and not inspect(record).expired:
            held[entity_id] = record
    missing = [entity_id for entity_id in ids if entity_id not in held]
    if missing:
        statement = select(model).where(model.id.in_(missing))
        held |= {record.id: record for record in session.scalars(statement)}
    return held


def _shown_scopes(
    session: Session, kind_name: str, ids: Sequence[UUID]
) -> dict[UUID, frozenset[str]]:
    rows = session.execute(
        select(FeedItem.entity_id, FeedItem.scope).where(
            FeedItem.tenant_id == tenant_of(session),
            FeedItem.kind == kind_name,
            FeedItem.entity_id.in_(ids),
            FeedItem.state == int(ItemState.VISIBLE),
        ),
        execution_options=FEED,
    )
    shown: dict[UUID, set[str]] = defaultdict(set)
    for entity_id, scope in rows:
        shown[entity_id].add(scope)
    return {entity_id: frozenset(scopes) for entity_id, scopes in shown.items()}


def _number(session: Session, tenant_id: UUID, items: Sequence[dict[str, Any]]) -> tuple[str, int]:
    """Take the next numbers and write the items; every later committer of the tenant waits."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        placed = [{**item, "place": place} for place, item in enumerate(items, start=1)]
        both = {"n": len(items), "t": tenant_id, "items": orjson.dumps(placed).decode()}
        row = connection.execute(_ADVANCE_AND_WRITE, both, execution_options=FEED).one()
        return row.epoch, row.seq
    values = {"n": len(items), "t": tenant_id.hex}
    epoch, top = connection.execute(_ADVANCE, values, execution_options=FEED).one()
    first = top - len(items) + 1
    rows = [
        {**item, "tenant_id": tenant_id, "seq": first + offset} for offset, item in enumerate(items)
    ]
    connection.execute(_upsert(), rows, execution_options=FEED)
    return epoch, top


@functools.cache
def _upsert() -> Any:
    """Return SQLite's statement that writes an item over the one before; built once."""
    insert = sqlite.insert(FeedItem)
    return insert.on_conflict_do_update(
        index_elements=["tenant_id", "scope", "kind", "entity_id"],
        set_={name: insert.excluded[name] for name in ("state", "version", "seq")},
    )
