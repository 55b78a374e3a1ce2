from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work
from tests.builders import a_customer, a_ring, a_site, a_territory
from tests.platforms import ApiClient, Person, make_tenant

POSITION = {"type": "Point", "coordinates": [-8.61, 41.15]}


@pytest.fixture
def customer_id(working: Callable[..., Any]) -> UUID:
    with working() as session:
        made: UUID = a_customer(session, name="Acme").id
        return made


def a_site_body(owner_id: UUID, **changes: Any) -> dict[str, Any]:
    body = {
        "name": "Plant",
        "customer_id": str(owner_id),
        "address": "Rua Nova 1",
        "position": POSITION,
    }
    return {**body, **changes}


def names(client: ApiClient, path: str) -> list[str]:
    return [item["name"] for item in client.items(path)]


def test_a_site_is_created_shown_and_changed(client: ApiClient, customer_id: UUID) -> None:
    made = client.post("/api/v1/sites", json=a_site_body(customer_id)).get_json()

    changed = client.patch(
        f"/api/v1/sites/{made['id']}", json={"access_notes": "Ring twice"}, revision=1
    )

    shown = client.get(f"/api/v1/sites/{made['id']}")
    assert (made["position"], made["number"], made["revision"]) == (POSITION, 1, 1)
    assert shown.get_json() == changed.get_json()
    assert (shown.get_json()["access_notes"], shown.headers["ETag"]) == ("Ring twice", '"2"')


@pytest.mark.parametrize(("revision", "status"), [(None, 428), (7, 412), (1, 200)])
def test_a_change_names_the_revision_it_has_read(
    client: ApiClient, customer_id: UUID, revision: int | None, status: int
) -> None:
    path = f"/api/v1/customers/{customer_id}"

    answer = client.patch(path, json={"phone": "1"}, revision=revision)

    assert answer.status_code == status


def test_a_created_record_can_be_sent_again_by_its_id(client: ApiClient) -> None:
    body = {"id": str(new_id()), "name": "Acme"}
    first = client.post("/api/v1/customers", json=body)

    again = client.post("/api/v1/customers", json=body)
    other = client.post("/api/v1/customers", json={**body, "name": "Other"})

    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert (other.status_code, other.get_json()["code"]) == (409, "id-taken")


def test_the_id_of_another_tenant_is_taken_too(client: ApiClient, platform: Platform) -> None:
    with unit_of_work(platform, make_tenant(platform).id) as session:
        theirs = a_customer(session, name="Theirs").id

    answer = client.post("/api/v1/customers", json={"id": str(theirs), "name": "Theirs"})

    assert (answer.status_code, answer.get_json()["code"]) == (409, "id-taken")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"position": {"type": "Point", "coordinates": [41.15, -181]}}, "position"),
        ({"position": {"type": "Point", "coordinates": [91.5, 95.0]}}, "position"),
        ({"position": None}, "position"),
        ({"position": "41.15,-8.61"}, "position"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"customer_id": str(new_id())}, "customer_id"),
        ({"territory_id": str(new_id())}, "territory_id"),
        ({"owner": "me"}, "owner"),
    ],
)
def test_a_site_that_cannot_be_is_refused_by_its_field(
    client: ApiClient, customer_id: UUID, changes: dict[str, Any], field: str
) -> None:
    answer = client.post("/api/v1/sites", json=a_site_body(customer_id, **changes))

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_swapped_coordinates_get_a_hint(client: ApiClient, customer_id: UUID) -> None:
    swapped = {"type": "Point", "coordinates": [31.2, 121.5]}

    answer = client.post("/api/v1/sites", json=a_site_body(customer_id, position=swapped))

    assert "swapped" in str(answer.get_json()["errors"]["position"])


def test_sites_of_another_tenant_are_not_there(client: ApiClient, platform: Platform) -> None:
    with unit_of_work(platform, make_tenant(platform).id) as session:
        site = a_site(session, name="Theirs")
        path, customer = f"/api/v1/sites/{site.id}", site.customer_id

    listed = [
        names(client, f"/api/v1/sites{query}")
        for query in ("", "?near=-8.61,41.15", "?bbox=-9,41,-8,42", f"?customer_id={customer}")
    ]

    assert client.get(path).status_code == 404
    assert client.patch(path, json={"name": "Mine"}, revision=1).status_code == 404
    refused = client.post("/api/v1/sites", json=a_site_body(customer))
    assert refused.get_json()["errors"] == {"customer_id": ["unknown"]}
    assert listed == [[], [], [], []]


