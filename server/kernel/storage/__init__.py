"""Files kept by content: one port, a folder and an S3 bucket behind it, chosen by an address.

A file's name is the sha256 of its bytes, so storing it twice is storing it once and nothing is
ever overwritten. What a file is for, who may see it and when it goes is not known here.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

from server.kernel.storage.folder import FolderFileStore
from server.kernel.storage.port import (
    DifferentContent,
    FileMissing,
    FileStore,
    StorageUnavailable,
    StoredFile,
    blob_key,
    sha256_of,
    tenant_prefix,
)

__all__ = [
    "DifferentContent",
    "FileMissing",
    "FileStore",
    "FolderFileStore",
    "StorageUnavailable",
    "StoredFile",
    "blob_key",
    "file_store",
    "sha256_of",
    "tenant_prefix",
]


def file_store(url: str) -> FileStore:
    """Return the store an address names: a folder, ``file:///…`` or ``s3://bucket/prefix?…``.

    The query of an ``s3`` address may hold ``endpoint_url`` and ``region``; keys and secrets come
    from the environment that boto3 reads, never from the address. Raises ValueError.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        # boto3 costs every process some 25 MB, so only those that use a bucket load it.
        store: FileStore = import_module("server.kernel.storage.s3").S3FileStore.from_url(url)
        return store
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return FolderFileStore(Path(unquote(parts.path)))
    if "://" in url or not url.strip():
        msg = f"Files are kept in a folder, file:///… or s3://bucket/prefix, not in {url!r}."
        raise ValueError(msg)
    return FolderFileStore(Path(url))
