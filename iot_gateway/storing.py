"""How readings get into their table: the drivers' own batch statements, the tenant in every row.

A reading written so costs a tenth of what an object would. On PostgreSQL row-level security checks
each of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from iot_gateway.models import ReadingRow
from iot_gateway.rules import KeyKind, ReadingKind
from iot_gateway.sorting import Said
from iot_gateway.timekeeping import Lesson
from server.kernel.session import tenant_of

READINGS = {"unscoped": "readings"}
REPEAT_WINDOW = dt.timedelta(hours=24)
_COLUMNS = "tenant_id, seq, id, device_id, kind, at, received_at, is_suspect, content_key, document"
# Many rows in a step: between two steps the driver lets other threads run, which costs more.
_ROWS_IN_A_STEP = 250
_INSERT_SQLITE, _INSERT_ONE_SQLITE = (
    f"INSERT INTO reading ({_COLUMNS}) VALUES {','.join(['(?,?,?,?,?,?,?,?,?,?)'] * count)}"  # noqa: S608 - constants
    " ON CONFLICT (tenant_id, id) DO NOTHING"
    for count in (_ROWS_IN_A_STEP, 1)
)
# One text for all rows: what the driver does for each value costs more than the rest together.
_INSERT_POSTGRESQL = (
    f"INSERT INTO reading ({_COLUMNS})"  # noqa: S608 - constants
    " SELECT %s::uuid, s, i, d, k, a, r, q, c, v FROM json_to_recordset(%s::json)"
    " AS given(s bigint, i uuid, d uuid, k text, a timestamptz, r timestamptz, q boolean,"
    " c bigint, v jsonb) ON CONFLICT (tenant_id, id) DO NOTHING"
)
_NAMES = ("s", "i", "d", "k", "a", "r", "q", "c", "v")
_NUMBERS = text(
    "INSERT INTO reading_head (tenant_id, seq) VALUES (:tenant, :count)"
    " ON CONFLICT (tenant_id) DO UPDATE SET seq = reading_head.seq + :count RETURNING seq"
)
_KEY_BITS, _DEVICE_BITS = 2**64 - 1, 2**80 - 1
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)
_KINDS = {kind: kind.value for kind in ReadingKind}
_CONTENT = KeyKind.CONTENT


def insert(session: Session, given: Sequence[Said], lesson: Lesson) -> None:
    """Store readings; one that is stored already stays as it is."""
    connection = session.connection()
    tenant_id = tenant_of(session)
    if connection.dialect.name == "postgresql":
        numbers = _take_numbers(connection, tenant_id, len(given))
        named = [
            dict(zip(_NAMES, row, strict=True)) for row in _rows(given, lesson, numbers, _same)
        ]
        values = (str(tenant_id), orjson.dumps(named).decode())
        connection.exec_driver_sql(_INSERT_POSTGRESQL, values)
        return
    tenant = tenant_id.hex
    numbers = _take_numbers(connection, tenant, len(given))
    rows = [
        (tenant, *row, orjson.dumps(document).decode())
        for *row, document in _rows(given, lesson, numbers, _text)
    ]
    whole = len(rows) - len(rows) % _ROWS_IN_A_STEP
    for start in range(0, whole, _ROWS_IN_A_STEP):
        step = rows[start : start + _ROWS_IN_A_STEP]
        connection.exec_driver_sql(_INSERT_SQLITE, tuple(chain.from_iterable(step)))
    if whole < len(rows):
        connection.exec_driver_sql(_INSERT_ONE_SQLITE, rows[whole:])


def without_repeats(session: Session, given: list[Said]) -> list[Said]:
    """Leave out what its sender says it repeats, where only the content names the reading.

    Any other reading has a name of its own, and the insert leaves repeats out. A repeat has the
    content and the packet number of what it repeats; two faults alike, both under way when the
    connection broke, have different ones.
    """
    doubted = [
        said for said in given if said.message.is_duplicate and said.reading.key_kind is _CONTENT
    ]
    seen = _stored(session, doubted) if doubted else set()
    found = []
    for said in given:
        if said.reading.key_kind is _CONTENT:
            name = (said.device_id, _content_key(said))
            if said.message.is_duplicate and name in seen:
                continue
            seen.add(name)
        found.append(said)
    return found


def _rows(
    given: Sequence[Said], lesson: Lesson, numbers: range, form: Callable[[dt.datetime], Any]
) -> Iterator[tuple[Any, ...]]:
    """Give the rows without their tenant, in the order of the columns; ``form`` writes instants."""
    device_id, device, bits, clock = None, "", 0, None
    received_at, received = None, None
    for seq, said in zip(numbers, given, strict=True):
        _, sender_id, message, reading, nth = said
        if sender_id is not device_id:  # Readings of one device come in a row.
            device_id, device, bits = sender_id, sender_id.hex, sender_id.int & _DEVICE_BITS
            clock = lesson.clock_of(device_id)
        kind, _, device_at, values, key, key_kind, meta, fault = reading
        if message.received_at is not received_at:  # So do those that were received together.
            received_at = message.received_at
            received = form(received_at)
        document: dict[str, Any] = {"values": values}
        if meta:
            document["meta"] = meta
        if fault is not None:
            document["fault"] = fault._asdict()
        named_at, content_key = device_at, None
        if key_kind is _CONTENT:
            named_at, content_key = received_at, _content_key(said)
            key = _arrival(key, received_at, nth)
        if device_at is not None and clock is not None and clock.expects(device_at, received_at):
            at, is_suspect = device_at, False
        else:
            at, is_suspect, document = _settled(lesson, said, document)
            clock = lesson.clock_of(device_id)
        # A name begins with its time; devices differ in their bits, contents in those of the key.
        milliseconds = 0 if named_at is None else (named_at - _EPOCH) // _MILLISECOND
        name = f"{milliseconds << 80 | bits ^ (key & _KEY_BITS):032x}"
        yield seq, name, device, _KINDS[kind], form(at), received, is_suspect, content_key, document


def _settled(
    lesson: Lesson, said: Said, document: dict[str, Any]
) -> tuple[dt.datetime, bool, dict[str, Any]]:
    """Judge when a reading was true; one that is late is marked so."""
    timing = lesson.settle(said.device_id, said.reading.device_at, said.message.received_at)
    if timing.is_backfill:
        document["late"] = True
    return timing.at, timing.is_suspect, document


def _content_key(said: Said) -> int:
    """Return what a reading without a name has in common with its repetitions."""
    return int.from_bytes(said.message.packet_id, "big") << 40 ^ said.reading.key


def _arrival(key: int, received_at: dt.datetime, nth: int) -> int:
    """Return the key of a reading that only its content and its arrival name."""
    arrival = f"{key}|{received_at.isoformat()}|{nth}".encode()
    return int.from_bytes(hashlib.blake2b(arrival, digest_size=8).digest(), "big")


def _take_numbers(connection: Connection, tenant: UUID | str, count: int) -> range:
    """Number ``count`` readings of a tenant; others wait until the commit, so order is kept."""
    values = {"tenant": tenant, "count": count}
    last: int = connection.execute(_NUMBERS, values, execution_options=READINGS).scalar_one()
    return range(last - count + 1, last + 1)


def _stored(session: Session, given: Sequence[Said]) -> set[tuple[UUID, int]]:
    earliest = min(said.message.received_at for said in given)
    statement = select(ReadingRow.device_id, ReadingRow.content_key).where(
        ReadingRow.tenant_id == tenant_of(session),
        ReadingRow.device_id.in_({said.device_id for said in given}),
        ReadingRow.content_key.in_({_content_key(said) for said in given}),
        ReadingRow.received_at > earliest - REPEAT_WINDOW,
    )
    rows = session.execute(statement, execution_options=READINGS)
    return {(row.device_id, row.content_key) for row in rows}


def _text(instant: dt.datetime) -> str:
    """Write an instant in UTC as the column type does on SQLite: fixed width, without zone."""
    return instant.replace(tzinfo=None).isoformat(" ", "microseconds")


def _same(instant: dt.datetime) -> dt.datetime:
    return instant
