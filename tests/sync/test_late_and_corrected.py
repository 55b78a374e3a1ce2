"""What arrives late overwrites nothing newer, and what is corrected reaches who has the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from server.assets.queries import lock_fault_code
from server.assets.service import change_fault_code
from server.kernel.actors import Actor
from server.kernel.ids import new_id
from server.places import api as places
from server.workorders import api as workorders
from server.workorders.queries import list_tasks
from tests.builders import a_part
from tests.platforms import ApiClient, Person
from tests.server.workorders.assignments import assign, unassign
from tests.sync.phones import Phone, document_of, statuses

Working = Callable[..., Any]


def correct(client: ApiClient, path: str, **changes: Any) -> None:
    revision = client.get(path).get_json()["revision"]
    answer = client.patch(path, json=changes, revision=revision)
    assert answer.status_code == 200, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("site", {"access_notes": "Gate code 4711"}),
        ("ticket", {"description": "Smells of gas"}),
    ],
)
def test_a_correction_reaches_the_phone_that_has_the_work(
    phone: Phone, work: UUID, client: ApiClient, part: str, changes: dict[str, str]
) -> None:
    page = phone.pull()
    shown = document_of(page, "work_order")[part]

    correct(client, f"/api/v1/{part}s/{shown['id']}", **changes)

    assert shown | changes != shown
    assert document_of(phone.pull(page["cursor"]), "work_order")[part] == shown | changes


def test_the_telephone_number_of_the_customer_reaches_the_phone(
    phone: Phone, work: UUID, client: ApiClient, working: Working
) -> None:
    page = phone.pull()
    with working() as session:
        site_id = UUID(document_of(page, "work_order")["site"]["id"])
        customer_id = places.get_site(session, site_id).customer_id

    correct(client, f"/api/v1/customers/{customer_id}", phone="+351 220 000 000")

    assert "+351 220 000 000" in str(document_of(phone.pull(page["cursor"]), "work_order"))


def test_an_answer_that_arrives_late_does_not_replace_a_colleagues_newer_one(
    phone: Phone, work: UUID, sign_in: Callable[..., Person], working: Working
) -> None:
    tasks = document_of(phone.pull(), "work_order")["tasks"]
    task_id = next(task["id"] for task in tasks if task["kind"] == "reading")
    late = phone.command("task.answer", work, task_id=task_id, value="20")
    with working() as session:
        unassign(session, work)
    rui = Phone(sign_in("engineer")).enrol()
    with working() as session:
        assign(session, workorders.lock_work_order(session, work), rui.person)

    newer = rui.push(rui.command("task.answer", work, task_id=task_id, value="75"))
    assert statuses(newer) == ["applied"]
    phone.push(late)

    tasks = rui.client.get(f"/api/v1/work-orders/{work}").get_json()["tasks"]
    assert [task["value"] for task in tasks if task["id"] == task_id] == ["75"]


def test_the_words_of_the_engineer_stand_although_the_desk_has_completed_the_work(
    phone: Phone, work: UUID, client: ApiClient, working: Working
) -> None:
    phone.push(phone.command("work_order.start", work))
    with working() as session:
        for task in list_tasks(session, work):
            task.is_required = False
    path = f"/api/v1/work-orders/{work}"
    revision = client.get(path).get_json()["revision"]
    client.post(f"{path}/moves", json={"action": "complete"}, revision=revision)

    late = phone.push(phone.command("work_order.complete", work, summary="Replaced the bearing"))

    assert statuses(late) == ["merged"]
    assert client.get(path).get_json()["summary"] == "Replaced the bearing"


@pytest.mark.parametrize("action", ["start", "complete"])
def test_a_command_that_cannot_be_applied_goes_on_waiting(
    phone: Phone, work: UUID, client: ApiClient, action: str
) -> None:
    path = f"/api/v1/work-orders/{work}"
    revision = client.get(path).get_json()["revision"]
    body = {"action": "cancel", "reason": "called off"}
    client.post(f"{path}/moves", json=body, revision=revision)
    (result,) = phone.push(phone.command(f"work_order.{action}", work)).get_json()["results"]

    decision = f"/api/v1/sync/commands/{result['id']}/resolution"
    refused = client.post(decision, json={"resolution": "applied"})

    assert result["status"] == "parked"
    assert (refused.status_code, refused.get_json()["code"]) == (409, "command-not-applicable")
    (waiting,) = client.items("/api/v1/sync/commands")
    assert waiting["id"] == result["id"]
    assert client.post(decision, json={"resolution": "dismissed"}).status_code == 200


def test_a_permission_that_is_given_later_shows_what_was_there_before(
    client: ApiClient, sign_in: Callable[..., Person], work: UUID
) -> None:
    role = {"name": "watcher", "title": "Watcher"}
    few = ["sync.use", "feed.desk", "feed.reference"]
    made = client.post("/api/v1/roles", json={**role, "permissions": few}).get_json()
    watcher = Phone(sign_in("watcher")).enrol()
    page = watcher.pull(limit=1000)
    hidden = [change["id"] for change in page["changes"] if change["kind"] == "customer"]

    path = f"/api/v1/roles/{made['id']}/permissions"
    body = {"permissions": [*few, "customers.read"]}
    assert client.put(path, json=body, headers={"If-Match": "*"}).status_code == 200

    again = watcher.client.get(f"/api/v1/sync/pull?cursor={page['cursor']}")
    assert (again.status_code, again.get_json()["code"]) == (410, "resync-required")
    states = {it["id"]: it["state"] for it in watcher.pull(limit=1000)["changes"]}
    assert hidden
    assert {states[customer_id] for customer_id in hidden} == {"visible"}


def test_a_repair_for_a_fault_that_was_archived_meanwhile_is_kept_with_its_part(
    phone: Phone, work: UUID, working: Working, actor: Actor
) -> None:
    with working() as session:
        fault_code_id = workorders.get_work_order(session, work).fault_code_id
        assert fault_code_id is not None
        fault_code = lock_fault_code(session, fault_code_id)
        changes = {"is_archived": True}
        change_fault_code(session, actor=actor, fault_code=fault_code, changes=changes)
        part_id = str(a_part(session).id)
    repair = {"id": str(new_id()), "action": "Seal replaced", "fault_code_id": str(fault_code_id)}
    fitted = {"move_id": str(new_id()), "repair_id": repair["id"], "part_id": part_id}

    kept = phone.push(
        phone.command("repair.record", work, **repair),
        phone.command("part.consume", work, **fitted, quantity="1"),
    )

    assert statuses(kept) == ["applied", "applied"]
