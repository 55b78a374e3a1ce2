"""The file store of the embedded platform: a folder on a local disk."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast
from uuid import UUID

from server.kernel.storage.port import (
    READ_SIZE,
    FileMissing,
    StoredFile,
    blob_key,
    checked_key,
    require_same,
    sha256_of,
)

ABANDONED_SECONDS = 24 * 3600


class FolderFileStore:
    """Files under ``root``, each written aside, flushed to the disk and then linked to its name.

    A crash leaves at most a file in ``incoming``, which a later start removes after a day.
    """

    def __init__(self, root: Path) -> None:
        """Use ``root``, which is made when it is missing."""
        self.root = root.absolute()
        self.incoming = self.root / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self._remove_abandoned()

    def put(self, tenant_id: UUID, source: Path, *, sha256: str) -> str:
        """Keep a copy of ``source`` under the name of its content."""
        key = blob_key(tenant_id, sha256)
        target = self.root / key
        if target.exists():
            _require_content(source, sha256)
            _require_content(target, sha256)
            return key
        _make_folder(target.parent, self.root)
        with tempfile.NamedTemporaryFile(dir=self.incoming) as copy:
            _copy(source, cast("IO[bytes]", copy), sha256)
            _link_once(Path(copy.name), target, sha256)
        _flush_folder(target.parent)
        return key

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> IO[bytes]:
        """Return the bytes from ``start``, at most ``length``."""
        path = self._path(key)
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise FileMissing(key) from None
        file.seek(start)
        return file if length is None else cast("IO[bytes]", _Window(file, length))

    def stat(self, key: str) -> StoredFile | None:
        """Return size and time of a file, None when the folder does not hold it."""
        try:
            facts = self._path(key).stat()
        except FileNotFoundError:
            return None
        stored_at = dt.datetime.fromtimestamp(facts.st_mtime, dt.UTC)
        return StoredFile(key=key, size=facts.st_size, stored_at=stored_at)

    def delete(self, key: str) -> None:
        """Forget a file; a missing one is already forgotten."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _flush_folder(path.parent)

    def iter_keys(self, tenant_id: UUID | None = None) -> Iterator[str]:
        """Yield the keys of a tenant, or of all, in ascending order."""
        pattern = f"blobs/{tenant_id or '*'}/??/*"
        for path in sorted(self.root.glob(pattern)):
            yield path.relative_to(self.root).as_posix()

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    def _remove_abandoned(self) -> None:
        oldest = time.time() - ABANDONED_SECONDS
        for path in self.incoming.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


class _Window(io.RawIOBase):
    """The next ``length`` bytes of an open file, which it closes with itself."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file = file
        self._left = max(0, length)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        piece = self._file.read(wanted)
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()
        super().close()


def _copy(source: Path, copy: IO[bytes], sha256: str) -> None:
    """Copy and hash in one pass, then wait for the disk; raises DifferentContent."""
    digest = hashlib.sha256()
    with source.open("rb") as file:
        while piece := file.read(READ_SIZE):
            digest.update(piece)
            copy.write(piece)
    require_same(digest.hexdigest(), sha256)
    copy.flush()
    os.fsync(copy.fileno())


def _link_once(copy: Path, target: Path, sha256: str) -> None:
    """Give the copy its name, unless another writer was first with the same content.

    A link, unlike a rename, refuses to replace what stands there.
    """
    copy.chmod(0o640)
    try:
        target.hardlink_to(copy)
    except FileExistsError:
        _require_content(target, sha256)


def _require_content(path: Path, sha256: str) -> None:
    require_same(sha256_of(path)[0], sha256)


def _make_folder(folder: Path, root: Path) -> None:
    """Make the folder and wait until every new entry on the way to it is on the disk."""
    missing = [folder, *(p for p in folder.parents if p.is_relative_to(root))]
    missing = [path for path in missing if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(missing):
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
