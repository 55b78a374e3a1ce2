"""Replayed readings raise what they would have raised at their own pace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.iot_gateway.records import NOON, SECOND, Box, Gateway, alarms_of, milliseconds

Working = Callable[..., Any]


@pytest.mark.parametrize(("speed", "count"), [(None, 0), (1, 0), (3600, 1)])
def test_two_hourly_readings_beyond_a_limit_raise_an_alarm_at_any_speed(
    gateway: Gateway,
    watched: Callable[..., Box],
    working: Working,
    speed: float | None,
    count: int,
) -> None:
    box = watched(limit={"on_delay_seconds": 3600})
    meta = {} if speed is None else {"meta": {"speed": speed}}
    for second in range(2):
        at = NOON + second * SECOND
        document = {"ts": milliseconds(at), "values": {"temperature": 90}, **meta}
        gateway.take(box.says(document, at=at))
        gateway.evaluate(box)

    with working() as session:
        assert len(alarms_of(session, box.id)) == count
