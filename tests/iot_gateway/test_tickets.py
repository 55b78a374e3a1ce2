"""From alarms to tickets: one open episode per asset and fault, exactly one ticket for it."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select, select

from iot_gateway import evaluation, service
from iot_gateway.errors import AlarmCleared
from iot_gateway.models import AlarmState
from iot_gateway.rules import Severity
from server.assets import api as assets
from server.kernel.actors import Actor, system
from server.kernel.events import EventRecord
from server.kernel.priority import Priority
from server.kernel.tenancy import Tenant
from server.workforce.service import update_skill
from tests.builders import a_device, a_fault_code, a_skill
from tests.iot_gateway.records import (
    NOON,
    Box,
    Gateway,
    a_code,
    a_limit,
    alarms_of,
    episodes_of,
    make_box,
    report,
    tickets_of,
)

Working = Callable[..., Any]
Watched = Callable[..., Box]
MINUTE = dt.timedelta(minutes=1)
DATA = Path(os.environ.get("TRUCKROLL_TEST_DATA", "../shared/data")) / "iot" / "azure_pdm"


def test_evaluators_that_race_open_one_ticket(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    for start in range(10):
        messages = [box.reports("E1", at=NOON + (start * 5 + n) * MINUTE) for n in range(5)]
        gateway.take(*messages)
        race(gateway, box, 4)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.occurrences == 50
        assert len(tickets_of(session, box.asset_id)) == 1


def race(gateway: Gateway, box: Box, runners: int) -> None:
    gate = threading.Barrier(runners)
    failures: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            evaluation.evaluate(gateway.platform, box.tenant_id)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_fifty_redeliveries_are_one_ticket(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched(code={})
    message = box.reports("E1")

    for number in range(50):
        gateway.take(message._replace(is_duplicate=number > 0))
        if number % 10 == 0:
            gateway.restart()
        gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert alarm.occurrences == 1
        assert len(tickets_of(session, box.asset_id)) == 1


def test_devices_of_one_asset_share_the_episode_of_a_fault(
    gateway: Gateway, working: Working, tenant: Tenant
) -> None:
    with working() as session:
        box = make_box(session, tenant, code={})
        second = a_device(session, asset_id=box.asset_id)
        other = Box(**{**vars(box), "id": second.id, "name": second.name})

    report(gateway, box, "E1")
    report(gateway, other, "E1")

    with working() as session:
        (ticket,) = tickets_of(session, box.asset_id)
        assert len(episodes_of(session, box.asset_id)) == 1
        kinds = [row.type for row in session.scalars(history(ticket))]
        assert kinds.count("ticket.noted") == 1, "the second device is told in a note"


def history(ticket: Any) -> Any:
    return history_statement("ticket", [ticket.id])


def test_another_fault_of_the_same_asset_has_a_ticket_of_its_own(
    gateway: Gateway, working: Working, tenant: Tenant
) -> None:
    with working() as session:
        box = make_box(session, tenant, code={})
        other = a_fault_code(session, box.model_id)
        a_code(session, box, event_code="E2", fault_code_id=other.id)

    report(gateway, box, "E1", "E2")

    with working() as session:
        assert len(tickets_of(session, box.asset_id)) == 2


def test_a_worse_alarm_makes_the_ticket_more_urgent(
    gateway: Gateway, working: Working, tenant: Tenant
) -> None:
    with working() as session:
        box = make_box(session, tenant, limit={"severity": Severity.INFO})
        a_code(session, box, severity=Severity.CRITICAL)
    gateway.take(box.measures(90))
    gateway.evaluate(box)
    with working() as session:
        (ticket,) = tickets_of(session, box.asset_id)
        assert ticket.priority is Priority.HIGH, "the fault code's own"

    report(gateway, box, "E1", start=NOON + MINUTE)

    with working() as session:
        (ticket,) = tickets_of(session, box.asset_id)
        assert ticket.priority is Priority.URGENT


def test_who_acknowledges_an_alarm_is_kept_and_a_cleared_one_needs_it_no_more(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    gateway.take(box.measures(90))
    gateway.evaluate(box)
    actor = system(box.tenant_id)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        service.acknowledge_alarm(session, actor=actor, alarm=alarm)
        service.acknowledge_alarm(session, actor=actor, alarm=alarm)
    gateway.take(box.measures(60, at=NOON + MINUTE))
    gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        assert (alarm.acknowledged_by, alarm.state) == (actor.id, AlarmState.CLEARED)
        with pytest.raises(AlarmCleared):
            service.acknowledge_alarm(session, actor=actor, alarm=alarm)
        recorded = session.scalars(history_statement("alarm", [alarm.id])).all()
        assert [row.type for row in sorted(recorded, key=by_id)] == [
            "alarm.raised",
            "alarm.acknowledged",
            "alarm.cleared",
        ]


def by_id(row: EventRecord) -> Any:
    return row.id


def test_what_happened_carries_the_time_of_the_reading(
    gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()

    gateway.take(box.measures(90, at=NOON)._replace(received_at=NOON + 5 * MINUTE))
    gateway.evaluate(box)

    with working() as session:
        (alarm,) = alarms_of(session, box.id)
        (raised,) = session.scalars(history_statement("alarm", [alarm.id]))
        assert raised.occurred_at == NOON


@pytest.mark.skipif(not DATA.exists(), reason="the public data are not here")
def test_recorded_machines_get_few_tickets_each_for_a_fault_of_its_own(
    gateway: Gateway, working: Working, tenant: Tenant
) -> None:
    with working() as session:
        box = make_box(session, tenant)
        for name, comparator, raise_at, clear_at in (
            ("vibration", ">", 60.0, 50.0),
            ("pressure", ">", 140.0, 125.0),
            ("rotate", "<", 260.0, 320.0),
        ):
            a_limit(
                session,
                box,
                name=f"{name} out of range",
                metric=name,
                comparator=comparator,
                raise_at=raise_at,
                clear_at=clear_at,
                fault_code_id=a_fault_code(session, box.model_id).id,
            )
    messages = [
        box.says({"ts": int(at.timestamp() * 1000), "values": values}, at=at)
        for at, values in recorded("1")
    ]

    for start in range(0, len(messages), 500):
        gateway.take(*messages[start : start + 500])
        gateway.take(*messages[start : start + 500])
        gateway.evaluate(box)

    with working() as session:
        alarms = alarms_of(session, box.id)
        assert len(messages) > 1000
        assert alarms
        open_faults = {episode.fault_class for episode in episodes_of(session, box.asset_id)}
        assert len(tickets_of(session, box.asset_id)) == len(open_faults) <= 3


def recorded(machine: str) -> list[tuple[dt.datetime, dict[str, float]]]:
    """The hourly telemetry of one machine of the public data."""
    (path,) = DATA.glob("*telemetry*.csv*")
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt") as file:
        return [
            (
                dt.datetime.fromisoformat(row.pop("datetime")).replace(tzinfo=dt.UTC),
                {name: float(value) for name, value in row.items() if name != "machineID"},
            )
            for row in csv.DictReader(file)
            if row["machineID"] == machine
        ]


def history_statement(kind: str, ids: list[UUID]) -> Select[EventRecord]:
    return (
        select(EventRecord)
        .where(EventRecord.entity_kind == kind, EventRecord.entity_id.in_(ids))
        .order_by(EventRecord.id)
    )


def test_an_alarm_gets_its_ticket_although_the_skill_it_needs_was_archived(
    gateway: Gateway, watched: Watched, working: Working, actor: Actor
) -> None:
    box = watched()
    with working() as session:
        skill = a_skill(session)
        assets.set_fault_code_skills(session, box.fault_code_id, [(skill.id, 1)], actor=actor)
        update_skill(session, actor=actor, skill=skill, values={"is_archived": True})

    gateway.take(box.measures(85, at=NOON))
    gateway.evaluate(box)

    with working() as session:
        assert len(tickets_of(session, box.asset_id)) == 1
