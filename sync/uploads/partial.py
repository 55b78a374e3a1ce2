"""The bytes of an unfinished upload: a file that only its newest writer may change.

The offset of record lives in the database and moves only after the bytes before it are on the
disk; whatever the file holds beyond it is cut off when a writer begins. A half-open connection
leaves its writer waiting for bytes while a newer request has taken over; should it ever wake up,
the fence (a token kept beside the file, read under a lock of the file system) stops it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sync.uploads.errors import ChecksumMismatch, UploadTakenOver, UploadTooLong
from sync.uploads.rules import Checksum

READ_SIZE = 16 * 1024
FLUSH_SIZE = 256 * 1024
CHECKPOINT_SIZE = 1024 * 1024
CHECKPOINT_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Body:
    """One request's body: how to read it and what was announced of it.

    ``read(n)`` gives at most n bytes, nothing at the end, and raises OSError when the connection
    broke. ``announced`` is the Content-Length, ``room`` the most that may come.
    """

    read: Callable[[int], bytes]
    room: int
    announced: int | None = None
    checksum: Checksum | None = None


@dataclass(frozen=True, kw_only=True)
class Received:
    """Where the upload stands after a request; not whole when the connection broke before."""

    offset: int
    is_whole: bool


class PartialFile:
    """The file of one unfinished upload in a local folder."""

    def __init__(self, folder: Path, upload_id: UUID) -> None:
        """Use ``<folder>/<id>.part``, which need not exist yet."""
        self.path = folder / f"{upload_id}.part"
        self.fence = folder / f"{upload_id}.fence"

    @property
    def size(self) -> int:
        """How many bytes there are; zero without a file."""
        return self.path.stat().st_size if self.path.exists() else 0

    def begin(self, token: UUID, recorded: int) -> int:
        """Become the only writer, cut off what is not on record, and return the true offset.

        The true offset is smaller than ``recorded`` when bytes were lost, as after a restore.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._held(token, take=True):
            self.path.touch(mode=0o640)
            if self.size > recorded:
                self._cut(recorded)
            return self.size

    def write(self, token: UUID, offset: int, content: bytes) -> None:
        """Put bytes at ``offset``; raises UploadTakenOver when a newer writer has begun."""
        with self._held(token), self.path.open("r+b") as file:
            file.seek(offset)
            file.write(content)

    def flush(self) -> None:
        """Wait until everything written is on the disk."""
        with self.path.open("rb") as file:
            os.fsync(file.fileno())

    def cut(self, token: UUID, offset: int) -> None:
        """Throw away everything from ``offset`` on; raises UploadTakenOver."""
        with self._held(token):
            self._cut(offset)

    def remove(self) -> None:
        """Forget the file; a missing one is already forgotten."""
        self.path.unlink(missing_ok=True)
        self.fence.unlink(missing_ok=True)

    def _cut(self, offset: int) -> None:
        os.truncate(self.path, offset)
        self.flush()

    @contextmanager
    def _held(self, token: UUID, *, take: bool = False) -> Iterator[None]:
        """Hold the lock of the fence while the file is changed, as writer ``token``."""
        descriptor = os.open(self.fence, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if take:
                os.pwrite(descriptor, token.bytes, 0)
            elif os.pread(descriptor, 16, 0) != token.bytes:
                raise UploadTakenOver("A newer request writes this upload.")
            yield
        finally:
            os.close(descriptor)


def receive(
    partial: PartialFile,
    body: Body,
    *,
    token: UUID,
    start: int,
    on_durable: Callable[[int], None],
) -> Received:
    """Store a request's bytes from ``start`` on and say where the upload stands.

    ``on_durable`` is called with an offset once everything before it is on the disk, every now
    and then and at the end; it raises UploadTakenOver to stop. A broken connection keeps what
    came. Bytes under a checksum count only when it is right, so they are thrown away otherwise.
    Raises ChecksumMismatch and UploadTooLong.
    """
    writer = _Writer(partial, body, token, start, on_durable)
    try:
        writer.take_all()
        return writer.finish()
    except (ChecksumMismatch, UploadTooLong):
        partial.cut(token, writer.durable)
        raise


class _Writer:
    """Collects pieces, writes them in larger ones and keeps count of what is on the disk."""

    def __init__(
        self,
        partial: PartialFile,
        body: Body,
        token: UUID,
        start: int,
        on_durable: Callable[[int], None],
    ) -> None:
        self.partial, self.body, self.token, self.start = partial, body, token, start
        self.on_durable = on_durable
        self.digest = body.checksum.start() if body.checksum else None
        self.offset = self.durable = start
        self.pending = bytearray()
        self.checked_at = time.monotonic()
        self.is_broken = False

    @property
    def taken(self) -> int:
        return self.offset + len(self.pending) - self.start

    def take_all(self) -> None:
        """Read to the end of the body, or as far as the connection holds."""
        while True:
            try:
                piece = self.body.read(READ_SIZE)
            except OSError:
                self.is_broken = True
                return
            if not piece:
                self.is_broken = self.body.announced not in (None, self.taken)
                return
            self.pending += piece
            if self.taken > self.body.room:
                raise UploadTooLong("More bytes came than were announced.", allowed=self.body.room)
            if self.digest is not None:
                self.digest.update(piece)
            self.write_some()

    def write_some(self) -> None:
        """Write when enough has come; move the offset of record from time to time."""
        is_late = time.monotonic() - self.checked_at > CHECKPOINT_SECONDS
        if len(self.pending) < FLUSH_SIZE and not is_late:
            return
        self.write_pending()
        is_last = self.taken == self.body.room
        is_due = is_late or self.offset - self.durable >= CHECKPOINT_SIZE
        # The last bytes wait for the end of the body: it may turn out to be too long.
        if is_due and self.digest is None and not is_last:
            self.record()

    def write_pending(self) -> None:
        if self.pending:
            self.partial.write(self.token, self.offset, bytes(self.pending))
            self.offset += len(self.pending)
            self.pending.clear()

    def record(self) -> None:
        self.partial.flush()
        self.on_durable(self.offset)
        self.durable, self.checked_at = self.offset, time.monotonic()

    def finish(self) -> Received:
        """Put the rest on the disk and on record, unless the checksum speaks against it."""
        self.write_pending()
        if self.body.checksum is not None and self.digest is not None:
            if self.is_broken:
                # Without the rest nothing tells whether these bytes are right.
                self.partial.cut(self.token, self.start)
                return Received(offset=self.start, is_whole=False)
            self.body.checksum.require(self.digest)
        if self.offset > self.durable:
            self.record()
        return Received(offset=self.offset, is_whole=not self.is_broken)
