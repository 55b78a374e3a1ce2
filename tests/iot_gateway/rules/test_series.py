"""A chart's few points: every peak of the readings is still there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.rules import samples_of, thinned
from iot_gateway.rules.series import Sample

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
VALUES = st.floats(-1e6, 1e6)
SAMPLES = st.lists(st.tuples(st.integers(0, 10_000), VALUES), max_size=200).map(
    lambda pairs: [
        Sample(NOON + dt.timedelta(seconds=seconds), value) for seconds, value in sorted(pairs)
    ]
)


@given(SAMPLES, st.integers(2, 50))
def test_few_points_lose_no_peak_and_no_reading(samples: list[Sample], points: int) -> None:
    found = thinned(samples, points)

    assert len(found) <= points
    assert sum(point["count"] for point in found) == len(samples)
    assert [point["at"] for point in found] == sorted(point["at"] for point in found)
    if samples:
        assert max(point["high"] for point in found) == max(s.value for s in samples)
        assert min(point["low"] for point in found) == min(s.value for s in samples)
        assert found[-1]["value"] == samples[-1].value


def test_only_numbers_of_the_metric_are_drawn() -> None:
    readings: list[tuple[dt.datetime, dict[str, Any]]] = [
        (NOON, {"values": {"temperature": 61.5, "mode": "eco"}}),
        (NOON, {"values": {"mode": "eco"}}),
        (NOON, {"fault": {"code": "E7"}}),
        (NOON, {"values": {"temperature": True}}),
    ]

    assert [sample.value for sample in samples_of(readings, "temperature")] == [61.5, 1.0]
    assert samples_of(readings, "mode") == []
