"""tus 1.0 as pure functions: what the headers of a request say, and when it is refused.

Quoted sentences are the protocol's (tus.io/protocols/resumable-upload, version 1.0.0). The length
must be known when an upload is created: a phone knows its photo.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from enum import StrEnum
from typing import Protocol

from server.files.rules import MAX_FILE_SIZE, require_size
from sync.uploads.errors import (
    TUS_VERSION,
    ChecksumMismatch,
    ChecksumUnsupported,
    HeaderInvalid,
    OffsetWrong,
    PatchTypeWrong,
    UploadTooLong,
    VersionUnsupported,
)

MAX_PATCH_SIZE = 8 * 1024 * 1024
KEPT = dt.timedelta(days=7)
LEASE = dt.timedelta(seconds=30)
MAX_OPEN_UPLOADS = 200
PATCH_TYPE = "application/offset+octet-stream"
EXTENSIONS = ("creation", "creation-with-upload", "checksum", "termination", "expiration")
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
MAX_PAIRS = 32
MAX_NAME_LENGTH = 200
MAX_VALUE_LENGTH = 1000
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
SHA256 = re.compile(r"[0-9a-fA-F]{64}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class UploadState(StrEnum):
    """The life of an upload."""

    RECEIVING = "receiving"
    FINISHED = "finished"
    REFUSED = "refused"


class Digest(Protocol):
    """A hash that grows with the bytes it is given."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""

    def digest(self) -> bytes:
        """Return the hash of all bytes so far."""


@dataclass(frozen=True)
class Checksum:
    """What the sender promises of one PATCH: the algorithm and the hash of the body."""

    algorithm: str
    expected: bytes

    def start(self) -> Digest:
        """Return an empty hash of the promised kind."""
        return ALGORITHMS[self.algorithm](usedforsecurity=False)

    def require(self, digest: Digest) -> None:
        """Raise ChecksumMismatch unless the bytes are the promised ones."""
        if not hmac.compare_digest(digest.digest(), self.expected):
            raise ChecksumMismatch(
                "The bytes do not match Upload-Checksum; they were thrown away.",
                algorithm=self.algorithm,
            )


@dataclass(frozen=True, kw_only=True)
class UploadMetadata:
    """What the sender says of the file; ``pairs`` holds everything, unread keys included."""

    name: str = ""
    mime: str = ""
    sha256: str | None = None
    pairs: Mapping[str, str] = field(default_factory=dict)


def require_version(header: str | None) -> None:
    """Refuse a request that does not speak tus 1.0.0.

    "If the version specified by the Client is not supported by the Server, it MUST respond with
    the 412 Precondition Failed status".
    """
    if header != TUS_VERSION:
        raise VersionUnsupported("Send Tus-Resumable: 1.0.0.", supported=[TUS_VERSION])


def read_length(length: str | None, deferred: str | None) -> int:
    """Return ``Upload-Length``; raises HeaderInvalid and the refusals of the files room.

    A deferred length is refused: the extension ``creation-defer-length`` is not offered.
    """
    if deferred is not None:
        raise HeaderInvalid("Upload-Defer-Length is not offered; send Upload-Length.")
    size = _whole_number("Upload-Length", length)
    require_size(size)
    return size


def read_offset(header: str | None) -> int:
    """Return ``Upload-Offset``."""
    return _whole_number("Upload-Offset", header)


def read_metadata(header: str | None) -> UploadMetadata:
    """Return what ``Upload-Metadata`` says; the empty header that some clients send says nothing.

    "The Upload-Metadata request and response header MUST consist of one or more comma-separated
    key-value pairs. The key and value MUST be separated by a space. […] The key MUST be ASCII
    encoded and the value MUST be Base64 encoded. All keys MUST be unique. The value MAY be empty."
    """
    pairs: dict[str, str] = {}
    for part in (header or "").split(","):
        if not part.strip():
            continue
        key, _, value = part.strip().partition(" ")
        if not key.isascii() or not key.isprintable() or key in pairs or len(pairs) >= MAX_PAIRS:
            raise HeaderInvalid(
                "The keys of Upload-Metadata are unique printable ASCII words, at most 32.",
                header="Upload-Metadata",
            )
        pairs[key] = _metadata_text(key[:MAX_NAME_LENGTH], value.strip())
    return UploadMetadata(
        name=file_name(pairs.get("filename") or pairs.get("name") or ""),
        mime=(pairs.get("filetype") or pairs.get("type") or "")[:MAX_NAME_LENGTH],
        sha256=_declared_sha256(pairs.get("sha256")),
        pairs=pairs,
    )


