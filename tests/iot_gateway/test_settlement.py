"""What becomes of alarms and episodes when somebody settles their ticket, or takes that back."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from iot_gateway import evaluation, queries, service
from iot_gateway.models import AlarmState, AlertRule, EpisodeState
from server.assets import api as assets
from server.assets.service import change_device
from server.kernel import clock
from server.kernel.actors import system
from server.kernel.uow import retrying
from server.tickets import api as tickets
from tests.builders import an_asset
from tests.iot_gateway.records import (
    NOON,
    Box,
    Gateway,
    alarms_of,
    episodes_of,
    report,
    tickets_of,
)

Working = Callable[..., Any]
Watched = Callable[..., Box]
MINUTE = dt.timedelta(minutes=1)


def settle(working: Working, box: Box, action: str) -> None:
    """Settle the latest ticket of the box's asset, trying again as the HTTP edge does."""
    retrying(lambda: _settle(working, box, action))


def _settle(working: Working, box: Box, action: str) -> None:
    with working() as session:
        ticket = tickets_of(session, box.asset_id)[-1]
        tickets.move_ticket(
            session, actor=system(box.tenant_id), ticket=ticket, action=action, reason="Seen to"
        )


@pytest.mark.parametrize("action", ["resolve", "cancel"])
def test_a_settled_ticket_ends_the_episode_and_the_next_alarm_opens_another(
    gateway: Gateway, watched: Watched, working: Working, action: str
) -> None:
    box = watched(code={})
    report(gateway, box, "E1")

    settle(working, box, action)
    with working() as session:
        (episode,) = episodes_of(session, box.asset_id)
        (alarm,) = alarms_of(session, box.id)
        assert (episode.state, alarm.state) == (EpisodeState.CLOSED, AlarmState.CLEARED)
    report(gateway, box, "E1", start=NOON + 10 * MINUTE)

    with working() as session:
        assert len(tickets_of(session, box.asset_id)) == 2
        assert [e.state for e in episodes_of(session, box.asset_id)] == ["closed", "open"]


def test_a_value_that_is_still_bad_stays_an_alarm_when_the_ticket_is_called_off(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    gateway.take(box.measures(90))
    gateway.evaluate(box)

    settle(working, box, "cancel")
    gateway.take(box.measures(91, at=NOON + 60 * MINUTE))
    gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.state is AlarmState.ACTIVE
        assert len(tickets_of(session, box.asset_id)) == 1


@pytest.mark.parametrize(
    ("minutes", "value", "count"),
    [
        # A machine may take a while to recover.
        ([5, 14], 90, 1),
        # The rule's own delay counts from there on.
        ([5, 16], 90, 1),
        ([5, 16, 21], 90, 2),
        ([5, 16, 21, 30, 40], 90, 2),
        ([5, 16, 21], 60, 1),
    ],
)
def test_what_was_not_solved_after_all_gets_another_ticket(
    gateway: Gateway,
    watched: Watched,
    working: Working,
    *,
    minutes: list[int],
    value: float,
    count: int,
) -> None:
    box = watched(limit={"on_delay_seconds": 240})
    gateway.take(box.measures(90), box.measures(90, at=NOON + 5 * MINUTE))
    gateway.evaluate(box)
    solved_at = NOON + 10 * MINUTE
    with clock.frozen(solved_at):
        settle(working, box, "resolve")

    for minute in minutes:
        gateway.take(box.measures(value, at=solved_at + minute * MINUTE))
        gateway.evaluate(box)

    with working() as session:
        found = tickets_of(session, box.asset_id)
        alarms = alarms_of(session, box.id)
        assert len(found) == len(alarms) == count
        assert alarms[0].cleared_at == solved_at
        assert alarms[0].state is AlarmState.CLEARED


def test_a_ticket_that_was_not_solved_takes_its_episode_back(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    report(gateway, box, "E1")
    settle(working, box, "resolve")

    settle(working, box, "reopen")
    report(gateway, box, "E1", start=NOON + 10 * MINUTE)

    with working() as session:
        assert len(tickets_of(session, box.asset_id)) == 1
        assert [e.state for e in episodes_of(session, box.asset_id)] == ["open"]


def test_a_ticket_reopened_after_another_has_taken_over_stays_beside_it(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    report(gateway, box, "E1")
    settle(working, box, "resolve")
    report(gateway, box, "E1", start=NOON + 10 * MINUTE)

    with working() as session:
        first = tickets_of(session, box.asset_id)[0]
        actor = system(box.tenant_id)
        tickets.move_ticket(session, actor=actor, ticket=first, action="reopen", reason="No")

    with working() as session:
        assert [e.state for e in episodes_of(session, box.asset_id)] == ["closed", "open"]


def test_an_alarm_that_races_with_its_ticket_being_solved_is_not_lost(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    for number in range(8):
        start = NOON + number * MINUTE
        gateway.take(box.reports("E1", at=start))
        gateway.evaluate(box)
        gateway.take(box.reports("E1", at=start + MINUTE / 2))
        worker = threading.Thread(target=settle, args=(working, box, "resolve"))
        worker.start()
        gateway.evaluate(box)
        worker.join()
        with working() as session:
            still_open = [a for a in alarms_of(session, box.id) if a.cleared_at is None]
            episodes = {e.id: e.state for e in episodes_of(session, box.asset_id)}
            for alarm in still_open:
                assert episodes[alarm.episode_id] is EpisodeState.OPEN
            unsettled = [t for t in tickets_of(session, box.asset_id) if t.state == "open"]
            assert len(unsettled) == len(still_open)


@pytest.mark.only("postgres")
@pytest.mark.parametrize("what", ["rule", "device"])
def test_a_change_during_an_evaluation_leaves_no_alarm_behind(
    gateway: Gateway,
    watched: Watched,
    working: Working,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    box, load = watched(), evaluation._load
    gateway.take(box.measures(90))

    def change() -> None:
        with working() as session:
            actor = system(session.info["unit"].tenant_id)
            if what == "rule":
                statement = select(AlertRule.id).where(AlertRule.model_id == box.model_id)
                rule = queries.lock_rule(session, session.scalars(statement).one())
                off = {"is_active": False}
                service.change_rule(session, actor=actor, rule=rule, changes=off)
            else:
                device, elsewhere = assets.get_device(session, box.id), an_asset(session)
                moved = {"asset_id": elsewhere.id}
                change_device(session, actor=actor, device=device, changes=moved)

    changing = threading.Thread(target=change)

    def load_and_change(*arguments: Any) -> Any:
        found = load(*arguments)
        if not changing.ident:
            changing.start()
            # It has to wait for the evaluation; without a lock it is done by then.
            changing.join(1)
        return found

    monkeypatch.setattr(evaluation, "_load", load_and_change)
    gateway.evaluate(box)
    changing.join()
    gateway.take(box.measures(20, at=NOON + MINUTE))
    gateway.evaluate(box)

    with working() as session:
        assert [alarm for alarm in alarms_of(session, box.id) if alarm.cleared_at is None] == []
