"""The door of the files room."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from server.files.keeping import KeptFile, keep_file
from server.files.models import Attachment, Blob
from server.files.queries import attachments_of, documents_of, find_blob, get_attachment, held_blobs
from server.files.rules import AttachmentKind, AttachmentState
from server.files.service import (
    add_attachment,
    note_receipt,
    receive_finished_upload,
    record_blob,
    refuse_blob,
    restamp_attachments,
)
from server.kernel.storage import sha256_of

__all__ = [
    "Attachment",
    "AttachmentKind",
    "AttachmentState",
    "Blob",
    "KeptFile",
    "add_attachment",
    "attachments_of",
    "documents_of",
    "get_attachment",
    "has_blob",
    "hash_of",
    "held_blobs",
    "keep_file",
    "note_receipt",
    "receive_finished_upload",
    "record_blob",
    "refuse_blob",
    "restamp_attachments",
]


def has_blob(session: Session, sha256: str) -> bool:
    """Whether the tenant holds the bytes with this sha256, safe in the store."""
    return find_blob(session, sha256) is not None


def hash_of(path: Path) -> str:
    """Return the sha256 of a local file."""
    return sha256_of(path)[0]
