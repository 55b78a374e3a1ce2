"""The inventory over HTTP: what a storekeeper does."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.models import Discrepancy
from server.kernel.ids import new_id
from tests.builders import a_fault_code, a_model, a_part, a_van
from tests.inventory.records import ONE, a_work_order, fit
from tests.inventory.shops import POSITION, Shop, Working
from tests.server.workforce.people import an_engineer


def test_a_part_is_created_shown_changed_and_archived(shop: Shop) -> None:
    body = {
        "id": str(new_id()),
        "number": "S-24",
        "name": "Shaft seal",
        "unit": "pcs",
        "price_amount": "64.5",
        "currency": "EUR",
    }

    made = shop.client.post("/api/v1/parts", json=body)
    again = shop.client.post("/api/v1/parts", json=body)
    path = f"/api/v1/parts/{body['id']}"
    changed = shop.client.patch(path, json={"name": "Seal", "is_archived": True}, revision=1)

    assert (made.status_code, again.status_code, changed.status_code) == (201, 201, 200)
    assert {name: made.get_json()[name] for name in body} == body
    assert made.headers["ETag"] == '"1"'
    assert shop.client.get(path).get_json() == changed.get_json()
    assert changed.get_json()["archived_at"] is not None
    listed = shop.client.get("/api/v1/parts?is_archived=true&q=sea").get_json()["items"]
    assert listed == [changed.get_json()]


def test_a_part_number_is_used_once(shop: Shop) -> None:
    body = {"number": "S-24", "name": "Shaft seal"}
    shop.client.post("/api/v1/parts", json=body)

    answer = shop.client.post("/api/v1/parts", json=body)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "part-exists")


@pytest.mark.parametrize(
    "fields",
    [
        {"price_amount": "5"},
        {"currency": "EUR"},
        {"price_amount": "-1", "currency": "EUR"},
        {"price_amount": "1", "currency": "euro"},
        {"price_amount": 5, "currency": "EUR"},
        {"number": "x" * 65},
        {"name": "\x00"},
        {"weight": "3"},
    ],
)
def test_a_part_that_cannot_be_is_refused(shop: Shop, fields: dict[str, Any]) -> None:
    answer = shop.client.post("/api/v1/parts", json={"number": "S-1", "name": "Seal", **fields})

    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert answer.get_json()["errors"]


def test_a_change_without_revision_or_with_an_old_one_is_refused(shop: Shop) -> None:
    path = f"/api/v1/parts/{shop.part}"

    assert shop.client.patch(path, json={"name": "Seal"}).status_code == 428
    assert shop.client.patch(path, json={"name": "Seal"}, revision=7).status_code == 412


def test_a_location_is_made_and_changed(shop: Shop) -> None:
    body = {"name": "Depot", "kind": "warehouse", "position": POSITION, "id": str(new_id())}

    made = shop.client.post("/api/v1/stock-locations", json=body)
    again = shop.client.post("/api/v1/stock-locations", json=body)
    bin_ = shop.client.post(
        "/api/v1/stock-locations",
        json={"name": "Shelf 1", "kind": "bin", "parent_id": body["id"]},
    )
    path = f"/api/v1/stock-locations/{body['id']}"
    changed = shop.client.patch(path, json={"name": "Depot West"}, revision=1)

    assert (made.status_code, again.status_code, bin_.status_code) == (201, 201, 201)
    assert made.get_json()["position"] == POSITION
    assert changed.get_json()["name"] == "Depot West"
    listed = shop.client.get(f"/api/v1/stock-locations?parent_id={body['id']}").get_json()
    assert [item["id"] for item in listed["items"]] == [bin_.get_json()["id"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "bin"},
        {"kind": "warehouse", "parent_id": str(new_id())},
        {"kind": "bin", "parent_id": str(new_id())},
        {"kind": "warehouse", "engineer_id": str(new_id())},
        {"kind": "van", "engineer_id": str(new_id())},
        {"kind": "garage"},
    ],
)
def test_a_location_that_cannot_be_is_refused(shop: Shop, fields: dict[str, Any]) -> None:
    answer = shop.client.post("/api/v1/stock-locations", json={"name": "Depot", **fields})

    assert answer.status_code == 422, answer.get_data(as_text=True)


def test_an_engineer_has_one_van(shop: Shop, working: Working) -> None:
    with working() as session:
        engineer_id = str(an_engineer(session).id)
    body = {"name": "Van 1", "kind": "van", "engineer_id": engineer_id}

    made = shop.client.post("/api/v1/stock-locations", json=body)
    second = shop.client.post("/api/v1/stock-locations", json={**body, "name": "Van 2"})

    assert (made.status_code, second.status_code) == (201, 409)
    assert second.get_json()["code"] == "van-exists"
    assert second.get_json()["params"]["location_id"] == made.get_json()["id"]


def test_moves_are_booked_once_and_listed_newest_first(shop: Shop) -> None:
    move_id = str(new_id())

    received = shop.book(id=move_id)
    shop.book(id=move_id)
    broken = shop.book(reason="adjustment", quantity="-0.5", remark="broken")
    returned = shop.book(reason="return", quantity="1", work_order_id=shop.work_order)

    assert shop.level() == ("5.5", "0")
    listed = shop.client.get(f"/api/v1/stock-moves?part_id={shop.part}").get_json()["items"]
    assert listed == [answer.get_json() for answer in (returned, broken, received)]
    first = shop.client.get("/api/v1/stock-moves?limit=1").get_json()
    second = shop.client.get(f"/api/v1/stock-moves?limit=1&cursor={first['next']}").get_json()
    assert [*first["items"], *second["items"]] == listed[:2]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"quantity": "0"}, 422),
        ({"quantity": "-1"}, 422),
        ({"quantity": "0.0001"}, 422),
        ({"quantity": 1}, 422),
        ({"quantity": "9" * 13}, 422),
        ({"reason": "consumption"}, 422),
        ({"reason": "found"}, 422),
        ({"reason": "adjustment", "quantity": "-1"}, 409),
        ({"reason": "adjustment", "quantity": "0"}, 422),
        ({"part_id": str(new_id())}, 422),
        ({"location_id": str(new_id())}, 422),
        ({"work_order_id": str(new_id())}, 422),
        ({"reason": "return", "work_order_id": str(new_id())}, 422),
    ],
)
def test_a_move_that_cannot_be_is_refused(shop: Shop, fields: dict[str, Any], status: int) -> None:
    answer = shop.book(**fields)

    assert answer.status_code == status, answer.get_data(as_text=True)
    assert shop.client.get("/api/v1/stock-moves").get_json()["items"] == []


def test_a_count_makes_the_level_right(shop: Shop) -> None:
    shop.book()
    body = {"part_id": shop.part, "location_id": shop.store, "counted": "4.25"}

    answer = shop.client.post("/api/v1/stock-counts", json=body)

    assert (answer.status_code, answer.get_json()["on_hand"]) == (201, "4.25")
    assert shop.level() == ("4.25", "0")


def test_a_transfer_is_booked_once_and_shown(shop: Shop, working: Working) -> None:
    with working() as session:
        van = str(a_van(session, None).id)
    shop.book()
    body = {
        "id": str(new_id()),
        "part_id": shop.part,
        "from_location_id": shop.store,
        "to_location_id": van,
        "quantity": "2",
    }

    made = shop.client.post("/api/v1/transfers", json=body)
    again = shop.client.post("/api/v1/transfers", json=body)
    other = shop.client.post("/api/v1/transfers", json={**body, "quantity": "1"})

    assert (made.status_code, again.status_code) == (201, 201)
    assert (other.status_code, other.get_json()["code"]) == (409, "id-taken")
    shown = shop.client.get(f"/api/v1/transfers/{body['id']}").get_json()
    assert {name: shown[name] for name in body} == body
    assert shown == again.get_json()
    levels = shop.client.get(f"/api/v1/stock-levels?location_id={van}").get_json()["items"]
    assert [item["on_hand"] for item in levels] == ["2"]


def test_a_transfer_of_more_than_is_free_is_refused(shop: Shop, working: Working) -> None:
    with working() as session:
        van = str(a_van(session, None).id)
    body = {
        "part_id": shop.part,
        "from_location_id": shop.store,
        "to_location_id": van,
        "quantity": "1",
    }

    answer = shop.client.post("/api/v1/transfers", json=body)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "stock-not-free")


def test_a_reservation_is_made_listed_and_given_back(shop: Shop) -> None:
    shop.book()
    body = {
        "id": str(new_id()),
        "work_order_id": shop.work_order,
        "part_id": shop.part,
        "quantity": "6",
    }

    made = shop.client.post("/api/v1/reservations", json=body)
    again = shop.client.post("/api/v1/reservations", json=body)

    assert made.status_code == 201, made.get_data(as_text=True)
    assert made.get_json() == again.get_json()
    assert shop.level() == ("5", "5")
    short = shop.client.get("/api/v1/reservations?is_short=true&state=open").get_json()["items"]
    assert [item["quantity"] for item in short] == ["1"]
    work_order = shop.client.get(f"/api/v1/work-orders/{shop.work_order}").get_json()
    assert [(n["quantity"], n["reserved"]) for n in work_order["parts_needed"]] == [("6", "5")]

    (lying,) = (item for item in made.get_json()["items"] if item["location_id"])
    path = f"/api/v1/reservations/{lying['id']}/moves"
    stale = shop.client.post(path, json={"action": "release"}, revision=9)
    released = shop.client.post(path, json={"action": "release"}, revision=lying["revision"])

    assert (stale.status_code, released.get_json()["state"]) == (412, "released")
    # What was given back serves the rest, which was short.
    assert shop.level() == ("5", "1")


def test_a_discrepancy_is_explained_once(shop: Shop, working: Working) -> None:
    with working() as session:
        part = a_part(session)
        fit(session, a_work_order(session), part, ONE)
        (discrepancy,) = session.query(Discrepancy).all()
        path = f"/api/v1/discrepancies/{discrepancy.id}"
    (listed,) = shop.client.get("/api/v1/discrepancies?state=open").get_json()["items"]
    body = {"resolution": "Taken from the shelf without booking."}

    resolved = shop.client.post(f"{path}/resolution", json=body, revision=listed["revision"])
    again = shop.client.post(f"{path}/resolution", json=body, revision=listed["revision"] + 1)

    assert listed == {**resolved.get_json(), **listed}
    assert resolved.get_json()["state"] == "resolved"
    assert (again.status_code, again.get_json()["code"]) == (409, "discrepancy-resolved")
    assert shop.client.get(path).get_json() == resolved.get_json()


def test_parts_of_models_and_fault_codes_are_set_as_a_whole(shop: Shop, working: Working) -> None:
    with working() as session:
        model = a_model(session)
        fault_code, other = a_fault_code(session, model.id), a_part(session)
        paths = (
            f"/api/v1/asset-models/{model.id}/bom-lines",
            f"/api/v1/fault-codes/{fault_code.id}/parts",
        )
        other_id = str(other.id)
    for path in paths:
        both = {
            "lines": [
                {"part_id": shop.part, "quantity": "1"},
                {"part_id": other_id, "quantity": "0.5"},
            ]
        }
        one = {"lines": [{"part_id": other_id, "quantity": "2"}]}
        twice = {"lines": [one["lines"][0], one["lines"][0]]}

        assert len(shop.client.put(path, json=both).get_json()["items"]) == 2
        set_ = shop.client.put(path, json=one)
        assert [(i["part_id"], i["quantity"]) for i in set_.get_json()["items"]] == [
            (other_id, "2")
        ]
        assert shop.client.get(path).get_json() == set_.get_json()
        assert shop.client.put(path, json=twice).status_code == 422
        unknown = {"lines": [{"part_id": str(new_id()), "quantity": "1"}]}
        assert shop.client.put(path, json=unknown).status_code == 422
    assert shop.client.put(f"/api/v1/fault-codes/{new_id()}/parts", json=one).status_code == 404
