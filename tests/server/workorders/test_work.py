"""Field work over HTTP: opened by a fault, done by the booked engineer, signed, completed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.kernel.actors import Actor
from server.kernel.ids import new_id
from server.tickets import api as tickets
from server.workforce.service import update_skill
from server.workorders import api as workorders
from server.workorders import queries
from server.workorders.rules import sign_off_digest
from tests.builders import a_fault_code, a_model, a_skill, a_ticket, a_work_order, an_asset
from tests.platforms import ApiClient, Person
from tests.server.workorders.assignments import assign

WORK_ORDERS = "/api/v1/work-orders"


@dataclass
class Booked:
    """A work order booked to an engineer who is signed in."""

    path: str
    id: UUID
    engineer: Person

    @property
    def client(self) -> ApiClient:
        return self.engineer.client

    def read(self) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(self.path).get_json()
        return body

    def move(self, action: str, **fields: Any) -> Any:
        revision = self.read()["revision"]
        body = {"action": action, **fields}
        return self.client.post(f"{self.path}/moves", json=body, revision=revision)

    def answer_everything(self) -> None:
        for task in self.read()["tasks"]:
            value: Any = {"check": True, "reading": "61.5", "text": "fine"}[task["kind"]]
            answer = self.client.put(f"{self.path}/tasks/{task['id']}", json={"value": value})
            assert answer.status_code == 200, answer.get_data(as_text=True)


@pytest.fixture
def booked(sign_in: Callable[..., Person], working: Callable[..., Any]) -> Booked:
    person = sign_in("engineer")
    with working() as session:
        work_order = a_work_order(session)
        assign(session, work_order, person)
        work_order_id = work_order.id
    return Booked(f"{WORK_ORDERS}/{work_order_id}", work_order_id, person)


def test_a_fault_that_needs_a_visit_opens_one_released_work_order_with_its_checklist(
    session: Session,
) -> None:
    work_order = a_work_order(session)

    assert work_order.state == "ready"
    assert work_order.duration_minutes == 90
    assert len(workorders.find_by_ticket(session, work_order.ticket_id)) == 1


def test_a_fault_that_needs_no_visit_opens_none(session: Session) -> None:
    model = a_model(session)
    fault_code = a_fault_code(session, model.id, needs_visit=False)
    asset = an_asset(session, model_id=model.id)

    ticket = a_ticket(session, asset_id=asset.id, fault_code_id=fault_code.id)

    assert workorders.find_by_ticket(session, ticket.id) == []


def test_a_ticket_that_gets_its_place_later_opens_its_work_order_then(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        asset = an_asset(session)
        fault_code = a_fault_code(session, asset.model_id)
        place = {"asset_id": str(asset.id), "fault_code_id": str(fault_code.id)}
    ticket = client.post("/api/v1/tickets", json={"title": "It smells hot"}).get_json()
    work = f"{WORK_ORDERS}?ticket_id={ticket['id']}"
    before = client.items(work)

    client.patch(f"/api/v1/tickets/{ticket['id']}", json=place, revision=1)

    assert before == []
    assert [row["asset_id"] for row in client.items(work)] == [place["asset_id"]]


def test_the_work_is_done_from_start_to_signature(booked: Booked, client: ApiClient) -> None:
    assert booked.move("start").get_json()["state"] == "in_progress"
    booked.answer_everything()
    reading = {"name": "Pressure", "value": "4.25", "unit": "bar"}
    assert booked.client.post(f"{booked.path}/readings", json=reading).status_code == 201
    repair = {"action": "Bearing replaced", "cause": "Worn"}
    assert booked.client.post(f"{booked.path}/repairs", json=repair).status_code == 201
    document = {"work_order": str(booked.id), "summary": "Bearing replaced"}
    signature = {
        "signer_name": "Rosa Lima",
        "document": document,
        "digest": sign_off_digest(document),
    }
    assert booked.client.post(f"{booked.path}/sign-off", json=signature).status_code == 201
    done = booked.move("complete", summary="Bearing replaced").get_json()

    assert done["state"] == "done"
    assert done["ticket"]["state"] == "resolved"
    assert [r["value"] for r in done["readings"]] == ["4.25"]
    assert done["repairs"][0]["action"] == "Bearing replaced"
    assert done["sign_off"]["signer_name"] == "Rosa Lima"
    types = [e["type"] for e in client.get(f"{booked.path}/history").get_json()["items"]]
    assert types[:2] == ["work_order.completed", "work_order.signed_off"]
    asset_id = done["asset_id"]
    about = client.get(f"/api/v1/assets/{asset_id}/history").get_json()["items"]
    assert {"ticket.resolved", "work_order.completed"} <= {event["type"] for event in about}


def test_work_with_an_open_required_step_is_not_completed(booked: Booked) -> None:
    booked.move("start")

    refused = booked.move("complete")

    assert (refused.status_code, refused.get_json()["code"]) == (409, "checklist-incomplete")
    assert len(refused.get_json()["params"]["tasks"]) == 2
    assert booked.read()["state"] == "in_progress"


def test_a_repair_is_for_the_fault_of_the_work_unless_it_says_otherwise(booked: Booked) -> None:
    booked.move("start")
    fault = booked.read()["fault_code_id"]

    kept = [
        booked.client.post(f"{booked.path}/repairs", json={"action": "Taped the cable", **told})
        for told in ({}, {"fault_code_id": None}, {"fault_code_id": fault})
    ]

    assert fault is not None
    assert [repair.get_json()["fault_code_id"] for repair in kept] == [fault, None, fault]


@pytest.mark.parametrize("value", ["0", "0.000", "-0.5", "99999", "0.000000001"])
def test_every_number_is_a_reading(booked: Booked, value: str) -> None:
    reading = next(t for t in booked.read()["tasks"] if t["kind"] == "reading")

    answered = booked.client.put(f"{booked.path}/tasks/{reading['id']}", json={"value": value})

    assert answered.status_code == 200
    (shown,) = [task for task in booked.read()["tasks"] if task["id"] == reading["id"]]
    assert shown["value"] == value


@pytest.mark.parametrize("value", [True, "", "warm", "1E3", "1_000", "１２", " 5", "5\n", "1" * 16])
def test_an_answer_of_the_wrong_kind_is_refused(booked: Booked, value: Any) -> None:
    reading = next(t for t in booked.read()["tasks"] if t["kind"] == "reading")

    refused = booked.client.put(f"{booked.path}/tasks/{reading['id']}", json={"value": value})

    assert (refused.status_code, refused.get_json()["code"]) == (422, "answer-refused")


def test_a_signature_for_another_text_is_refused(booked: Booked) -> None:
    signature = {
        "signer_name": "Rosa Lima",
        "document": {"summary": "what was shown"},
        "digest": sign_off_digest({"summary": "something else"}),
    }

    refused = booked.client.post(f"{booked.path}/sign-off", json=signature)

    assert (refused.status_code, refused.get_json()["code"]) == (422, "signed-text-changed")


def test_a_signature_is_never_replaced(booked: Booked) -> None:
    def sign(name: str) -> Any:
        document = {"signed_by": name}
        body = {"signer_name": name, "document": document, "digest": sign_off_digest(document)}
        return booked.client.post(f"{booked.path}/sign-off", json=body)

    first, repeated, other = sign("Rosa"), sign("Rosa"), sign("Ivo")

    assert first.get_json()["id"] == repeated.get_json()["id"]
    assert (other.status_code, other.get_json()["code"]) == (409, "already-signed")


def test_work_of_somebody_else_looks_as_if_it_did_not_exist(
    booked: Booked, sign_in: Callable[..., Person]
) -> None:
    stranger = sign_in("engineer").client

    assert stranger.get(booked.path).status_code == 404
    moved = stranger.post(f"{booked.path}/moves", json={"action": "start"}, revision=1)
    assert moved.status_code == 404
    assert stranger.get(WORK_ORDERS).status_code == 403


def test_the_same_repair_sent_twice_is_recorded_once(booked: Booked) -> None:
    repair = {"id": str(new_id()), "action": "Bearing replaced"}

    first = booked.client.post(f"{booked.path}/repairs", json=repair)
    second = booked.client.post(f"{booked.path}/repairs", json=repair)
    other = booked.client.post(f"{booked.path}/repairs", json={**repair, "action": "Oil"})

    assert first.get_json() == second.get_json()
    assert len(booked.read()["repairs"]) == 1
    assert (other.status_code, other.get_json()["code"]) == (409, "id-taken")


def test_a_list_row_shows_what_the_single_answer_shows(client: ApiClient, booked: Booked) -> None:
    (row,) = client.get(WORK_ORDERS).get_json()["items"]

    whole = client.get(booked.path).get_json()
    shared = row.keys() & whole.keys() - {"fault_code"}
    assert {name: row[name] for name in shared} == {name: whole[name] for name in shared}
    assert len(shared) > 15


def test_a_single_work_order_carries_its_revision_as_etag(booked: Booked) -> None:
    answer = booked.client.get(booked.path)

    assert answer.headers["ETag"] == f'"{answer.get_json()["revision"]}"'


def test_a_fault_goes_on_opening_work_after_its_skill_was_archived(
    session: Session, actor: Actor
) -> None:
    skill, model = a_skill(session), a_model(session)
    fault_code = a_fault_code(session, model.id, skills=[(skill.id, 2)])
    asset = an_asset(session, model_id=model.id)
    update_skill(session, actor=actor, skill=skill, values={"is_archived": True})

    ticket = a_ticket(session, asset_id=asset.id, fault_code_id=fault_code.id)

    (work_order,) = workorders.find_by_ticket(session, ticket.id)
    assert workorders.required_skills(session, work_order.id) == [(skill.id, 2)]


@pytest.mark.only("postgres")
def test_of_two_engineers_who_finish_at_once_the_second_resolves_the_ticket(
    working: Callable[..., Any], actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working() as session:
        ticket_id = a_ticket(session).id
        made = [
            workorders.open_work_order(session, actor=actor, ticket_id=ticket_id) for _ in range(2)
        ]
        for work_order in made:
            workorders.start(session, actor=actor, work_order=work_order)
        ids = [work_order.id for work_order in made]
    both, find = threading.Barrier(2), queries.find_by_ticket

    def find_together(session: Session, ticket: UUID) -> Any:
        found = find(session, ticket)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)
        return found

    def complete(work_order_id: UUID) -> None:
        with working() as session:
            work_order = workorders.lock_work_order(session, work_order_id)
            workorders.complete(session, actor=actor, work_order=work_order)

    monkeypatch.setattr(queries, "find_by_ticket", find_together)
    with ThreadPoolExecutor(2) as engineers:
        list(engineers.map(complete, ids))

    with working() as session:
        assert tickets.get_ticket(session, ticket_id).state == "resolved"
