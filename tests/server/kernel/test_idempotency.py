"""Idempotency-Key over HTTP: however often a request is sent, it has one effect and one answer."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.kernel import clock, idempotency
from server.kernel.events import EventRecord
from server.kernel.idempotency import Answer
from server.kernel.ids import new_id
from server.places.models import Customer
from tests.builders import a_ticket
from tests.platforms import ApiClient, Person

CUSTOMERS = "/api/v1/customers"
Working = Callable[..., Any]


@pytest.fixture(scope="module")
def people() -> dict[str, Person]:
    return {}


@pytest.fixture
def client(
    people: dict[str, Person], sign_in: Callable[..., Person], database_kind: str
) -> ApiClient:
    """One dispatcher for all tests of the file."""
    if database_kind not in people:
        people[database_kind] = sign_in("dispatcher")
    return people[database_kind].client


def post(client: ApiClient, key: str, path: str = CUSTOMERS, **options: Any) -> TestResponse:
    return client.post(path, headers={"Idempotency-Key": key}, **options)


def named(working: Working, name: str) -> int:
    with working(write=False) as session:
        return len(session.scalars(select(Customer.id).where(Customer.name == name)).all())


def test_a_request_sent_again_gets_its_first_answer_and_has_no_second_effect(
    client: ApiClient, working: Working
) -> None:
    key = name = str(new_id())

    first, second = (post(client, key, json={"name": name}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_data() == second.get_data()
    assert first.headers["ETag"] == second.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert named(working, name) == 1


def test_without_a_key_each_request_counts(client: ApiClient, working: Working) -> None:
    name = str(new_id())
    for _ in range(2):
        assert client.post(CUSTOMERS, json={"name": name}).status_code == 201

    assert named(working, name) == 2


@pytest.mark.parametrize("other", ["body", "path", "query"])
def test_a_key_used_for_something_else_is_refused(client: ApiClient, other: str) -> None:
    key = str(new_id())
    post(client, key, json={"name": "First"})

    answer = post(
        client,
        key,
        path={"path": "/api/v1/tickets", "query": f"{CUSTOMERS}?again=1"}.get(other, CUSTOMERS),
        json={"name": "Second" if other == "body" else "First"},
    )

    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-key-reused")


def test_keys_of_two_people_are_two_keys(
    client: ApiClient, sign_in: Callable[..., Person], working: Working
) -> None:
    key = name = str(new_id())

    answers = [
        post(caller, key, json={"name": name}) for caller in (client, sign_in("dispatcher").client)
    ]

    assert answers[0].get_json()["id"] != answers[1].get_json()["id"]
    assert named(working, name) == 2


def test_a_refused_request_may_be_sent_again_corrected(client: ApiClient, working: Working) -> None:
    key = name = str(new_id())

    refused = post(client, key, json={"name": ""})
    made = post(client, key, json={"name": name})

    assert (refused.status_code, made.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", "x" * 65, "schlüssel", "two\twords"])
def test_a_key_that_is_none_is_refused(client: ApiClient, key: str) -> None:
    answer = post(client, key, json={"name": "x"})

    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency-key-invalid")


def at_once(count: int, send: Callable[[], TestResponse]) -> list[TestResponse]:
    start = threading.Barrier(count)
    answers: list[TestResponse] = []

    def run() -> None:
        start.wait()
        answers.append(send())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_creations_that_race_with_one_key_make_one_record_and_get_one_answer(
    client: ApiClient, working: Working
) -> None:
    key = name = str(new_id())

    answers = at_once(4, lambda: post(client, key, json={"name": name}))

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.get_data() for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert named(working, name) == 1


def test_creations_with_an_id_of_the_client_that_race_get_one_answer(
    client: ApiClient, working: Working
) -> None:
    key, made = str(new_id()), str(new_id())

    answers = at_once(4, lambda: post(client, key, json={"id": made, "name": "Acme"}))

    assert [answer.status_code for answer in answers] == [201] * 4
    assert {answer.get_json()["id"] for answer in answers} == {made}


def test_moves_that_race_with_one_key_happen_once_and_all_are_told_so(
    client: ApiClient, working: Working
) -> None:
    with working() as session:
        ticket_id: UUID = a_ticket(session).id
    key = str(new_id())

    answers = at_once(
        4,
        lambda: client.post(
            f"/api/v1/tickets/{ticket_id}/moves",
            json={"action": "cancel", "reason": "Opened twice"},
            headers={"Idempotency-Key": key},
            revision=1,
        ),
    )

    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.get_data() for answer in answers}) == 1
    with working(write=False) as session:
        facts = select(EventRecord).where(
            EventRecord.entity_id == ticket_id, EventRecord.type == "ticket.cancelled"
        )
        assert len(session.scalars(facts).all()) == 1


def test_answers_are_forgotten_after_thirty_days(client: ApiClient, working: Working) -> None:
    key = str(new_id())
    post(client, key, json={"name": "x"})

    def kept(days: int) -> int:
        with (
            clock.frozen(clock.now() + dt.timedelta(days=days)),
            working() as session,
        ):
            idempotency.forget_old(session)
            return len(session.scalars(select(Answer).where(Answer.key == key)).all())

    assert (kept(days=29), kept(days=31)) == (1, 0)
