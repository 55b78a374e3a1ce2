"""The bytes of an unfinished upload."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.kernel.ids import new_id
from sync.uploads.errors import ChecksumMismatch, UploadTakenOver, UploadTooLong
from sync.uploads.partial import Body, PartialFile, Received, receive
from sync.uploads.rules import Checksum

UPLOAD = UUID("0192f0a0-0000-7000-8000-0000000000aa")
KIB = 1024


@dataclass
class Phone:
    """Sends ``content`` in pieces; after ``breaks_after`` bytes the connection is lost."""

    content: bytes
    breaks_after: int | None = None
    loses_by: type[Exception] | None = ConnectionError
    sent: int = 0

    def read(self, size: int) -> bytes:
        end = len(self.content) if self.breaks_after is None else self.breaks_after
        if self.sent >= end and self.breaks_after is not None and self.loses_by:
            raise self.loses_by
        piece = self.content[self.sent : min(end, self.sent + size)]
        self.sent += len(piece)
        return piece


@dataclass
class Record:
    """Keeps the offset of record, as the database does."""

    offset: int = 0
    seen: list[int] = field(default_factory=list)

    def advance(self, offset: int) -> None:
        self.offset = offset
        self.seen.append(offset)


@pytest.fixture
def partial(tmp_path: Path) -> PartialFile:
    return PartialFile(tmp_path / "uploads", UPLOAD)


def send(
    partial: PartialFile, record: Record, read: Callable[[int], bytes], **body: object
) -> Received:
    token = new_id()
    start = partial.begin(token, record.offset)
    record.offset = start
    room = body.pop("room", 8 * 1024 * KIB)
    return receive(
        partial,
        Body(read=read, room=room, **body),  # type: ignore[arg-type]
        token=token,
        start=start,
        on_durable=record.advance,
    )


def promised(content: bytes) -> Checksum:
    return Checksum("sha256", hashlib.sha256(content).digest())


def test_bytes_arrive_and_are_on_record_after_they_are_on_disk(partial: PartialFile) -> None:
    record, content = Record(), os.urandom(3 * 1024 * KIB + 5)

    received = send(partial, record, Phone(content).read, announced=len(content))

    assert received == Received(offset=len(content), is_whole=True)
    assert partial.path.read_bytes() == content
    assert record.seen == [1024 * KIB, 2 * 1024 * KIB, 3 * 1024 * KIB, len(content)]


@pytest.mark.parametrize("loses_by", [ConnectionError, TimeoutError, None])
def test_a_broken_connection_keeps_what_came(
    partial: PartialFile, loses_by: type[Exception] | None
) -> None:
    record, content = Record(), os.urandom(900 * KIB)
    phone = Phone(content, breaks_after=700 * KIB + 3, loses_by=loses_by)

    received = send(partial, record, phone.read, announced=len(content))

    assert received == Received(offset=700 * KIB + 3, is_whole=False)
    assert record.offset == 700 * KIB + 3
    assert partial.path.read_bytes() == content[: record.offset]


def test_bytes_that_are_not_on_record_are_cut_off_at_resume(partial: PartialFile) -> None:
    send(partial, Record(), io.BytesIO(b"0123456789").read)

    assert partial.begin(new_id(), 4) == 4
    assert partial.path.read_bytes() == b"0123"


def test_bytes_that_were_lost_are_asked_for_again(partial: PartialFile) -> None:
    send(partial, Record(), io.BytesIO(b"0123").read)

    assert partial.begin(new_id(), 10) == 4

    partial.remove()
    assert partial.begin(new_id(), 10) == 0


def test_bytes_under_a_wrong_checksum_are_thrown_away(partial: PartialFile) -> None:
    record = Record()
    send(partial, record, io.BytesIO(b"first").read)

    with pytest.raises(ChecksumMismatch):
        send(partial, record, io.BytesIO(b"x" * 2_000_000).read, checksum=promised(b"other"))

    assert (record.offset, partial.path.read_bytes()) == (5, b"first")


def test_bytes_under_a_right_checksum_are_kept(partial: PartialFile) -> None:
    record, content = Record(), os.urandom(2_000_000)

    send(partial, record, io.BytesIO(content).read, checksum=promised(content))

    assert (record.seen, partial.path.read_bytes()) == ([2_000_000], content)


def test_bytes_under_a_checksum_are_thrown_away_when_the_connection_breaks(
    partial: PartialFile,
) -> None:
    record, content = Record(), os.urandom(2_000_000)
    phone = Phone(content, breaks_after=1_500_000)

    received = send(partial, record, phone.read, announced=2_000_000, checksum=promised(content))

    assert received == Received(offset=0, is_whole=False)
    assert (record.seen, partial.size) == ([], 0)


@pytest.mark.parametrize("room", [0, 10, 256 * KIB, 1024 * KIB, 1024 * KIB + 1])
def test_more_bytes_than_announced_never_complete_an_upload(
    partial: PartialFile, room: int
) -> None:
    record = Record()

    with pytest.raises(UploadTooLong):
        send(partial, record, io.BytesIO(b"x" * (room + 1)).read, room=room)

    assert record.offset < max(room, 1)
    assert partial.size == record.offset


def test_a_writer_that_wakes_up_late_changes_nothing(partial: PartialFile) -> None:
    old, new = new_id(), new_id()
    partial.begin(old, 0)
    partial.begin(new, 0)
    partial.write(new, 0, b"new bytes")

    with pytest.raises(UploadTakenOver):
        partial.write(old, 0, b"old bytes!")
    with pytest.raises(UploadTakenOver):
        partial.cut(old, 0)

    assert partial.path.read_bytes() == b"new bytes"


def test_a_writer_is_stopped_when_another_takes_over_meanwhile(partial: PartialFile) -> None:
    record, content = Record(), os.urandom(1024 * KIB)
    phone = Phone(content)

    def read(size: int) -> bytes:
        if phone.sent == 512 * KIB:
            partial.begin(new_id(), record.offset)
        return phone.read(size)

    with pytest.raises(UploadTakenOver):
        send(partial, record, read, announced=len(content))

    assert (record.offset, partial.size) == (0, 0)


def test_a_slow_connection_moves_the_offset_every_few_seconds(
    partial: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 10_000, 3))
    monkeypatch.setattr("sync.uploads.partial.time.monotonic", lambda: float(next(seconds)))
    record, content = Record(), os.urandom(100 * KIB)

    send(partial, record, Phone(content).read, announced=len(content))

    assert record.seen[:2] == [32 * KIB, 64 * KIB]
    assert partial.path.read_bytes() == content


def test_a_removed_file_may_be_removed_again(partial: PartialFile) -> None:
    partial.begin(new_id(), 0)

    partial.remove()
    partial.remove()

    assert list(partial.path.parent.iterdir()) == []


@settings(max_examples=60, deadline=None)
@given(
    st.binary(min_size=1, max_size=40_000),
    st.lists(
        st.tuples(st.integers(1, 30_000), st.booleans(), st.booleans()), min_size=1, max_size=12
    ),
)
def test_whatever_breaks_the_upload_ends_with_the_bytes_that_were_sent(
    content: bytes, attempts: list[tuple[int, bool, bool]]
) -> None:
    with TemporaryDirectory() as folder:
        partial, record = PartialFile(Path(folder), UPLOAD), Record()
        for size, has_checksum, breaks in [*attempts, (len(content), True, False)]:
            rest = content[record.offset :]
            piece = rest[:size]
            phone = Phone(piece, breaks_after=len(piece) // 2 if breaks else None)
            body = {"checksum": promised(piece)} if has_checksum else {}
            send(partial, record, phone.read, announced=len(piece), **body)
            assert partial.path.read_bytes() == content[: record.offset]

        assert record.offset == len(content)
