"""How long readings and dead letters are kept."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from iot_gateway import retention
from server.kernel import clock
from server.kernel.modules import Platform
from server.kernel.outbox import run_due
from server.kernel.uow import unit_of_work
from tests.iot_gateway.records import SECOND, Box, Gateway, a_box, letters_of, readings_of
from tests.platforms import make_tenant

DAY = dt.timedelta(days=1)
Working = Callable[..., Any]


def days_ago(days: float) -> dt.datetime:
    return clock.now() - days * DAY


def test_what_is_older_than_the_settings_say_is_dropped(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(*(box.measures(n, at=days_ago(n)) for n in (500, 401, 399, 1)))
    gateway.take(*(box.says(b"\xff%d" % n, at=days_ago(n)) for n in (91, 89)))
    gateway.evaluate(box)

    with working() as session:
        retention.forget_old(session)

    with working() as session:
        values = [row.document["values"]["temperature"] for row in readings_of(session, box.id)]
        assert values == [399, 1]
        assert [letter.payload for letter in letters_of(session, box.id)] == [b"\xff89"]


def test_a_dead_letter_that_still_comes_is_kept(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(box.says(b"no json", at=days_ago(200)))
    gateway.take(box.says(b"no json", at=days_ago(2)))

    with working() as session:
        retention.forget_old(session)
        (letter,) = letters_of(session, box.id)

    assert letter.occurrences == 2


def test_a_reading_that_was_not_evaluated_stays(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(box.measures(1, at=days_ago(500)))
    gateway.evaluate(box)
    gateway.take(box.measures(2, at=days_ago(450)))

    with working() as session:
        dropped = retention.forget_readings(session, days_ago(400))
        left = [row.document["values"]["temperature"] for row in readings_of(session, box.id)]

    assert (dropped, left) == (1, [2])


def test_nothing_is_dropped_where_the_settings_say_for_ever(
    gateway: Gateway,
    box: Box,
    working: Working,
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for_ever: dict[str, Any] = {"keep_readings_days": 0, "keep_dead_letters_days": 0}
    monkeypatch.setattr(platform, "settings", dataclasses.replace(platform.settings, **for_ever))
    gateway.take(box.measures(1, at=days_ago(5000)), box.says(b"no json", at=days_ago(5000)))
    gateway.evaluate(box)

    with working() as session:
        retention.forget_old(session)
        assert len(readings_of(session, box.id)) == len(letters_of(session, box.id)) == 1


def test_another_tenant_keeps_what_it_has(
    gateway: Gateway, box: Box, working: Working, platform: Platform
) -> None:
    others = make_tenant(platform)
    theirs = a_box(platform, others)
    gateway.take(box.measures(1, at=days_ago(500)), theirs.measures(2, at=days_ago(500)))
    gateway.evaluate(box, theirs)

    with working() as session:
        assert retention.forget_readings(session, days_ago(400)) == 1

    with working() as session:
        assert readings_of(session, box.id) == []
    with unit_of_work(platform, others.id, write=False) as session:
        assert len(readings_of(session, theirs.id)) == 1


def test_more_than_one_run_takes_is_dropped_by_the_runs_that_follow_at_once(
    gateway: Gateway,
    box: Box,
    working: Working,
    platform: Platform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "MOST_READINGS", 50)
    gateway.take(*(box.measures(n, at=days_ago(500) + n * SECOND) for n in range(120)))
    gateway.evaluate(box)

    with working() as session:
        retention.forget_old(session)
    while run_due(platform):
        pass

    with working() as session:
        assert readings_of(session, box.id) == []
