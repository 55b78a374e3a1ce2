from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.kernel.ids import new_id
from tests.platforms import ApiClient, Person

HOME = {"type": "Point", "coordinates": [-8.61, 41.15]}
EARLY = {"starts_at": "2026-11-23T08:00:00Z", "ends_at": "2026-11-23T12:00:00Z"}


@pytest.fixture
def engineer(client: ApiClient, sign_in: Callable[..., Person]) -> dict[str, Any]:
    body = {"user_id": str(sign_in("engineer").id), "name": "Ana", "home_position": HOME}
    answer = client.post("/api/v1/engineers", json=body)
    assert answer.status_code == 201, answer.get_json()
    return {**answer.get_json(), "etag": answer.headers["ETag"]}


@pytest.fixture
def skill(client: ApiClient) -> dict[str, Any]:
    answer = client.post("/api/v1/skills", json={"code": "f-gas", "name": "F-Gas"})
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def test_an_engineer_is_shown_with_home_and_skills(
    client: ApiClient, engineer: dict[str, Any], skill: dict[str, Any]
) -> None:
    path = f"/api/v1/engineers/{engineer['id']}"

    put = client.put(f"{path}/skills/{skill['id']}", json={"level": 2, "expires_on": "2027-01-31"})

    shown = client.get(path).get_json()
    held = {"skill_id": skill["id"], "level": 2, "expires_on": "2027-01-31"}
    assert (put.status_code, put.get_json()) == (200, held)
    assert (shown["home_position"], shown["skills"]) == (HOME, [held])
    assert shown["revision"] == engineer["revision"] + 1


def test_the_list_of_engineers_says_the_same_as_the_engineer(
    client: ApiClient, engineer: dict[str, Any], skill: dict[str, Any]
) -> None:
    path = f"/api/v1/engineers/{engineer['id']}"
    client.put(f"{path}/skills/{skill['id']}", json={"level": 2})

    listed = client.get(f"/api/v1/engineers?skill_id={skill['id']}").get_json()

    assert listed == {"items": [client.get(path).get_json()], "next": None}


def test_a_skill_is_taken_away(
    client: ApiClient, engineer: dict[str, Any], skill: dict[str, Any]
) -> None:
    path = f"/api/v1/engineers/{engineer['id']}"
    client.put(f"{path}/skills/{skill['id']}", json={"level": 2})

    answer = client.delete(f"{path}/skills/{skill['id']}")

    assert answer.status_code == 204
    assert client.get(path).get_json()["skills"] == []


def test_a_change_needs_the_revision_that_was_read(
    client: ApiClient, engineer: dict[str, Any]
) -> None:
    path = f"/api/v1/engineers/{engineer['id']}"
    change = {"name": "Ana M.", "timezone": "Europe/Lisbon"}

    codes = [
        client.patch(path, json=change).status_code,
        client.patch(path, json=change, revision=99).status_code,
        client.patch(path, json=change, revision=engineer["revision"]).status_code,
    ]

    assert codes == [428, 412, 200]
    assert client.get(path).get_json()["name"] == "Ana M."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"home_position": {"type": "Point", "coordinates": [41.15, -98.6]}}, "home_position"),
        ({"user_id": "x"}, "user_id"),
        ({"name": "a\x00b"}, "name"),
        ({"nickname": "Ana"}, "nickname"),
    ],
)
def test_an_engineer_who_cannot_be_is_refused_by_field(
    client: ApiClient, body: dict[str, Any], field: str
) -> None:
    valid = {"user_id": str(new_id()), "name": "Ana", "home_position": HOME}

    answer = client.post("/api/v1/engineers", json=valid | body)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


def test_shifts_are_planned_listed_by_time_and_taken_back(
    client: ApiClient, engineer: dict[str, Any]
) -> None:
    made = client.post("/api/v1/shifts", json={"engineer_id": engineer["id"], **EARLY})
    shift = made.get_json()
    query = f"engineer_id={engineer['id']}&from_at=2026-11-23T11:59:00Z"

    listed = client.get(f"/api/v1/shifts?{query}").get_json()["items"]
    later = client.get("/api/v1/shifts?from_at=2026-11-23T12:00:00Z").get_json()["items"]
    gone = client.delete(f"/api/v1/shifts/{shift['id']}", revision=shift["revision"])

    assert made.status_code == 201
    assert (listed, later, gone.status_code) == ([shift], [], 204)
    assert client.get(f"/api/v1/shifts?{query}").get_json()["items"] == []


def test_overlapping_shifts_are_a_conflict(client: ApiClient, engineer: dict[str, Any]) -> None:
    body = {"engineer_id": engineer["id"], **EARLY}
    client.post("/api/v1/shifts", json=body)

    answer = client.post("/api/v1/shifts", json=body)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "shifts-overlap")


def test_an_absence_is_recorded_listed_and_taken_back(
    client: ApiClient, engineer: dict[str, Any]
) -> None:
    body = {"engineer_id": engineer["id"], **EARLY, "reason": "Training"}

    made = client.post("/api/v1/absences", json=body).get_json()

    listed = client.get(f"/api/v1/absences?engineer_id={engineer['id']}").get_json()["items"]
    gone = client.delete(f"/api/v1/absences/{made['id']}", revision=made["revision"])
    assert (listed, gone.status_code) == ([made], 204)


def test_skills_are_renamed_archived_and_filtered(client: ApiClient, skill: dict[str, Any]) -> None:
    path = f"/api/v1/skills/{skill['id']}"

    changed = client.patch(path, json={"name": "Gas", "is_archived": True}, revision=1)

    assert changed.get_json()["archived_at"] is not None
    assert client.get("/api/v1/skills?is_archived=false").get_json()["items"] == []
    assert client.get("/api/v1/skills").get_json()["items"] == [changed.get_json()]


def test_an_engineer_sees_the_own_record_and_reports_the_own_position(
    client: ApiClient, sign_in: Callable[..., Person]
) -> None:
    person = sign_in("engineer")
    body = {"user_id": str(person.id), "name": "Ana", "home_position": HOME}
    made = client.post("/api/v1/engineers", json=body).get_json()

    own = person.client.get("/api/v1/engineers/me")
    put = person.client.put(
        f"/api/v1/engineers/{made['id']}/position",
        json={"position": HOME, "accuracy_metres": 12},
    )

    assert own.get_json() == made
    assert (put.status_code, put.get_json()["position"]) == (200, HOME)
    assert client.get("/api/v1/engineers/positions").get_json()["items"] == [put.get_json()]


@pytest.mark.parametrize(
    ("role", "status"), [("dispatcher", 200), ("director", 200), ("engineer", 403), ("agent", 403)]
)
def test_homes_of_people_are_for_those_who_plan(
    sign_in: Callable[..., Person], role: str, status: int
) -> None:
    assert sign_in(role).client.get("/api/v1/engineers").status_code == status


def test_an_unknown_engineer_is_not_found(client: ApiClient) -> None:
    assert client.get(f"/api/v1/engineers/{new_id()}").status_code == 404


def test_pages_follow_the_name_and_end(client: ApiClient, sign_in: Callable[..., Person]) -> None:
    for name in ("Cy", "ana", "Bo"):
        body = {"user_id": str(sign_in("engineer").id), "name": name, "home_position": HOME}
        client.post("/api/v1/engineers", json=body)

    first = client.get("/api/v1/engineers?limit=2").get_json()
    rest = client.get(f"/api/v1/engineers?limit=2&cursor={first['next']}").get_json()

    assert [item["name"] for item in first["items"] + rest["items"]] == ["ana", "Bo", "Cy"]
    assert rest["next"] is None
