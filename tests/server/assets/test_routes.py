from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.auth import api as auth
from server.kernel.idempotency import Answer
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.builders import a_device, a_fault_code, a_model, a_site, a_skill, an_asset
from tests.platforms import ApiClient, Person, make_tenant

CHECK = {"title": "Locked out"}
READING = {"title": "Pressure", "kind": "reading", "unit": "bar", "low": "-1.5", "high": "8"}


@pytest.fixture
def ids(working: Callable[..., Any]) -> dict[str, str]:
    """A site, a model with a fault code, an asset of it there, a device on it, and a skill."""
    with working() as session:
        asset = an_asset(session, name="Pump 1", serial="S-1")
        return {
            "model": str(asset.model_id),
            "site": str(asset.site_id),
            "asset": str(asset.id),
            "fault_code": str(a_fault_code(session, asset.model_id, code="leak", tasks=()).id),
            "device": str(a_device(session, asset_id=asset.id, name="pump-1").id),
            "skill": str(a_skill(session).id),
        }


def an_asset_body(ids: dict[str, str], **changes: Any) -> dict[str, Any]:
    return {"name": "Pump 2", "model_id": ids["model"], "site_id": ids["site"], **changes}


def names(client: ApiClient, path: str) -> list[str]:
    return [item["name"] for item in client.items(f"/api/v1{path}")]


def test_an_asset_is_installed_and_changed(client: ApiClient, ids: dict[str, str]) -> None:
    body = an_asset_body(ids, serial="S-2", installed_on="2024-02-29", parent_id=ids["asset"])
    made = client.post("/api/v1/assets", json=body)

    path = f"/api/v1/assets/{made.get_json()['id']}"
    changed = client.patch(path, json={"serial": None, "name": "Pump 3"}, revision=1)

    assert made.status_code == 201
    assert {key: made.get_json()[key] for key in body} == body
    assert (changed.get_json()["serial"], changed.headers["ETag"]) == (None, '"2"')
    assert client.get(path).get_json() == changed.get_json()


def test_the_tree_of_an_asset_is_shown_level_by_level(
    client: ApiClient, ids: dict[str, str]
) -> None:
    body = an_asset_body(ids, parent_id=ids["asset"])
    client.post("/api/v1/assets", json=body)

    tree = client.get(f"/api/v1/assets/{ids['asset']}/tree").get_json()["items"]

    assert [(item["name"], item["depth"]) for item in tree] == [("Pump 1", 0), ("Pump 2", 1)]


def test_a_circle_in_the_tree_is_refused(client: ApiClient, ids: dict[str, str]) -> None:
    body = an_asset_body(ids, parent_id=ids["asset"])
    part = client.post("/api/v1/assets", json=body).get_json()

    path = f"/api/v1/assets/{ids['asset']}"
    answer = client.patch(path, json={"parent_id": part["id"]}, revision=1)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "asset-tree-refused")
    assert answer.get_json()["params"]["problem"] == "cycle"


def test_a_serial_number_belongs_to_one_asset_of_a_model(
    client: ApiClient, ids: dict[str, str]
) -> None:
    answer = client.post("/api/v1/assets", json=an_asset_body(ids, serial="S-1"))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "serial-taken")


def test_assets_are_found_by_site_model_parent_serial_and_name(
    client: ApiClient, ids: dict[str, str], working: Callable[..., Any]
) -> None:
    with working() as session:
        an_asset(session, name="Other")
    part = an_asset_body(ids, parent_id=ids["asset"])
    client.post("/api/v1/assets", json=part)
    queries = (f"site_id={ids['site']}", f"model_id={ids['model']}", "q=pUMP")

    found = [names(client, f"/assets?{query}") for query in queries]

    assert found == [["Pump 1", "Pump 2"]] * 3
    assert names(client, f"/assets?parent_id={ids['asset']}") == ["Pump 2"]
    assert names(client, "/assets?serial=S-1") == ["Pump 1"]


