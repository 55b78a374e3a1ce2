from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from server.dispatch.schemas import ListedBookingSchema
from server.kernel import clock
from server.kernel.http import TruckrollApp
from server.kernel.ids import new_id
from tests.platforms import ApiClient, Person
from tests.server.dispatch.records import a_work_order, an_engineer_on_shift

Work = dict[str, str]


@pytest.fixture
def work(working: Callable[..., Any], sign_in: Callable[..., Person]) -> Work:
    """A work order and an engineer on shift, committed."""
    person = sign_in("engineer")
    with working() as session:
        engineer = an_engineer_on_shift(session, user_id=person.id, hours=20)
        work_order = a_work_order(session)
        session.flush()
        return {"engineer_id": str(engineer.id), "path": f"/api/v1/work-orders/{work_order.id}"}


@pytest.fixture
def booking(client: ApiClient, work: Work) -> dict[str, Any]:
    body = {"engineer_id": work["engineer_id"]}
    answer = client.post(f"{work['path']}/bookings", json=body)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def test_a_ranking_is_made_and_shown_again_as_it_was(client: ApiClient, work: Work) -> None:
    made = client.post(f"{work['path']}/proposals", json={})

    shown = client.get(f"/api/v1/proposals/{made.get_json()['id']}")

    (proposed,) = made.get_json()["proposals"]
    assert made.status_code == 201
    assert shown.get_json() == made.get_json()
    assert proposed["engineer_id"] == work["engineer_id"]
    assert sum(proposed["terms"].values()) == proposed["total_seconds"]
    assert all(reason["text"] for reason in proposed["reasons"])


def test_a_booking_is_shown_and_listed_alike(
    client: ApiClient, work: Work, booking: dict[str, Any]
) -> None:
    queries = [
        f"engineer_id={work['engineer_id']}",
        f"work_order_id={booking['work_order_id']}",
        "state=confirmed",
        "from_at=2020-01-01T00:00:00Z&until_at=2100-01-01T00:00:00Z",
    ]

    listed = [client.get(f"/api/v1/bookings?{query}").get_json() for query in queries]

    assert client.get(f"/api/v1/bookings/{booking['id']}").get_json() == booking
    (row,) = listed[0]["items"]
    assert listed == [{"items": [row], "next": None}] * len(queries)
    assert {name: row[name] for name in booking} == booking
    assert set(row) == set(ListedBookingSchema().fields)


def test_a_listed_booking_tells_whose_time_it_is_and_what_for(
    client: ApiClient, work: Work, booking: dict[str, Any]
) -> None:
    (row,) = client.get("/api/v1/bookings").get_json()["items"]

    whole = client.get(f"/api/v1/work-orders/{booking['work_order_id']}").get_json()
    shown = row["work_order"]
    assert row["engineer_id"] == str(work["engineer_id"])
    assert row["engineer_name"]
    assert (shown["number"], shown["title"]) == (whole["number"], whole["title"])
    assert (shown["site_name"], shown["position"]) == (
        whole["site"]["name"],
        whole["site"]["position"],
    )
    assert shown["ticket_number"] == whole["ticket"]["number"]


def test_a_time_chosen_by_hand_knows_the_drive_there(client: ApiClient, work: Work) -> None:
    path = f"{work['path']}/bookings"
    starts_at = (clock.now() + dt.timedelta(hours=2)).isoformat()
    body = {"engineer_id": str(work["engineer_id"]), "starts_at": starts_at}

    answer = client.post(path, json=body | {"override_reason": "The customer asked for it"})

    assert answer.status_code == 201
    assert answer.get_json()["travel_seconds"] is not None


def test_filters_leave_other_bookings_out(client: ApiClient, booking: dict[str, Any]) -> None:
    queries = [
        f"engineer_id={new_id()}",
        "state=cancelled",
        "until_at=2020-01-01T00:00:00Z",
        "from_at=2100-01-01T00:00:00Z",
    ]

    assert booking["state"] == "confirmed"
    for query in queries:
        assert client.get(f"/api/v1/bookings?{query}").get_json()["items"] == []


def test_a_booking_is_moved_with_the_revision_that_was_read(
    client: ApiClient, booking: dict[str, Any]
) -> None:
    path = f"/api/v1/bookings/{booking['id']}/moves"
    body = {"action": "travel"}

    codes = [
        client.post(path, json=body).status_code,
        client.post(path, json=body, revision=99).status_code,
        client.post(path, json=body, revision=booking["revision"]).status_code,
    ]

    assert codes == [428, 412, 200]


