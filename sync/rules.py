"""Pure rules of sync: when a fact happened, which commands are new, what a cursor says."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MAX_COMMANDS = 100
SKEW_TOLERANCE = dt.timedelta(minutes=5)
SCHEMA_VERSION = 1


class InstallationState(StrEnum):
    """Whether an enrolled app may sync."""

    ACTIVE = "active"
    REVOKED = "revoked"


class Resolution(StrEnum):
    """What a person decided about a command that could not simply be applied."""

    APPLIED = "applied"
    DISMISSED = "dismissed"


class PullStart(StrEnum):
    """Where a reader without a cursor begins."""

    START = "start"
    HEAD = "head"


@dataclass(frozen=True)
class Cursor:
    """A position in one user's view of the feed; clients treat it as opaque."""

    epoch: str
    seq: int
    view: str

    def encode(self) -> str:
        """Return the text that travels."""
        parts = [SCHEMA_VERSION, self.epoch, self.seq, self.view]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(text: str) -> Cursor | None:
    """Return the cursor, or None when the text is none of ours or of an older schema."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        version, epoch, seq, view = json.loads(raw)
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError):
        return None
    if version != SCHEMA_VERSION or not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
        return None
    if not isinstance(epoch, str) or not isinstance(view, str):
        return None
    return Cursor(epoch, seq, view)


def view_of(user_id: UUID, scopes: Collection[str]) -> str:
    """Return a short name of what a user may see; another view needs a pull from the start."""
    text = "|".join([str(user_id), *sorted(scopes)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def clock_offset(sent_at: dt.datetime | None, received_at: dt.datetime) -> dt.timedelta:
    """Return what must be added to the device's clock; unknown counts as none."""
    return dt.timedelta() if sent_at is None else received_at - sent_at


def occurred_at(
    device_at: dt.datetime,
    *,
    offset: dt.timedelta,
    enrolled_at: dt.datetime,
    received_at: dt.datetime,
) -> dt.datetime:
    """Return when a fact happened: the device's claim, corrected, between enrolment and arrival."""
    try:
        corrected = device_at + offset
    except OverflowError:
        corrected = received_at
    return max(enrolled_at, min(corrected, received_at))


def is_skewed(offset: dt.timedelta) -> bool:
    """Whether the device's clock is so wrong that people are shown it."""
    return abs(offset) > SKEW_TOLERANCE


def first_gap(last_seq: int, seqs: Sequence[int]) -> int | None:
    """Return the number that is missing in a push after ``last_seq``, or None.

    Numbers seen before may be sent again; from the first new one on there is no hole.
    """
    expect = last_seq + 1
    for seq in seqs:
        if seq > expect:
            return expect
        if seq == expect:
            expect += 1
    return None


def digest_of(entries: Collection[tuple[str, int]]) -> str:
    """Return the order-free digest of (id, revision) pairs: the XOR of their SHA-256 prefixes."""
    total = 0
    for entity_id, revision in entries:
        total ^= int.from_bytes(
            hashlib.sha256(f"{entity_id}:{revision}".encode()).digest()[:16], "big"
        )
    return f"{total:032x}"
