"""What a file store does, and what both kinds share: keys, facts, refusals, hashing."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from uuid import UUID

READ_SIZE = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")
KEY = re.compile(r"blobs/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/([0-9a-f]{2})/\1[0-9a-f]{62}")


class StorageUnavailable(OSError):
    """The store cannot be reached or refuses the credentials; the same call may be repeated."""


class FileMissing(LookupError):
    """The store holds nothing under that key."""


class DifferentContent(ValueError):
    """The bytes are not the ones their sha256 names; nothing was written."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """What the store knows of one file."""

    key: str
    size: int
    stored_at: dt.datetime


class FileStore(Protocol):
    """Files by content, apart by tenant. Every method may be repeated without harm."""

    def put(self, tenant_id: UUID, source: Path, *, sha256: str) -> str:
        """Keep a copy of ``source`` and return its key once it would survive a power cut.

        Raises DifferentContent when ``sha256`` (lower-case hex) does not name these bytes, or
        when other bytes already stand under that name.
        """

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> IO[bytes]:
        """Return the bytes from ``start``, at most ``length``; the caller closes the stream.

        A range past the end is empty. Raises FileMissing.
        """

    def stat(self, key: str) -> StoredFile | None:
        """Return size and time of a file, None when the store does not hold it."""

    def delete(self, key: str) -> None:
        """Forget a file; a missing one is already forgotten."""

    def iter_keys(self, tenant_id: UUID | None = None) -> Iterator[str]:
        """Yield the keys of a tenant, or of all, in ascending order."""


def blob_key(tenant_id: UUID, sha256: str) -> str:
    """Return the key of a tenant's file; raises ValueError when ``sha256`` is not one."""
    if not SHA256.fullmatch(sha256):
        msg = f"A sha256 is 64 lower-case hexadecimal digits, not {sha256!r}."
        raise ValueError(msg)
    return f"{tenant_prefix(tenant_id)}{sha256[:2]}/{sha256}"


def tenant_prefix(tenant_id: UUID) -> str:
    """Return what every key of the tenant begins with."""
    return f"blobs/{tenant_id}/"


def checked_key(key: str) -> str:
    """Return ``key`` when it is one that ``blob_key`` makes, so that no path can escape."""
    if not KEY.fullmatch(key):
        msg = f"Not a key of this store: {key!r}."
        raise ValueError(msg)
    return key


def sha256_of(source: Path) -> tuple[str, int]:
    """Return the sha256 and the size of a file, read once in pieces."""
    digest = hashlib.sha256()
    size = 0
    with source.open("rb") as file:
        while piece := file.read(READ_SIZE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def require_same(found: str, sha256: str) -> None:
    """Raise DifferentContent unless the bytes hashed to the name they are to have."""
    if found != sha256:
        msg = f"The bytes have the sha256 {found}, not {sha256}."
        raise DifferentContent(msg)
