"""Evaluation: the same readings give the same alarms, exactly once, whatever happens between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from iot_gateway import evaluation, queries, service
from iot_gateway.models import AlarmState, DeviceState, EvaluationHead
from server.assets import api as assets
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.iot_gateway.records import (
    NOON,
    SECOND,
    Box,
    Gateway,
    a_limit,
    alarms_of,
    episodes_of,
    make_box,
    milliseconds,
    tickets_of,
)
from tests.iot_gateway.refusals import refusing

Working = Callable[..., Any]
Watched = Callable[..., Box]
MINUTE = dt.timedelta(minutes=1)


def say(gateway: Gateway, box: Box, *values: float, start: dt.datetime = NOON) -> None:
    """Let a device measure once a second, and evaluate it."""
    gateway.take(*(box.measures(v, at=start + n * SECOND) for n, v in enumerate(values)))
    gateway.evaluate(box)


def test_a_value_beyond_its_limit_raises_an_alarm_with_a_ticket(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()

    say(gateway, box, 60, 85)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        (episode,) = episodes_of(session, box.asset_id)
        (ticket,) = tickets_of(session, box.asset_id)
        at = NOON + SECOND
        assert (alarm.state, alarm.value, alarm.raised_at) == (AlarmState.ACTIVE, 85.0, at)
        assert alarm.message == "Too hot: temperature > 80, was 85"
        assert (alarm.episode_id, episode.ticket_id) == (episode.id, ticket.id)
        assert (ticket.channel, ticket.opened_at) == ("device", at)
        assert ticket.source_key == f"episode:{episode.id}"
        assert ticket.fault_code_id == box.fault_code_id


def test_between_the_limits_nothing_changes(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()

    say(gateway, box, 75, 85, 75, 81, 72, 79)
    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.cleared_at is None
    say(gateway, box, 69, start=NOON + MINUTE)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert (alarm.state, alarm.cleared_at) == (AlarmState.CLEARED, NOON + MINUTE)
        assert len(tickets_of(session, box.asset_id)) == 1


def test_ten_thousand_values_around_the_limit_are_one_alarm(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    values = [79.0, 81.0, 80.0, 82.0] * 2500

    for start in range(0, len(values), 1000):
        say(gateway, box, *values[start : start + 1000], start=NOON + start * SECOND)

    with working() as session:
        assert len(alarms_of(session, box.id)) == 1
        assert len(tickets_of(session, box.asset_id)) == 1


def test_a_fault_that_comes_and_goes_has_one_ticket(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()

    say(gateway, box, *(90, 60) * 20)

    with working() as session:
        alarms = alarms_of(session, box.id)
        assert len(alarms) == 20
        assert len({alarm.episode_id for alarm in alarms}) == 1
        assert len(tickets_of(session, box.asset_id)) == 1


def test_a_delay_is_measured_by_the_readings_and_survives_a_restart(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(limit={"on_delay_seconds": 60})

    say(gateway, box, 90)
    gateway.restart()
    say(gateway, box, 90, start=NOON + 59 * SECOND)
    with working() as session:
        assert alarms_of(session, box.id) == []
    gateway.restart()
    say(gateway, box, 90, start=NOON + 60 * SECOND)

    with working() as session:
        assert [alarm.raised_at for alarm in alarms_of(session, box.id)] == [NOON + MINUTE]


def test_a_reading_that_comes_too_late_raises_no_alarm(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()

    gateway.take(box.measures(90)._replace(received_at=NOON + 11 * MINUTE))
    gateway.evaluate(box)

    with working() as session:
        assert alarms_of(session, box.id) == []


def test_a_fault_that_was_reported_is_believed_however_late(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})

    gateway.take(box.reports("E1")._replace(received_at=NOON + 5 * 60 * MINUTE))
    gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert (alarm.raised_at, alarm.message) == (NOON, "E1 happened")


def test_a_fault_reported_again_is_one_more_occurrence(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    first, second = box.reports("E1"), box.reports("E1", at=NOON + MINUTE)

    gateway.take(first, second, second._replace(is_duplicate=True), box.reports("E2"))
    gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert (alarm.occurrences, alarm.raised_at) == (2, NOON)
        assert alarm.last_at == NOON + MINUTE


def test_what_a_device_said_last_is_kept_by_the_time_it_was_true(
    gateway: Gateway, box: Box, working: Working
) -> None:
    gateway.take(
        box.measures(1, at=NOON),
        box.measures(2, at=NOON + MINUTE, metric="pressure"),
        box.measures(0, at=NOON - MINUTE)._replace(received_at=NOON + 2 * MINUTE),
    )
    gateway.evaluate(box)

    with working() as session:
        state = session.get(DeviceState, box.id)
        assert state.values == {"temperature": 1, "pressure": 2}
        assert (state.last_at, state.last_received_at) == (NOON + MINUTE, NOON + 2 * MINUTE)


def test_what_was_evaluated_is_not_evaluated_again(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    gateway.take(*(box.reports("E1", at=NOON + n * SECOND) for n in range(5)))

    assert [gateway.evaluate(box) for _ in range(3)] == [5, 0, 0]

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.occurrences == 5


def test_an_evaluation_that_is_killed_goes_on_where_it_was(
    gateway: Gateway, watched: Watched, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "BATCH", 10)
    box = watched(code={})
    gateway.take(*(box.reports("E1", at=NOON + n * SECOND) for n in range(35)))
    stops = iter([False, False, True])

    first = evaluation.evaluate(gateway.platform, box.tenant_id, is_stopping=lambda: next(stops))
    assert position(working) == 20
    rest = gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert (first, rest, alarm.occurrences) == (20, 15, 35)


def test_an_evaluation_that_fails_leaves_nothing_behind(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    gateway.take(box.measures(90))

    with (
        refusing(gateway.platform, "rule_state", "new.phase = 'active'"),
        pytest.raises(Exception, match="refused by the test"),
    ):
        gateway.evaluate(box)
    with working() as session:
        assert (alarms_of(session, box.id), tickets_of(session, box.asset_id)) == ([], [])
    gateway.evaluate(box)

    with working() as session:
        assert len(alarms_of(session, box.id)) == len(tickets_of(session, box.asset_id)) == 1


def test_readings_that_left_gaps_in_the_numbers_are_all_evaluated(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    repeated = box.reports("E1")

    gateway.take(repeated)
    gateway.take(*[repeated] * 5)
    gateway.take(box.reports("E1", at=NOON + MINUTE))
    gateway.evaluate(box)
    gateway.take(*[repeated] * 5)

    assert gateway.evaluate(box) == 0
    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.occurrences == 2
    assert position(working) == 12


def test_every_rule_for_a_code_raises_its_alarm(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={}, limit={"metric": None, "event_code": "E1", "name": "Another"})

    gateway.take(box.reports("E1"))
    gateway.evaluate(box)

    with working() as session:
        assert len(alarms_of(session, box.id)) == 2
        assert len(tickets_of(session, box.asset_id)) == 1


def test_a_rule_out_of_force_is_not_evaluated_and_its_alarms_are_cleared(
    gateway: Gateway, working: Working, tenant: Tenant
) -> None:
    with working() as session:
        box = make_box(session, tenant)
        rule_id = a_limit(session, box).id
    say(gateway, box, 90)

    with working() as session:
        rule = queries.get_rule(session, rule_id)
        service.change_rule(
            session, actor=system(tenant.id), rule=rule, changes={"is_active": False}
        )
    say(gateway, box, 60, 90, start=NOON + MINUTE)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.state is AlarmState.CLEARED


def test_a_rule_with_another_condition_begins_anew(
    gateway: Gateway, working: Working, tenant: Tenant
) -> None:
    with working() as session:
        box = make_box(session, tenant)
        rule_id = a_limit(session, box).id
    say(gateway, box, 90)

    with working() as session:
        rule = queries.get_rule(session, rule_id)
        changes = {"metric": "pressure"}
        service.change_rule(session, actor=system(tenant.id), rule=rule, changes=changes)
    gateway.take(box.measures(99, metric="pressure", at=NOON + MINUTE))
    gateway.evaluate(box)

    with working() as session:
        states = [alarm.state for alarm in alarms_of(session, box.id)]
        assert states == [AlarmState.CLEARED, AlarmState.ACTIVE]


def test_a_device_moved_to_another_asset_leaves_its_alarms_behind(
    gateway: Gateway, watched: Watched, working: Working, tenant: Tenant
) -> None:
    box = watched()
    say(gateway, box, 90)

    with working() as session:
        other = make_box(session, tenant)
        device = assets.get_device(session, box.id)
        assets.change_device(
            session,
            actor=system(tenant.id),
            device=device,
            changes={"asset_id": other.asset_id},
        )
    say(gateway, box, 95, start=NOON + MINUTE)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert (alarm.state, alarm.asset_id) == (AlarmState.CLEARED, box.asset_id)


def test_an_alarm_whose_ticket_is_refused_is_kept_and_the_next_one_tries_again(
    gateway: Gateway, watched: Watched, working: Working, tenant: Tenant
) -> None:
    box = watched()
    archive(working, box, is_archived=True)

    say(gateway, box, 90, 60)
    with working() as session:
        assert (len(alarms_of(session, box.id)), tickets_of(session, box.asset_id)) == (1, [])
    archive(working, box, is_archived=False)
    say(gateway, box, 90, start=NOON + MINUTE)

    with working() as session:
        (ticket,) = tickets_of(session, box.asset_id)
        (episode,) = episodes_of(session, box.asset_id)
        assert episode.ticket_id == ticket.id


def archive(working: Working, box: Box, *, is_archived: bool) -> None:
    with working() as session:
        fault_code = assets.get_fault_code(session, box.fault_code_id)
        fault_code.archived_at = NOON if is_archived else None


def position(working: Working) -> int:
    with working() as session:
        return int(queries.lock_evaluation(session).seq)


def test_the_position_begins_once(platform: Platform, working: Working, tenant: Tenant) -> None:
    assert (position(working), position(working)) == (0, 0)
    with working() as session:
        assert session.get(EvaluationHead, tenant.id) is not None


@pytest.mark.only("postgres")
def test_what_is_stored_while_a_batch_is_read_is_evaluated_once(
    gateway: Gateway, watched: Watched, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite knows no such moment: whoever evaluates there holds the only pen."""
    box = watched(code={})
    gateway.take(box.reports("E1"))
    asked = queries.last_number

    def and_then_one_more(session: Session) -> int:
        last = asked(session)
        monkeypatch.setattr(queries, "last_number", asked)
        gateway.take(box.reports("E1", at=NOON + MINUTE))
        return last

    monkeypatch.setattr(queries, "last_number", and_then_one_more)
    counts = [gateway.evaluate(box), gateway.evaluate(box)]

    with working(write=False) as session:
        (alarm,) = alarms_of(session, box.id)
        assert (counts, alarm.occurrences, position(working)) == ([1, 1], 2, 2)


@pytest.mark.parametrize("speed", [1e-300, 5e-324, 0, -1, 1e300, "fast"])
def test_a_strange_speed_of_replay_stops_nobodys_alarms(
    gateway: Gateway, watched: Watched, working: Working, speed: Any
) -> None:
    strange, other = watched(limit={"on_delay_seconds": 60}), watched()
    said = {"ts": milliseconds(NOON), "values": {"temperature": 99}, "meta": {"speed": speed}}
    gateway.take(strange.says(said))
    gateway.evaluate(strange)

    say(gateway, other, 99)

    with working() as session:
        assert len(alarms_of(session, other.id)) == 1
