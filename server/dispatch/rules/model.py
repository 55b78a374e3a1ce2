"""What ranking works on and what it answers: visits, engineers' days, proposals, rejections.

Plain values without database or clock. Every amount is a whole number of seconds, so that the
terms of a proposal add up to its total exactly, on the server and on a phone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from server.dispatch.rules.wording import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from server.kernel.priority import Priority
    from server.workforce.rules import HeldSkill, RequiredSkill, Span


class Position(NamedTuple):
    """A place in degrees, in GeoJSON order."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartNeed:
    """A part the work order will probably use, in thousandths of its unit."""

    part_id: UUID
    name: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A work order as dispatch sees it: where, how long, how urgent, what it takes.

    ``window`` is what the customer agreed to: the engineer arrives inside it or not at all.
    ``due_at`` is the promise: missing it is possible and costs.
    """

    position: Position
    duration_minutes: int
    priority: Priority
    due_at: datetime | None = None
    window: Span | None = None
    skills: tuple[RequiredSkill, ...] = ()
    parts: tuple[PartNeed, ...] = ()
    territory_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A booking that stands: when and where the engineer is already bound."""

    starts_at: datetime
    ends_at: datetime
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerDay:
    """An engineer as dispatch sees them: from where, when, with which skills, parts and bookings.

    ``van_stock`` counts what is free on the van, in thousandths of the part's unit.
    """

    id: UUID
    name: str
    home: Position
    zone: tzinfo = UTC
    shifts: tuple[Span, ...] = ()
    absences: tuple[Span, ...] = ()
    bookings: tuple[Busy, ...] = ()
    skills: Mapping[UUID, HeldSkill] = field(default_factory=dict)
    van_stock: Mapping[UUID, int] = field(default_factory=dict)
    territory_ids: frozenset[UUID] = frozenset()
    last_position: Position | None = None
    last_position_at: datetime | None = None
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact behind a proposal: a stable code with its values; clients translate."""

    code: str
    params: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give the reason as plain values, with its English sentence."""
        return {
            "code": self.code,
            "params": dict(self.params),
            "text": text_of(self.code, self.params),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A slot for one engineer and what it costs; the terms add up to the total exactly."""

    engineer_id: UUID
    engineer_name: str
    starts_at: datetime
    ends_at: datetime
    travel_seconds: int
    terms: Mapping[str, int]
    total_seconds: int
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the proposal as plain values."""
        return {
            "engineer_id": str(self.engineer_id),
            "engineer_name": self.engineer_name,
            "starts_at": instant(self.starts_at),
            "ends_at": instant(self.ends_at),
            "travel_seconds": self.travel_seconds,
            "terms": dict(self.terms),
            "total_seconds": self.total_seconds,
            "reasons": [reason.to_json() for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why an engineer cannot come: the first rule that failed, with its values."""

    engineer_id: UUID
    engineer_name: str
    code: str
    params: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Give the rejection as plain values, with its English sentence."""
        return {
            "engineer_id": str(self.engineer_id),
            "engineer_name": self.engineer_name,
            "code": self.code,
            "params": dict(self.params),
            "text": text_of(self.code, self.params),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The explanation record of one question "who should go?": best first, nobody left out."""

    proposals: tuple[Proposal, ...]
    rejected: tuple[Rejection, ...]

    def to_json(self) -> dict[str, Any]:
        """Give the whole record as plain values, fit for storing and for clients."""
        return {
            "proposals": [proposal.to_json() for proposal in self.proposals],
            "rejected": [rejection.to_json() for rejection in self.rejected],
        }


def instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