def test_a_fault_code_is_created_with_skills_and_checklist(
    client: ApiClient, ids: dict[str, str]
) -> None:
    body = {
        "code": "no-flow",
        "title": "No flow",
        "priority": "high",
        "estimated_minutes": 45,
        "needs_visit": False,
        "skills": [{"skill_id": ids["skill"], "min_level": 3}],
        "tasks": [CHECK, READING],
    }
    made = client.post(f"/api/v1/asset-models/{ids['model']}/fault-codes", json=body)

    shown = client.get(f"/api/v1/fault-codes/{made.get_json()['id']}").get_json()

    assert made.status_code == 201, made.get_data(as_text=True)
    assert shown == made.get_json()
    assert shown["skills"] == body["skills"]
    tasks = [(task["position"], task["kind"], task["low"]) for task in shown["tasks"]]
    assert tasks == [(1, "check", None), (2, "reading", "-1.5")]


def test_a_changed_checklist_moves_the_etag(client: ApiClient, ids: dict[str, str]) -> None:
    path = f"/api/v1/fault-codes/{ids['fault_code']}"

    changed = client.patch(path, json={"tasks": [READING]}, headers={"If-Match": "*"})

    assert changed.headers["ETag"] == client.get(path).headers["ETag"]
    assert changed.get_json()["revision"] == 2
    assert len(changed.get_json()["tasks"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/asset-models/{model}/fault-codes", {"code": "leak", "title": "x"}, "fault-code-exists"),
        ("/devices", {"name": "pump-1", "asset_id": "{asset}"}, "device-name-taken"),
    ],
)
def test_what_exists_is_not_made_twice(
    client: ApiClient, ids: dict[str, str], path: str, body: dict[str, str], code: str
) -> None:
    filled = {key: value.format(**ids) for key, value in body.items()}

    answer = client.post(f"/api/v1{path.format(**ids)}", json=filled)

    assert (answer.status_code, answer.get_json()["code"]) == (409, code)


def test_a_model_is_made_once_per_manufacturer(client: ApiClient) -> None:
    body = {"name": "P-1", "manufacturer": "Maker"}
    client.post("/api/v1/asset-models", json=body)

    again = client.post("/api/v1/asset-models", json=body)

    assert (again.status_code, again.get_json()["code"]) == (409, "asset-model-exists")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/devices", {"name": "a/b", "asset_id": "{asset}"}, "name"),
        ("/devices", {"name": "x", "asset_id": "{site}"}, "asset_id"),
        (
            "/devices",
            {"name": "x", "asset_id": "{asset}", "expected_interval_seconds": 0},
            "expected_interval_seconds",
        ),
        ("/assets", {"name": "x", "model_id": "{model}", "site_id": "{asset}"}, "site_id"),
        ("/assets", {"name": "x", "model_id": "{model}"}, "site_id"),
        (
            "/asset-models/{model}/fault-codes",
            {"code": "x", "title": "x", "skills": [{"skill_id": "{asset}"}]},
            "skills",
        ),
        (
            "/asset-models/{model}/fault-codes",
            {"code": "x", "title": "x", "tasks": [{"title": "x", "low": 5}]},
            "tasks",
        ),
        (
            "/asset-models/{model}/fault-codes",
            {"code": "x", "title": "x", "tasks": [{"title": "x", "unit": "bar"}]},
            "tasks",
        ),
        (
            "/asset-models/{model}/fault-codes",
            {"code": "x", "title": "x", "priority": "asap"},
            "priority",
        ),
        (
            "/asset-models/{model}/fault-codes",
            {"code": "x", "title": "x", "estimated_minutes": 2**31},
            "estimated_minutes",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    client: ApiClient, ids: dict[str, str], path: str, body: dict[str, Any], field: str
) -> None:
    answer = client.post(f"/api/v1{path.format(**ids)}", json=_filled(body, ids))

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_a_device_is_bound_to_another_asset_and_remembers(
    client: ApiClient, ids: dict[str, str]
) -> None:
    other = client.post("/api/v1/assets", json=an_asset_body(ids)).get_json()["id"]
    path = f"/api/v1/devices/{ids['device']}"

    changed = client.patch(path, json={"asset_id": other}, revision=1)

    bindings = client.get(f"{path}/bindings").get_json()["items"]
    assert changed.get_json()["asset_id"] == other
    assert [item["asset_id"] for item in bindings] == [other, ids["asset"]]
    assert bindings[1]["unbound_at"] == bindings[0]["bound_at"]
    assert bindings[0]["unbound_at"] is None
    assert names(client, f"/devices?asset_id={other}") == ["pump-1"]