def test_a_move_that_is_not_possible_names_what_is(
    client: ApiClient, booking: dict[str, Any]
) -> None:
    answer = client.post(
        f"/api/v1/bookings/{booking['id']}/moves",
        json={"action": "finish"},
        revision=booking["revision"],
    )

    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (409, "transition-refused")
    assert problem["params"]["possible"] == ["arrive", "cancel", "travel"]


def test_a_booking_is_reassigned_to_another_time(
    client: ApiClient, booking: dict[str, Any]
) -> None:
    start = dt.datetime.fromisoformat(booking["starts_at"]) + dt.timedelta(hours=2)

    answer = client.post(
        f"/api/v1/bookings/{booking['id']}/reassignments",
        json={"engineer_id": booking["engineer_id"], "starts_at": start.isoformat()},
        revision=booking["revision"],
    )

    old = client.get(f"/api/v1/bookings/{booking['id']}").get_json()
    assert (answer.status_code, old["state"]) == (201, "cancelled")
    assert dt.datetime.fromisoformat(answer.get_json()["starts_at"]) == start


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"engineer_id": "x"}, 422),
        ({"engineer_id": str(new_id())}, 422),
        ({"engineer_id": None}, 422),
        ({"engineer_id": str(new_id()), "who": 1}, 422),
        ({"engineer_id": str(new_id()), "starts_at": "2026-11-23T08:00:00"}, 422),
        ({"engineer_id": str(new_id()), "override_reason": "x" * 501}, 422),
    ],
)
def test_a_booking_that_cannot_be_is_refused(
    client: ApiClient, work: Work, body: dict[str, Any], status: int
) -> None:
    assert client.post(f"{work['path']}/bookings", json=body).status_code == status


def test_an_unknown_work_order_is_not_found(client: ApiClient, work: Work) -> None:
    path = f"/api/v1/work-orders/{new_id()}"
    body = {"engineer_id": work["engineer_id"]}

    assert client.post(f"{path}/proposals", json={}).status_code == 404
    assert client.post(f"{path}/bookings", json=body).status_code == 404


def test_engineers_see_their_own_bookings_only(
    client: ApiClient, sign_in: Callable[..., Person], booking: dict[str, Any]
) -> None:
    stranger = sign_in("engineer").client

    seen = client.get("/api/v1/bookings").get_json()["items"]
    assert [row["id"] for row in seen] == [booking["id"]]
    assert stranger.get("/api/v1/bookings").get_json()["items"] == []
    assert stranger.get(f"/api/v1/bookings/{booking['id']}").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("engineer", 403), ("agent", 403), ("lead", 403)])
def test_only_dispatchers_book(
    sign_in: Callable[..., Person], work: Work, role: str, status: int
) -> None:
    body = {"engineer_id": work["engineer_id"]}

    answer = sign_in(role).client.post(f"{work['path']}/bookings", json=body)

    assert answer.status_code == status


def test_fifty_dispatchers_at_once_make_one_booking(
    app: TruckrollApp, client: ApiClient, work: Work
) -> None:
    body = {"engineer_id": work["engineer_id"]}

    def book(_number: int) -> tuple[int, str]:
        own = ApiClient(app.test_client(use_cookies=False), client.token)
        answer = own.post(f"{work['path']}/bookings", json=body)
        return answer.status_code, answer.get_json().get("code", "")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(book, range(50)))

    open_ones = client.get("/api/v1/bookings?state=confirmed").get_json()["items"]
    assert sorted(set(answers)) == [(201, ""), (409, "work-order-already-booked")]
    assert (answers.count((201, "")), len(open_ones)) == (1, 1)


def test_two_work_orders_at_once_do_not_share_an_engineers_time(
    app: TruckrollApp, client: ApiClient, working: Callable[..., Any], work: Work
) -> None:
    with working() as session:
        paths = [f"/api/v1/work-orders/{a_work_order(session).id}" for _ in range(8)]
    starts_at = (clock.now() + dt.timedelta(hours=3)).isoformat()
    body = {"engineer_id": work["engineer_id"], "starts_at": starts_at, "override_reason": "x"}

    def book(path: str) -> tuple[int, str]:
        own = ApiClient(app.test_client(use_cookies=False), client.token)
        answer = own.post(f"{path}/bookings", json=body)
        return answer.status_code, answer.get_json().get("code", "")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(book, paths))

    assert sorted(set(answers)) == [(201, ""), (409, "engineer-busy")]
    assert answers.count((201, "")) == 1
