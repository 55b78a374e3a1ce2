"""What happens to attachments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AttachmentAdded(Event):
    """A file was announced for a record; its bytes may still be on the device."""

    type: ClassVar[str] = "attachment.added"
    entity_kind: ClassVar[str] = "attachment"

    subject_kind: str
    subject_id: UUID
    kind: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class AttachmentStored(Event):
    """The bytes of an attachment have arrived and are safe."""

    type: ClassVar[str] = "attachment.stored"
    entity_kind: ClassVar[str] = "attachment"

    subject_kind: str
    subject_id: UUID
    sha256: str


@dataclass(frozen=True, kw_only=True)
class AttachmentRefused(Event):
    """The bytes arrived and are none that are kept; the announcement stays, with the reason."""

    type: ClassVar[str] = "attachment.refused"
    entity_kind: ClassVar[str] = "attachment"

    subject_kind: str
    subject_id: UUID
    sha256: str
    code: str