def test_the_history_of_an_asset_tells_about_its_devices(
    client: ApiClient, ids: dict[str, str]
) -> None:
    history = client.get(f"/api/v1/assets/{ids['asset']}/history").get_json()["items"]

    assert [item["type"] for item in history] == ["device.bound", "asset.created"]


def test_a_credential_is_shown_once_and_proves_the_device(
    client: ApiClient, ids: dict[str, str], working: Callable[..., Any], tenant: Tenant
) -> None:
    path = f"/api/v1/devices/{ids['device']}/credentials"

    made = client.post(path, headers={"Idempotency-Key": "once"}).get_json()

    assert made["topic"] == f"truckroll/v1/{tenant.slug}/pump-1"
    with working(write=False) as session:
        proved = auth.authenticate_device(session, made["token"])
        assert proved is not None
        assert str(proved.device_id) == ids["device"]
        # Nothing that could show the token again is kept.
        assert session.scalar(select(Answer)) is None
    assert client.delete(path).status_code == 204
    with working(write=False) as session:
        assert auth.authenticate_device(session, made["token"]) is None


def test_a_repeated_key_makes_one_asset(client: ApiClient, ids: dict[str, str]) -> None:
    headers = {"Idempotency-Key": "asset-1"}
    first = client.post("/api/v1/assets", json=an_asset_body(ids), headers=headers)

    again = client.post("/api/v1/assets", json=an_asset_body(ids), headers=headers)
    other = client.post("/api/v1/assets", json=an_asset_body(ids, name="x"), headers=headers)

    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other.get_json()["code"] == "idempotency-key-reused"
    assert names(client, "/assets") == ["Pump 1", "Pump 2"]


def test_records_of_another_tenant_are_not_there(client: ApiClient, platform: Platform) -> None:
    with unit_of_work(platform, make_tenant(platform).id) as session:
        device = a_device(session)
        model, site = a_model(session), a_site(session)
        fault_code = a_fault_code(session, model.id)
        paths = (
            f"/devices/{device.id}",
            f"/assets/{device.asset_id}",
            f"/asset-models/{model.id}",
            f"/fault-codes/{fault_code.id}",
        )
        theirs = {"model_id": str(model.id), "site_id": str(site.id), "name": "x"}

    for path in paths:
        assert client.get(f"/api/v1{path}").status_code == 404
        changed = client.patch(f"/api/v1{path}", json={"is_archived": True}, revision=1)
        assert changed.status_code == 404
    for path in ("/devices", "/assets", "/asset-models"):
        assert names(client, path) == []
    for path in ("tree", "history"):
        assert client.get(f"/api/v1{paths[1]}/{path}").status_code == 404
    refused = client.post("/api/v1/assets", json=theirs)
    assert refused.get_json()["errors"] == {"model_id": ["unknown"]}
    assert client.post(f"/api/v1{paths[0]}/credentials").status_code == 404


@pytest.mark.parametrize(
    ("role", "method", "path", "expected"),
    [
        ("engineer", "GET", "/assets", 200),
        ("engineer", "GET", "/devices", 403),
        ("engineer", "POST", "/assets", 403),
        ("agent", "POST", "/assets", 422),
        ("agent", "POST", "/asset-models", 403),
        ("lead", "POST", "/asset-models", 422),
        ("lead", "POST", "/devices", 422),
        ("dispatcher", "POST", "/devices/01900000-0000-7000-8000-000000000000/credentials", 403),
        ("admin", "POST", "/devices/01900000-0000-7000-8000-000000000000/credentials", 404),
        ("customer", "GET", "/assets", 403),
    ],
)
def test_each_role_may_do_its_part(
    sign_in: Callable[..., Person], role: str, method: str, path: str, expected: int
) -> None:
    client = sign_in(role).client

    answer = client.open(method, f"/api/v1{path}", **({"json": {}} if method == "POST" else {}))

    assert answer.status_code == expected


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, ids) for item in value]
    return value.format(**ids) if isinstance(value, str) else value


def test_a_part_does_not_leave_the_site_of_its_whole(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        whole = an_asset(session)
        part_id = an_asset(session, site_id=whole.site_id, parent_id=whole.id).id
        body = {"site_id": str(a_site(session).id), "parent_id": str(whole.id)}
    path = f"/api/v1/assets/{part_id}"

    answer = client.patch(path, json=body, revision=client.get(path).get_json()["revision"])

    assert answer.status_code == 422
