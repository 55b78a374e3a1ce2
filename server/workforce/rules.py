"""When an engineer can work and what for: free time as half-open spans, skills that hold on a date.

Pure: no database, no clock. All instants are aware; the spans of one call share one time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

MIN_SKILL_LEVEL = 1
MAX_SKILL_LEVEL = 5


class Span(NamedTuple):
    """A stretch of time that includes its start and excludes its end."""

    starts_at: datetime
    ends_at: datetime


class SkillStanding(StrEnum):
    HOLDS = "holds"
    MISSING = "missing"
    LEVEL_TOO_LOW = "level_too_low"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """What an engineer can do; the certificate still holds on the day it expires."""

    skill_id: UUID
    level: int
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class RequiredSkill:
    """What a work order asks for; the name is for people who read the explanation."""

    skill_id: UUID
    name: str
    min_level: int = MIN_SKILL_LEVEL


def skill_standing(held: HeldSkill | None, required: RequiredSkill, *, on: date) -> SkillStanding:
    """Whether a held skill satisfies a requirement on a date, and if not, why not."""
    if held is None:
        return SkillStanding.MISSING
    if held.level < required.min_level:
        return SkillStanding.LEVEL_TOO_LOW
    if held.expires_on is not None and held.expires_on < on:
        return SkillStanding.EXPIRED
    return SkillStanding.HOLDS


def holds_all(
    held: Mapping[UUID, HeldSkill], required: Iterable[RequiredSkill], *, on: date
) -> bool:
    """Whether every requirement is satisfied on that date."""
    return all(
        skill_standing(held.get(need.skill_id), need, on=on) is SkillStanding.HOLDS
        for need in required
    )


def merged_spans(spans: Iterable[Span]) -> list[Span]:
    """The same time as few spans, in order: touching and overlapping joined, empty ones dropped."""
    merged: list[Span] = []
    for span in sorted(spans):
        if span.ends_at <= span.starts_at:
            continue
        if merged and span.starts_at <= merged[-1].ends_at:
            if span.ends_at > merged[-1].ends_at:
                merged[-1] = Span(merged[-1].starts_at, span.ends_at)
        else:
            merged.append(span)
    return merged


def spans_without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of ``spans`` when the time of ``holes`` is taken out."""
    left: list[Span] = []
    gaps = merged_spans(holes)
    first = 0
    for span in merged_spans(spans):
        cursor = span.starts_at
        while first < len(gaps) and gaps[first].ends_at <= cursor:
            first += 1
        index = first
        while index < len(gaps) and gaps[index].starts_at < span.ends_at:
            if gaps[index].starts_at > cursor:
                left.append(Span(cursor, gaps[index].starts_at))
            cursor = max(cursor, gaps[index].ends_at)
            index += 1
        if cursor < span.ends_at:
            left.append(Span(cursor, span.ends_at))
    return left


def free_spans(
    shifts: Iterable[Span], absences: Iterable[Span], busy: Iterable[Span]
) -> list[Span]:
    """When an engineer could take more work: shifts minus absences minus what is booked."""
    return spans_without(shifts, [*absences, *busy])


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a moment; touching ends do not."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