def test_the_nearest_sites_come_first_with_their_distance(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        for name, lon in (("Far", -8.3), ("Near", -8.601), ("Here", -8.6)):
            a_site(session, name=name, at=(lon, 41.15))

    answer = client.get("/api/v1/sites?near=-8.6,41.15&limit=2").get_json()

    assert [item["name"] for item in answer["items"]] == ["Here", "Near"]
    assert [item["distance_metres"] for item in answer["items"]] == pytest.approx(
        [0, 83.7], abs=0.5
    )
    assert answer["next"] is None


def test_filters_combine_with_nearness(client: ApiClient, working: Callable[..., Any]) -> None:
    with working() as session:
        theirs = a_customer(session).id
        a_site(session, name="Other")
        a_site(session, name="Wanted", customer_id=theirs, at=(-8.4, 41.3))

    assert names(client, f"/api/v1/sites?near=-8.6,41.15&customer_id={theirs}") == ["Wanted"]


def test_sites_are_found_in_a_box_and_in_a_territory(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        territory_id = a_territory(session).id
        a_site(session, name="In")
        a_site(session, name="Out", at=(-8.4, 41.3))

    assert names(client, "/api/v1/sites?bbox=-8.62,41.14,-8.60,41.16") == ["In"]
    assert names(client, f"/api/v1/sites?territory_id={territory_id}") == ["In"]


@pytest.mark.parametrize(
    "query",
    [
        "near=41.15",
        "near=a,b",
        "near=nan,1",
        "near=8,99",
        "bbox=1,2,3",
        "bbox=1,9,2,3",
        "bbox=1,2,3,inf",
        "near=8,9&cursor=abc",
        "cursor=abc",
        "limit=0",
        "limit=1001",
        "customer_id=7",
        "unknown=1",
    ],
)
def test_a_query_that_cannot_be_is_refused(client: ApiClient, query: str) -> None:
    assert client.get(f"/api/v1/sites?{query}").status_code == 422


def test_names_are_found_by_their_beginning_whatever_the_case(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        for name in ("Águas do Norte", "ÁGUAS Sul", "Agro", "上海冷链一号", "ＡＢＣ Ltd", "100%"):
            a_customer(session, name=name)
    queries = ("águas", "上海", "abc", "100%", "%", "x")

    found = [names(client, f"/api/v1/customers?q={query.replace('%', '%25')}") for query in queries]

    assert found == [
        ["Águas do Norte", "ÁGUAS Sul"],
        ["上海冷链一号"],
        ["ＡＢＣ Ltd"],
        ["100%"],
        [],
        [],
    ]


def test_customers_are_found_by_number_phone_and_email(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        a_customer(session)
        a_customer(session, name="Wanted", phone="+351 1", email="a@example.com")

    for query in ("number=2", "phone=%2B351 1", "email=a@example.com"):
        assert names(client, f"/api/v1/customers?{query}") == ["Wanted"]


def test_pages_follow_each_other_without_gaps_or_repeats(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        for n in range(7):
            a_customer(session, name=f"Same {n // 3}")
    seen, cursor = [], ""

    while True:
        page = client.get(f"/api/v1/customers?limit=2{cursor}").get_json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"

    assert len(seen) == len(set(seen)) == 7


def test_archived_records_are_listed_only_when_asked_for(
    client: ApiClient, customer_id: UUID
) -> None:
    path = f"/api/v1/customers/{customer_id}"
    client.patch(path, json={"is_archived": True}, revision=1)

    listed = [names(client, f"/api/v1/customers{query}") for query in ("", "?is_archived=true")]

    assert listed == [[], ["Acme"]]
    assert client.get(path).get_json()["archived_at"] is not None


def test_the_history_of_a_customer_tells_about_the_sites_too(
    client: ApiClient, customer_id: UUID
) -> None:
    site = client.post("/api/v1/sites", json=a_site_body(customer_id)).get_json()
    client.patch(f"/api/v1/sites/{site['id']}", json={"name": "Works"}, revision=1)

    history = client.get(f"/api/v1/customers/{customer_id}/history").get_json()["items"]
    of_site = client.get(f"/api/v1/sites/{site['id']}/history").get_json()["items"]

    types = [item["type"] for item in history]
    assert types == ["site.changed", "site.created", "customer.created"]
    assert [item["type"] for item in of_site] == types[:2]


def test_a_territory_is_drawn_and_shown(client: ApiClient) -> None:
    area = {"type": "Polygon", "coordinates": [[list(p) for p in a_ring(0, 0, 1, 1)]]}

    made = client.post("/api/v1/territories", json={"name": "North", "area": area})

    assert made.status_code == 201
    assert made.get_json()["area"] == area
    assert made.get_json()["square_metres"] == pytest.approx(12_364e6, rel=1e-3)


@pytest.mark.parametrize(
    "ring",
    [
        [[0, 0], [1, 0], [1, 1]],
        [[0, 0], [1, 0], [1, 1], [0, 1]],
        [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]],
        [[0, 0], [1, 1], [2, 2], [0, 0]],
        [[0, 0], [0, 0], [0, 0], [0, 0]],
        [[0, 0], [200, 0], [200, 1], [0, 0]],
        [],
        "ring",
    ],
)
def test_what_is_no_area_is_refused(client: ApiClient, ring: Any) -> None:
    area = {"type": "Polygon", "coordinates": [ring]}

    answer = client.post("/api/v1/territories", json={"name": "North", "area": area})

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["area"])


@pytest.mark.parametrize(
    ("role", "method", "path", "expected"),
    [
        ("engineer", "GET", "/customers", 403),
        ("engineer", "GET", "/sites", 200),
        ("engineer", "GET", "/territories", 200),
        ("engineer", "POST", "/sites", 403),
        ("agent", "GET", "/customers", 200),
        ("agent", "POST", "/customers", 422),
        ("agent", "POST", "/territories", 403),
        ("director", "POST", "/customers", 403),
        ("dispatcher", "POST", "/territories", 422),
        ("customer", "GET", "/sites", 403),
    ],
)
def test_each_role_may_do_its_part(
    sign_in: Callable[..., Person], role: str, method: str, path: str, expected: int
) -> None:
    client = sign_in(role).client

    answer = client.open(method, f"/api/v1{path}", **({"json": {}} if method == "POST" else {}))

    assert answer.status_code == expected
