"""How readings get into their table: the drivers' own batch statements, the tenant in every row.

A reading written so costs a tenth of what an object would. On PostgreSQL row-level security checks
each of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from iot_gateway.models import ReadingRow
from iot_gateway.mqtt import InboundMessage
from iot_gateway.rules import KeyKind, Reading
from iot_gateway.sorting import Said
from iot_gateway.timekeeping import Lesson
from server.kernel.session import tenant_of

READINGS = {"unscoped": "readings"}
REPEAT_WINDOW = dt.timedelta(hours=24)
_COLUMNS = "tenant_id, seq, id, device_id, kind, at, received_at, is_suspect, content_key, document"
_INSERT_SQLITE = (
    f"INSERT INTO reading ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - constants
    " ON CONFLICT (tenant_id, id) DO NOTHING"
)
_INSERT_POSTGRESQL = (
    f"INSERT INTO reading ({_COLUMNS})"  # noqa: S608 - constants
    " SELECT %s::uuid, s, i, d, k, a, r, q, c, v FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[],"
    " %s::text[], %s::timestamptz[], %s::timestamptz[], %s::boolean[], %s::bigint[], %s::jsonb[])"
    " AS given(s, i, d, k, a, r, q, c, v) ON CONFLICT (tenant_id, id) DO NOTHING"
)
_NUMBERS = text(
    "INSERT INTO reading_head (tenant_id, seq) VALUES (:tenant, :count)"
    " ON CONFLICT (tenant_id) DO UPDATE SET seq = reading_head.seq + :count RETURNING seq"
)
_KEY_BITS, _DEVICE_BITS = 2**64 - 1, 2**80 - 1
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)
Addressed = tuple[UUID, Said]


def insert(session: Session, given: Sequence[Addressed], lesson: Lesson) -> None:
    """Store readings; one that is stored already stays as it is."""
    connection = session.connection()
    tenant_id = tenant_of(session)
    if connection.dialect.name == "postgresql":
        numbers = _take_numbers(connection, tenant_id, len(given))
        columns = zip(*_rows(given, lesson, numbers), strict=True)
        connection.exec_driver_sql(
            _INSERT_POSTGRESQL, (str(tenant_id), *(list(column) for column in columns))
        )
        return
    numbers = _take_numbers(connection, tenant_id.hex, len(given))
    tenant = (tenant_id.hex,)
    rows = [tenant + row for row in _rows(given, lesson, numbers)]
    connection.exec_driver_sql(_INSERT_SQLITE, rows)


def without_repeats(session: Session, given: list[Addressed]) -> list[Addressed]:
    """Leave out what its sender says it repeats, where only the content names the reading.

    Any other reading has a name of its own, and the insert leaves repeats out.
    """
    unnamed = [pair for pair in given if pair[1].reading.key_kind is KeyKind.CONTENT]
    if not unnamed:
        return given
    doubted = [pair for pair in unnamed if pair[1].message.is_duplicate]
    seen = _stored(session, doubted) if doubted else set()
    found = []
    for device_id, said in given:
        if said.reading.key_kind is KeyKind.CONTENT:
            name = (device_id, said.reading.key)
            if said.message.is_duplicate and name in seen:
                continue
            seen.add(name)
        found.append((device_id, said))
    return found


def name_of(device_id: UUID, reading: Reading, message: InboundMessage, nth: int) -> str:
    """Return the id of a reading, as hexadecimal digits: its time, then what it says and who.

    Where only the content names it, the time of receipt joins in.
    """
    at, key = reading.device_at, reading.key
    if reading.key_kind is KeyKind.CONTENT:
        at = message.received_at
        arrival = f"{key}|{at.isoformat()}|{nth}".encode()
        key = int.from_bytes(hashlib.blake2b(arrival, digest_size=8).digest(), "big")
    milliseconds = 0 if at is None else (at - _EPOCH) // _MILLISECOND
    # Different devices differ in these bits, different contents in the key's.
    return f"{milliseconds << 80 | (device_id.int & _DEVICE_BITS) ^ (key & _KEY_BITS):032x}"


def _rows(given: Sequence[Addressed], lesson: Lesson, numbers: range) -> Iterator[tuple[Any, ...]]:
    """Give the rows without their tenant; texts mean the same to both drivers."""
    for seq, (device_id, said) in zip(numbers, given, strict=True):
        _, message, reading, nth = said
        received_at = message.received_at
        timing = lesson.settle(device_id, reading.device_at, received_at)
        document: dict[str, Any] = {"values": reading.values}
        if reading.meta:
            document["meta"] = reading.meta
        if reading.fault is not None:
            document["fault"] = reading.fault._asdict()
        if timing.is_backfill:
            document["late"] = True
        yield (
            seq,
            name_of(device_id, reading, message, nth),
            device_id.hex,
            reading.kind.value,
            _text(timing.at),
            _text(received_at),
            timing.is_suspect,
            reading.key if reading.key_kind is KeyKind.CONTENT else None,
            orjson.dumps(document).decode(),
        )


def _take_numbers(connection: Connection, tenant: UUID | str, count: int) -> range:
    """Number ``count`` readings of a tenant; others wait until the commit, so order is kept."""
    values = {"tenant": tenant, "count": count}
    last: int = connection.execute(_NUMBERS, values, execution_options=READINGS).scalar_one()
    return range(last - count + 1, last + 1)


def _stored(session: Session, given: Sequence[Addressed]) -> set[tuple[UUID, int]]:
    earliest = min(said.message.received_at for _, said in given)
    statement = select(ReadingRow.device_id, ReadingRow.content_key).where(
        ReadingRow.tenant_id == tenant_of(session),
        ReadingRow.device_id.in_({device_id for device_id, _ in given}),
        ReadingRow.content_key.in_({said.reading.key for _, said in given}),
        ReadingRow.received_at > earliest - REPEAT_WINDOW,
    )
    rows = session.execute(statement, execution_options=READINGS)
    return {(row.device_id, row.content_key) for row in rows}


def _text(instant: dt.datetime) -> str:
    """Write an instant as the column type does on SQLite: fixed width, UTC, without zone."""
    return instant.isoformat(" ", "microseconds")[:26]