def write_metadata(pairs: Mapping[str, str]) -> str:
    """Return the header that ``read_metadata`` reads as ``pairs``."""
    encoded = ((key, base64.b64encode(value.encode()).decode()) for key, value in pairs.items())
    return ",".join(f"{key} {value}".rstrip() for key, value in encoded)


def file_name(text: str) -> str:
    """Return a name that is safe to show and to store: no folders, no control characters."""
    bare = re.split(r"[/\\]", text)[-1]
    return UNPRINTABLE.sub("", bare).strip().strip(".")[:MAX_NAME_LENGTH]


def read_checksum(header: str | None) -> Checksum | None:
    """Return what ``Upload-Checksum`` promises, None without the header."""
    if header is None:
        return None
    algorithm, _, encoded = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise ChecksumUnsupported(
            "Upload-Checksum names an algorithm that is not known.",
            algorithm=algorithm[:40],
            supported=sorted(ALGORITHMS),
        )
    try:
        expected = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        expected = b""
    if len(expected) != ALGORITHMS[algorithm](usedforsecurity=False).digest_size:
        raise HeaderInvalid(f"Upload-Checksum is not a Base64 encoded {algorithm}.")
    return Checksum(algorithm, expected)


def require_patch_type(content_type: str | None) -> None:
    """Refuse a PATCH whose body is declared as anything but bytes at an offset (415)."""
    if (content_type or "").split(";", 1)[0].strip().lower() != PATCH_TYPE:
        raise PatchTypeWrong(f"Send Content-Type: {PATCH_TYPE}.", expected=PATCH_TYPE)


def require_offset(claimed: int, actual: int) -> None:
    """Refuse bytes that do not continue where the upload stands.

    "The Upload-Offset header's value MUST be equal to the current offset of the resource. […] If
    the offsets do not match, the Server MUST respond with the 409 Conflict status".
    """
    if claimed != actual:
        refusal = OffsetWrong("The upload stands elsewhere.", claimed=claimed, actual=actual)
        refusal.headers["Upload-Offset"] = str(actual)
        raise refusal


def room_left(*, length: int, offset: int, announced: int | None) -> int:
    """Return how many bytes one PATCH may bring.

    ``announced`` is its Content-Length when there is one: a request that announces too much is
    refused before a byte is read. Raises UploadTooLong.
    """
    room = min(MAX_PATCH_SIZE, length - offset)
    if announced is not None and announced > room:
        raise UploadTooLong(
            "The request carries more bytes than it may.",
            announced=announced,
            allowed=room,
            max_patch_size=MAX_PATCH_SIZE,
        )
    return room


def http_date(instant: dt.datetime) -> str:
    """Return an instant as HTTP writes it (RFC 9110 §5.6.7), for ``Upload-Expires``."""
    return format_datetime(instant.astimezone(dt.UTC), usegmt=True)


def offered() -> dict[str, str]:
    """Return the headers that tell a client what is spoken here."""
    return {
        "Tus-Version": TUS_VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(MAX_FILE_SIZE),
        "Tus-Checksum-Algorithm": ",".join(sorted(ALGORITHMS)),
    }


def _whole_number(name: str, text: str | None) -> int:
    if text is None or not WHOLE_NUMBER.fullmatch(text):
        raise HeaderInvalid(f"{name} must be a whole number, not negative.", header=name)
    return int(text)


def _metadata_text(key: str, value: str) -> str:
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        text = "\0"
    if len(text) > MAX_VALUE_LENGTH or "\0" in text:
        raise HeaderInvalid(
            "The values of Upload-Metadata are Base64 encoded UTF-8 text.",
            header="Upload-Metadata",
            key=key,
        )
    return text


def _declared_sha256(text: str | None) -> str | None:
    if not text:
        return None
    if not SHA256.fullmatch(text):
        raise HeaderInvalid(
            "The sha256 in Upload-Metadata is 64 hexadecimal digits.", header="Upload-Metadata"
        )
    return text.lower()
