"""A metric over time as a chart draws it: few points, and none of the peaks lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from iot_gateway.rules.thresholds import as_number


class Sample(NamedTuple):
    """One value and its time."""

    at: datetime
    value: float


def samples_of(readings: Iterable[tuple[datetime, Mapping[str, Any]]], metric: str) -> list[Sample]:
    """Return the values of a metric among readings; what is no number is left out."""
    found = []
    for at, document in readings:
        value = as_number((document.get("values") or {}).get(metric))
        if value is not None:
            found.append(Sample(at, value))
    return found


def thinned(samples: Sequence[Sample], points: int) -> list[dict[str, Any]]:
    """Return at most ``points`` points for samples in order of time.

    Each point stands for an equal stretch of time in which something was said, with its last
    value, its extremes, and the time of its last sample.
    """
    if not samples:
        return []
    if len(samples) <= points:
        return [_point([sample]) for sample in samples]
    first = samples[0].at
    width = (samples[-1].at - first) / points
    stretches: dict[int, list[Sample]] = {}
    for sample in samples:
        place = min(int((sample.at - first) / width), points - 1) if width else 0
        stretches.setdefault(place, []).append(sample)
    return [_point(stretch) for stretch in stretches.values()]


def _point(stretch: Sequence[Sample]) -> dict[str, Any]:
    values = [sample.value for sample in stretch]
    return {
        "at": stretch[-1].at,
        "value": values[-1],
        "low": min(values),
        "high": max(values),
        "count": len(stretch),
    }
