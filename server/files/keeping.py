"""Bringing bytes into the file store and out of it, without a session.

Hashing and copying hundreds of megabytes must not happen while a transaction is open: on SQLite
it would hold the only writer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from server.files import images, rules
from server.files.errors import FileStoreAway
from server.kernel.storage import FileStore, StorageUnavailable, blob_key, sha256_of

PIECE = 1 << 18


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file that was judged and is safe in the store, but is not yet on record."""

    sha256: str
    size: int
    facts: rules.FileFacts


def keep_file(store: FileStore, *, tenant_id: UUID, path: Path, claimed_mime: str) -> KeptFile:
    """Judge a finished file and bring it into the store; may be repeated.

    Raises the refusals of ``errors.py`` before anything is stored, and FileStoreAway.
    """
    sha256, size = sha256_of(path)
    with path.open("rb") as stream:
        facts = rules.judge(stream, size=size, claimed=claimed_mime, has_heif=images.has_heif())
    try:
        store.put(tenant_id, path, sha256=sha256)
    except StorageUnavailable as error:
        raise FileStoreAway("Files cannot be stored right now; nothing is lost.") from error
    return KeptFile(sha256=sha256, size=size, facts=facts)


@contextmanager
def fetched(store: FileStore, *, tenant_id: UUID, sha256: str) -> Iterator[Path]:
    """Lend a local copy of a stored file, in a folder of its own that then disappears."""
    with tempfile.TemporaryDirectory(prefix="truckroll-") as folder:
        path = Path(folder) / "original"
        with store.open(blob_key(tenant_id, sha256)) as source, path.open("wb") as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        yield path


def pieces(
    store: FileStore, key: str, *, start: int = 0, length: int | None = None
) -> Iterator[bytes]:
    """Yield a stored file piece by piece, as an answer streams it."""
    with store.open(key, start=start, length=length) as source:
        while piece := source.read(PIECE):
            yield piece
