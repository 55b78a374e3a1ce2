"""The gateway over HTTP: rules, alarms, readings, dead letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from iot_gateway import routes
from iot_gateway.models import Alarm, AlertRule
from iot_gateway.mqtt import MessageKind
from iot_gateway.queries import ALARM_COLUMNS
from iot_gateway.schemas import AlarmSchema, AlertRuleSchema, ReadingSchema
from server.assets import api as assets
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from tests.builders import a_fault_code
from tests.contracts.fast_lists import assert_fast_list_matches
from tests.iot_gateway.records import (
    NOON,
    SECOND,
    Box,
    Gateway,
    a_box,
    alarms_of,
)
from tests.platforms import ApiClient, Person, make_tenant

Working = Callable[..., Any]
Watched = Callable[..., Box]
ALERT_RULES, ALARMS = "/api/v1/alert-rules", "/api/v1/alarms"


def a_rule(box: Box, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "model_id": str(box.model_id),
        "name": "Too hot",
        "metric": "temperature",
        "comparator": ">",
        "raise_at": 80,
        "clear_at": 70.5,
        "fault_code_id": str(box.fault_code_id),
    }
    return {key: value for key, value in (values | changes).items() if value is not ...}


def made(client: ApiClient, box: Box, **changes: Any) -> dict[str, Any]:
    answer = client.post(ALERT_RULES, json=a_rule(box, **changes))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    return body


def raised(gateway: Gateway, box: Box, working: Working) -> Alarm:
    gateway.take(box.measures(90))
    gateway.evaluate(box)
    with working() as session:
        alarm = alarms_of(session, box.id)[-1]
        session.expunge(alarm)
    return alarm


def test_a_rule_is_made_shown_listed_and_changed(client: ApiClient, box: Box) -> None:
    rule = made(client, box)
    path = f"{ALERT_RULES}/{rule['id']}"

    answer = client.patch(path, json={"raise_at": 85}, revision=1)

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert client.get(path).get_json()["raise_at"] == 85
    listed = client.get(f"{ALERT_RULES}?model_id={box.model_id}").get_json()["items"]
    assert [item["id"] for item in listed] == [rule["id"]]


def test_the_same_creation_sent_twice_makes_one_rule(client: ApiClient, box: Box) -> None:
    rule_id = str(new_id())

    assert made(client, box, id=rule_id) == made(client, box, id=rule_id)
    answer = client.post(ALERT_RULES, json=a_rule(box, id=rule_id, raise_at=81))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "id-taken")


def test_a_change_needs_the_revision_it_was_made_from(client: ApiClient, box: Box) -> None:
    path = f"{ALERT_RULES}/{made(client, box)['id']}"

    assert client.patch(path, json={"name": "x"}).status_code == 428
    assert client.patch(path, json={"name": "x"}, revision=7).status_code == 412


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ...}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"model_id": str(new_id())}, "model_id"),
        ({"fault_code_id": str(new_id())}, "fault_code_id"),
        ({"comparator": "!="}, "comparator"),
        ({"comparator": ...}, "comparator"),
        ({"raise_at": ...}, "raise_at"),
        ({"raise_at": "NaN"}, "raise_at"),
        ({"raise_at": 1e300}, "raise_at"),
        ({"clear_at": 81}, "clear_at"),
        ({"comparator": "<", "clear_at": 79}, "clear_at"),
        ({"metric": None}, "metric"),
        ({"event_code": "E1"}, "event_code"),
        ({"on_delay_seconds": -1}, "on_delay_seconds"),
        ({"off_delay_seconds": 1e9}, "off_delay_seconds"),
        ({"severity": "awful"}, "severity"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_field(
    client: ApiClient, box: Box, changes: dict[str, Any], field: str
) -> None:
    answer = client.post(ALERT_RULES, json=a_rule(box, **changes))

    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert field in answer.get_json()["errors"]


def test_a_fault_code_of_another_model_is_refused(
    client: ApiClient, box: Box, working: Working
) -> None:
    with working() as session:
        other = str(a_fault_code(session).id)

    created = client.post(ALERT_RULES, json=a_rule(box, fault_code_id=other))
    rule = made(client, box)
    changed = client.patch(f"{ALERT_RULES}/{rule['id']}", json={"fault_code_id": other}, revision=1)

    for answer in (created, changed):
        assert answer.status_code == 422
        assert answer.get_json()["errors"]["fault_code_id"]


def test_a_rule_stays_whole_when_it_is_changed(client: ApiClient, box: Box) -> None:
    path = f"{ALERT_RULES}/{made(client, box)['id']}"

    assert client.patch(path, json={"metric": None}, revision=1).status_code == 422
    assert client.patch(path, json={"clear_at": 90}, revision=1).status_code == 422
    answer = client.patch(path, json={"metric": None, "event_code": "E1"}, revision=1)

    assert answer.status_code == 200


def test_a_rule_for_an_archived_fault_code_can_be_taken_out_of_force(
    client: ApiClient, box: Box, working: Working
) -> None:
    rule = made(client, box)
    with working() as session:
        assets.get_fault_code(session, box.fault_code_id).archived_at = NOON
    path = f"{ALERT_RULES}/{rule['id']}"

    assert client.patch(path, json={"name": "Hot"}, revision=1).status_code == 422
    assert client.patch(path, json={"is_active": False}, revision=1).status_code == 200


def test_lists_are_what_their_schemas_say(
    client: ApiClient, gateway: Gateway, watched: Watched, working: Working
) -> None:
    raised(gateway, watched(), working)

    with working() as session:
        assert_fast_list_matches(
            client, session, ALERT_RULES, model=AlertRule, schema=AlertRuleSchema
        )
        beside = set(AlarmSchema().fields) - set(ALARM_COLUMNS)
        assert_fast_list_matches(
            client, session, ALARMS, model=Alarm, schema=AlarmSchema, apart_from=beside
        )


def test_an_alarm_tells_the_limit_it_went_beyond_and_its_ticket(
    client: ApiClient, gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    alarm = raised(gateway, box, working)

    shown = client.get(f"{ALARMS}/{alarm.id}").get_json()

    (ticket,) = client.get(f"/api/v1/tickets?asset_id={box.asset_id}").get_json()["items"]
    assert client.get(f"{ALARMS}?ticket_id={ticket['id']}").get_json()["items"] == [shown]
    assert (shown["ticket_id"], shown["device_name"]) == (ticket["id"], box.name)
    assert (shown["metric"], shown["comparator"]) == ("temperature", ">")
    assert (shown["raise_at"], shown["clear_at"]) == (80, 70)
    assert ticket["active_alarms"] == 1
    assert client.get("/api/v1/tickets?has_alarm=true").get_json()["items"] == [ticket]


def test_a_series_draws_one_metric_of_a_time_with_its_peaks(
    client: ApiClient, gateway: Gateway, box: Box
) -> None:
    gateway.take(*(box.measures(n, at=NOON + n * SECOND) for n in range(20)))
    gateway.take(box.measures(500, at=NOON + 7 * SECOND, metric="pressure"))
    path = f"/api/v1/devices/{box.id}/series?since={stamp(0)}&until={stamp(15)}"

    few = client.get(f"{path}&metric=temperature&points=3").get_json()
    other = client.get(f"{path}&metric=pressure").get_json()

    assert [point["count"] for point in few["points"]] == [5, 5, 5]
    assert [(point["low"], point["high"]) for point in few["points"]] == [(0, 4), (5, 9), (10, 14)]
    assert few["is_cut"] is False
    assert [point["value"] for point in other["points"]] == [500]
    assert client.get(f"{path}&metric=none").get_json()["points"] == []


def test_a_series_of_too_many_readings_says_that_it_begins_later(
    client: ApiClient, gateway: Gateway, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_READINGS", 4)
    gateway.take(*(box.measures(n, at=NOON + n * SECOND) for n in range(6)))
    path = f"/api/v1/devices/{box.id}/series?metric=temperature&since={stamp(0)}&until={stamp(9)}"

    body = client.get(path).get_json()

    assert body["is_cut"] is True
    assert [point["value"] for point in body["points"]] == [2, 3, 4, 5]


def test_alarms_are_paged_and_filtered(
    client: ApiClient, gateway: Gateway, watched: Watched, working: Working
) -> None:
    alarms = [raised(gateway, watched(), working) for _ in range(3)]
    newest_first = [str(alarm.id) for alarm in reversed(alarms)]

    first = client.get(f"{ALARMS}?limit=2").get_json()
    rest = client.get(f"{ALARMS}?limit=2&cursor={first['next']}").get_json()

    assert [a["id"] for a in first["items"] + rest["items"]] == newest_first
    assert rest["next"] is None
    one = alarms[0]
    for query in (f"device_id={one.device_id}", f"episode_id={one.episode_id}"):
        items = client.get(f"{ALARMS}?{query}").get_json()["items"]
        assert [item["id"] for item in items] == [str(one.id)]
    assert client.get(f"{ALARMS}?state=cleared").get_json()["items"] == []
    ticket_id = client.get(f"/api/v1/tickets?asset_id={one.asset_id}").get_json()["items"][0]["id"]
    items = client.get(f"{ALARMS}?ticket_id={ticket_id}").get_json()["items"]
    assert [item["id"] for item in items] == [str(one.id)]


def test_an_alarm_is_acknowledged_by_who_saw_it(
    sign_in: Callable[..., Person], gateway: Gateway, watched: Watched, working: Working
) -> None:
    alarm = raised(gateway, watched(), working)
    agent = sign_in("agent")

    answer = agent.client.post(f"{ALARMS}/{alarm.id}/acknowledgement")

    body = answer.get_json()
    assert (answer.status_code, body["state"]) == (200, "acknowledged")
    assert body["acknowledged_by"] == str(agent.id)


def test_a_cleared_alarm_is_not_acknowledged(
    client: ApiClient, gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    alarm = raised(gateway, box, working)
    gateway.take(box.measures(60, at=NOON + SECOND))
    gateway.evaluate(box)

    answer = client.post(f"{ALARMS}/{alarm.id}/acknowledgement")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "alarm-cleared")


def test_readings_of_a_time_are_paged_the_newest_first(
    client: ApiClient, gateway: Gateway, box: Box
) -> None:
    gateway.take(*(box.measures(n, at=NOON + n * SECOND) for n in range(20)))
    window = f"since={stamp(5)}&until={stamp(15)}"
    path = f"/api/v1/devices/{box.id}/readings"

    values: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{path}?{window}&limit=4{cursor and '&cursor=' + cursor}").get_json()
        values += [item["values"]["temperature"] for item in page["items"]]
        cursor = page["next"]

    assert values == list(range(14, 4, -1))
    item = client.get(f"{path}?limit=1").get_json()["items"][0]
    assert set(item) == set(ReadingSchema().fields)
    assert (item["kind"], item["is_suspect"], item["fault"]) == ("telemetry", False, None)


def stamp(second: int) -> str:
    return (NOON + second * SECOND).isoformat().replace("+00:00", "Z")


def test_readings_of_one_instant_are_all_on_some_page(
    client: ApiClient, gateway: Gateway, box: Box
) -> None:
    gateway.take(*(box.measures(n, metric=f"m{n}") for n in range(5)))
    path = f"/api/v1/devices/{box.id}/readings?limit=2"

    seen: set[str] = set()
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(path + (cursor and f"&cursor={cursor}")).get_json()
        seen |= {item["id"] for item in page["items"]}
        cursor = page["next"]

    assert len(seen) == 5


def test_what_a_device_said_last_is_shown(client: ApiClient, gateway: Gateway, box: Box) -> None:
    path = f"/api/v1/devices/{box.id}/state"
    before = client.get(path).get_json()
    gateway.take(box.says(b"", kind=MessageKind.ONLINE), box.measures(5))
    gateway.evaluate(box)

    after = client.get(path).get_json()

    assert (before["is_online"], before["values"], before["last_at"]) == (False, {}, None)
    assert (after["is_online"], after["values"]) == (True, {"temperature": 5})
    assert dt.datetime.fromisoformat(after["last_at"]) == NOON


def test_messages_that_were_no_readings_are_listed(
    client: ApiClient, gateway: Gateway, box: Box
) -> None:
    gateway.take(*(box.says(b"\xff%d" % n, at=NOON + n * SECOND) for n in range(3)))

    first = client.get(f"/api/v1/dead-letters?device_id={box.id}&limit=2").get_json()
    rest = client.get(f"/api/v1/dead-letters?limit=2&cursor={first['next']}").get_json()

    assert [item["payload"] for item in first["items"]] == ["\ufffd2", "\ufffd1"]
    assert [item["code"] for item in rest["items"]] == ["not-json"]
    assert first["items"][0]["occurrences"] == 1


@pytest.mark.parametrize("path", ["alarms", "alert-rules", "devices", "readings"])
def test_what_is_not_there_is_not_found(client: ApiClient, path: str) -> None:
    paths = {
        "alarms": f"{ALARMS}/{new_id()}",
        "alert-rules": f"{ALERT_RULES}/{new_id()}",
        "devices": f"/api/v1/devices/{new_id()}/state",
        "readings": f"/api/v1/devices/{new_id()}/readings",
    }

    assert client.get(paths[path]).status_code == 404


def test_who_may_do_what(
    sign_in: Callable[..., Person], gateway: Gateway, watched: Watched, working: Working
) -> None:
    box = watched()
    alarm = raised(gateway, box, working)
    engineer, dispatcher = sign_in("engineer").client, sign_in("dispatcher").client

    assert engineer.get(ALARMS).status_code == 403
    assert engineer.get(f"/api/v1/devices/{box.id}/readings").status_code == 200
    assert dispatcher.get(ALERT_RULES).status_code == 200
    assert dispatcher.post(ALERT_RULES, json=a_rule(box)).status_code == 403
    assert engineer.post(f"{ALARMS}/{alarm.id}/acknowledgement").status_code == 403


def test_a_tenant_sees_nothing_of_another(
    sign_in: Callable[..., Person], gateway: Gateway, platform: Platform
) -> None:
    others = make_tenant(platform)
    theirs = a_box(platform, others, limit={})
    gateway.take(theirs.measures(90), theirs.says(b"no json"))
    gateway.evaluate(theirs)
    client = sign_in("admin").client

    for path in (ALARMS, ALERT_RULES, "/api/v1/dead-letters"):
        assert client.get(path).get_json()["items"] == []
    for path in ("readings", "state"):
        assert client.get(f"/api/v1/devices/{theirs.id}/{path}").status_code == 404
