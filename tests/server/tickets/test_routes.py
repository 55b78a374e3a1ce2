"""Tickets over HTTP: what a client sends, what it gets, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.kernel import clock
from server.kernel.ids import new_id
from tests.builders import a_customer, a_site, an_asset
from tests.platforms import ApiClient, Person

TICKETS = "/api/v1/tickets"


def opened(client: ApiClient, **fields: Any) -> dict[str, Any]:
    answer = client.post(TICKETS, json={"title": "Pump is loud", **fields})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    return body


def test_a_ticket_is_opened_with_number_due_time_and_etag(client: ApiClient) -> None:
    answer = client.post(TICKETS, json={"title": "Pump is loud", "priority": "urgent"})

    body = answer.get_json()
    assert answer.status_code == 201
    assert (body["number"], body["state"], body["priority"]) == (1, "open", "urgent")
    assert body["due_at"] > body["opened_at"]
    assert answer.headers["ETag"] == '"1"'


def test_the_site_and_customer_follow_from_the_asset(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        asset = an_asset(session)
        asset_id, site_id = asset.id, asset.site_id

    body = opened(client, asset_id=str(asset_id))

    assert body["site_id"] == str(site_id)
    assert body["customer_id"] is not None


def test_the_customer_follows_from_the_site_unless_it_is_named(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        site = a_site(session)
        site_id, owner_id, other_id = site.id, site.customer_id, a_customer(session).id

    implied = opened(client, site_id=str(site_id))
    named = opened(client, site_id=str(site_id), customer_id=str(other_id))

    assert implied["customer_id"] == str(owner_id)
    assert named["customer_id"] == str(other_id)


def test_an_id_names_one_ticket_at_one_place(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        here, there = a_site(session).id, a_site(session).id
    told = {"id": str(new_id()), "title": "Pump is loud"}

    first = opened(client, **told, site_id=str(here))
    again = opened(client, **told, site_id=str(here))
    other = client.post(TICKETS, json={**told, "site_id": str(there)})

    assert first == again
    assert (other.status_code, other.get_json()["code"]) == (409, "id-taken")
    assert other.get_json()["params"]["fields"] == ["site_id"]


def test_a_site_that_is_archived_takes_no_ticket_whoever_is_named(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        site = a_site(session)
        site.archived_at = clock.now()
        site_id, other_id = site.id, a_customer(session).id

    body = {"title": "x", "site_id": str(site_id), "customer_id": str(other_id)}
    answer = client.post(TICKETS, json=body)

    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {"site_id"}


def test_an_asset_at_another_site_is_refused_by_field(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        asset_id, site_id = an_asset(session).id, a_site(session).id

    answer = client.post(
        TICKETS, json={"title": "x", "asset_id": str(asset_id), "site_id": str(site_id)}
    )

    assert answer.status_code == 422
    assert "site_id" in answer.get_json()["errors"]


def test_the_same_source_never_makes_a_second_ticket(client: ApiClient) -> None:
    first = opened(client, source_key="bridge:4711")
    second = opened(client, source_key="bridge:4711")

    assert first["id"] == second["id"]


def test_a_repeated_key_gets_the_first_answer(client: ApiClient) -> None:
    key = {"Idempotency-Key": "k-1"}
    first = client.post(TICKETS, json={"title": "once"}, headers=key)
    second = client.post(TICKETS, json={"title": "once"}, headers=key)

    assert first.get_json() == second.get_json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["ETag"] == first.headers["ETag"]
    assert len(client.get(TICKETS).get_json()["items"]) == 1


def test_a_key_with_another_body_is_refused(client: ApiClient) -> None:
    key = {"Idempotency-Key": "k-2"}
    client.post(TICKETS, json={"title": "once"}, headers=key)
    answer = client.post(TICKETS, json={"title": "twice"}, headers=key)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-key-reused")


def test_a_change_needs_the_revision_that_was_read(client: ApiClient) -> None:
    path = f"{TICKETS}/{opened(client)['id']}"

    assert client.patch(path, json={"title": "new"}).status_code == 428
    assert client.patch(path, json={"title": "new"}, revision=9).status_code == 412
    changed = client.patch(path, json={"title": "new"}, revision=1)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')


def test_a_ticket_without_a_place_is_given_one_once(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        asset, elsewhere = an_asset(session), a_site(session)
        asset_id, site_id, other_id = str(asset.id), str(asset.site_id), str(elsewhere.id)
    path = f"{TICKETS}/{opened(client, priority='low')['id']}"

    unknown = client.patch(path, json={"site_id": str(new_id())}, revision=1)
    contrary = client.patch(path, json={"site_id": other_id, "asset_id": asset_id}, revision=1)
    given = client.patch(path, json={"asset_id": asset_id}, revision=1)
    again = client.patch(path, json={"site_id": site_id}, revision=2)
    moved = client.patch(path, json={"site_id": other_id}, revision=2)

    assert [unknown.status_code, contrary.status_code] == [422, 422]
    body = given.get_json()
    assert (body["site_id"], body["asset_id"], body["priority"]) == (site_id, asset_id, "low")
    assert body["customer_id"] is not None
    assert (again.status_code, again.headers["ETag"]) == (200, '"2"')
    assert (moved.status_code, moved.get_json()["code"]) == (409, "place-settled")


def test_a_move_goes_through_the_lifecycle_and_into_the_history(client: ApiClient) -> None:
    path = f"{TICKETS}/{opened(client)['id']}"

    started = client.post(f"{path}/moves", json={"action": "start"}, revision=1)
    wrong = client.post(f"{path}/moves", json={"action": "close"}, revision=2)
    unexplained = client.post(f"{path}/moves", json={"action": "cancel"}, revision=2)

    assert started.get_json()["state"] == "in_progress"
    assert (wrong.status_code, wrong.get_json()["code"]) == (409, "transition-refused")
    assert unexplained.get_json()["code"] == "reason-required"
    history = client.get(f"{path}/history").get_json()["items"]
    assert [event["type"] for event in history] == ["ticket.started", "ticket.opened"]


def test_a_list_is_paged_to_its_end_without_gap_or_repeat(client: ApiClient) -> None:
    ids = [opened(client)["id"] for _ in range(5)]

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{TICKETS}?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        seen += [item["id"] for item in page.get_json()["items"]]
        cursor = page.get_json()["next"]
    assert seen == ids[::-1]


def test_a_fast_list_shows_what_the_single_answer_shows(client: ApiClient) -> None:
    ticket = opened(client, description="It howls.", reporter_name="Bo")

    (item,) = client.get(TICKETS).get_json()["items"]

    assert item == client.get(f"{TICKETS}/{ticket['id']}").get_json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"title": 7}, "title"),
        ({"title": "x", "colour": "red"}, "colour"),
        ({"title": "x", "priority": "soon"}, "priority"),
        ({"title": "x", "opened_at": "2026-03-01T08:00:00"}, "opened_at"),
        ({"title": "x", "opened_at": "9999-12-31T23:59:59Z"}, "opened_at"),
        ({"title": "x", "site_id": "here"}, "site_id"),
        ({"title": "x", "site_id": str(new_id())}, "site_id"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(
    client: ApiClient, body: dict[str, Any], field: str
) -> None:
    answer = client.post(TICKETS, json=body)

    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert field in answer.get_json()["errors"]
    assert client.get(TICKETS).get_json()["items"] == []


@pytest.mark.parametrize(
    "text", ['{"title": "\\ud800"}', "{", "[1", '{"title": NaN}', '"text"', "", "\xff"]
)
def test_a_body_that_is_no_object_is_refused(client: ApiClient, text: str) -> None:
    answer = client.post(
        TICKETS, data=text.encode("latin-1"), headers={"Content-Type": "application/json"}
    )

    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "99999999999999999999"])
def test_a_number_that_no_ticket_can_have_is_refused_by_field(
    client: ApiClient, number: str
) -> None:
    answer = client.get(f"{TICKETS}?number={number}")

    assert answer.status_code == 422
    assert "number" in answer.get_json()["errors"]


def test_a_cursor_of_another_list_is_refused(client: ApiClient) -> None:
    for cursor in ("x", "bnVsbA", "W10", "WyJhIl0"):
        answer = client.get(f"{TICKETS}?cursor={cursor}")
        assert (answer.status_code, answer.get_json()["code"]) == (422, "cursor-invalid")


@pytest.mark.parametrize(
    ("role", "may_read", "may_open"),
    [
        ("dispatcher", True, True),
        ("agent", True, True),
        ("storekeeper", True, False),
        ("engineer", False, False),
        ("customer", False, False),
    ],
)
def test_roles_may_do_what_their_permissions_say(
    sign_in: Callable[..., Person], role: str, *, may_read: bool, may_open: bool
) -> None:
    person = sign_in(role)

    assert (person.client.get(TICKETS).status_code == 200) is may_read
    assert (person.client.post(TICKETS, json={"title": "x"}).status_code == 201) is may_open
