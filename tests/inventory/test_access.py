"""Who sees and books which stock over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from server.kernel.ids import new_id
from server.kernel.tenancy import Tenant
from server.workforce import api as workforce
from tests.builders import a_part, a_van, some_stock
from tests.inventory.records import ONE, a_repair, a_work_order, assign
from tests.inventory.shops import READS, Shop, SignIn, Working
from tests.platforms import make_tenant
from tests.server.workforce.people import an_engineer


@pytest.mark.parametrize("role", ["dispatcher", "agent", "lead", "director", "admin"])
def test_the_desk_reads_all_stock(sign_in: SignIn, role: str) -> None:
    client = sign_in(role).client

    assert {path: client.get(path).status_code for path in READS} == dict.fromkeys(READS, 200)


@pytest.mark.parametrize("role", ["dispatcher", "agent", "lead", "director", "engineer"])
def test_only_the_storekeeper_and_the_administrator_write(
    sign_in: SignIn, shop: Shop, role: str
) -> None:
    client = sign_in(role).client
    bodies = {
        "/api/v1/parts": {"number": "1", "name": "Seal"},
        "/api/v1/stock-locations": {"name": "Depot", "kind": "warehouse"},
        "/api/v1/stock-moves": {
            "reason": "receipt",
            "part_id": shop.part,
            "location_id": shop.store,
            "quantity": "1",
        },
        "/api/v1/stock-counts": {
            "part_id": shop.part,
            "location_id": shop.store,
            "counted": "1",
        },
    }

    answers = {path: client.post(path, json=body) for path, body in bodies.items()}

    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
        bodies, 403
    )


def test_an_engineer_sees_the_own_van_only(sign_in: SignIn, working: Working, shop: Shop) -> None:
    person = sign_in("engineer")
    with working() as session:
        engineer = an_engineer(session, user_id=person.id)
        assert isinstance(engineer, workforce.Engineer)
        van, other = a_van(session, engineer.id), a_van(session, an_engineer(session).id)
        part = a_part(session)
        for location in (van, other):
            some_stock(session, part.id, location.id, ONE)
        own_id, other_id = str(van.id), str(other.id)
    shop.book()

    levels = person.client.get("/api/v1/stock-levels").get_json()["items"]
    locations = person.client.get("/api/v1/stock-locations").get_json()["items"]

    assert [item["location_id"] for item in levels] == [own_id]
    assert [item["id"] for item in locations] == [own_id]
    assert person.client.get(f"/api/v1/stock-locations/{own_id}").status_code == 200
    assert person.client.get(f"/api/v1/stock-locations/{other_id}").status_code == 404
    assert person.client.get("/api/v1/stock-moves").status_code == 403
    assert person.client.get("/api/v1/parts").status_code == 200


def test_nothing_of_another_tenant_is_seen_or_used(
    platform: Any, sign_in: SignIn, shop: Shop
) -> None:
    other: Tenant = make_tenant(platform)
    stranger = sign_in("storekeeper", "admin", tenant=other).client
    shop.book()
    body = {
        "reason": "receipt",
        "part_id": shop.part,
        "location_id": shop.store,
        "quantity": "1",
    }

    assert not any(stranger.get(path).get_json()["items"] for path in READS)
    assert stranger.get(f"/api/v1/parts/{shop.part}").status_code == 404
    assert stranger.post("/api/v1/stock-moves", json=body).status_code == 422
    taken = stranger.post("/api/v1/parts", json={"id": shop.part, "number": "1", "name": "Seal"})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "id-taken")


def test_an_engineer_books_a_part_out_of_the_van_once(
    sign_in: SignIn, working: Working, shop: Shop
) -> None:
    person = sign_in("engineer")
    with working() as session:
        engineer, work_order = an_engineer(session, user_id=person.id), a_work_order(session)
        van, part = a_van(session, engineer.id), a_part(session)
        some_stock(session, part.id, van.id, 3 * ONE)
        assign(session, work_order, engineer)
        path = f"/api/v1/work-orders/{work_order.id}"
        body = {
            "move_id": str(new_id()),
            "repair_id": str(a_repair(session, work_order).id),
            "part_id": str(part.id),
            "quantity": "2",
        }

    made = person.client.post(f"{path}/parts", json=body)
    person.client.post(f"{path}/parts", json=body)
    other = person.client.post(f"{path}/parts", json={**body, "quantity": "1"})

    assert made.status_code == 201, made.get_data(as_text=True)
    assert (other.status_code, other.get_json()["code"]) == (409, "id-taken")
    (level,) = person.client.get("/api/v1/stock-levels").get_json()["items"]
    assert level["on_hand"] == "1"
    (fitted,) = person.client.get(path).get_json()["parts_fitted"]
    assert (fitted["move_id"], fitted["quantity"]) == (body["move_id"], "2")
    moved = shop.client.get(f"/api/v1/stock-moves?repair_id={body['repair_id']}").get_json()
    assert [move["quantity"] for move in moved["items"]] == ["-2"]
