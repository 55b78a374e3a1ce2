"""Roles, the audit trail, stream tokens and the configuration over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.auth import api as auth
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.platforms import PASSWORD, ApiClient, Person

SignIn = Callable[..., Person]


def a_body(**changes: Any) -> dict[str, Any]:
    login = f"user-{new_id().hex[-12:]}"
    return {"login": login, "display_name": "Ana Lima", "password": PASSWORD, **changes}


def test_the_configuration_is_public(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/config")

    assert answer.status_code == 200
    assert answer.get_json()["stream_url"].endswith("/api/v1/stream")
    assert answer.get_json()["limits"]["json_bytes"] == 1024 * 1024


def test_a_permission_taken_from_a_role_is_gone_at_the_next_request(
    client: ApiClient, sign_in: SignIn
) -> None:
    director = sign_in("director").client
    role = next(
        r for r in client.get("/api/v1/roles").get_json()["items"] if r["name"] == "director"
    )
    path = f"/api/v1/roles/{role['id']}/permissions"
    before = director.get("/api/v1/users").status_code

    answer = client.put(path, json={"permissions": ["feed.desk"]}, revision=role["revision"])

    assert (before, director.get("/api/v1/users").status_code) == (200, 403)
    assert answer.get_json()["permissions"] == ["feed.desk"]
    assert answer.get_json()["revision"] == role["revision"] + 1
    assert director.get("/api/v1/me").get_json()["scopes"][0] == "desk"


def test_the_admin_role_keeps_its_keys(client: ApiClient) -> None:
    role = next(r for r in client.get("/api/v1/roles").get_json()["items"] if r["name"] == "admin")
    path = f"/api/v1/roles/{role['id']}/permissions"

    answer = client.put(path, json={"permissions": ["users.read"]}, revision=role["revision"])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "role-built-in")
    assert answer.get_json()["params"]["permissions"] == ["roles.manage", "users.manage"]


def test_a_role_of_ones_own_can_be_made_and_removed(client: ApiClient) -> None:
    body = {"name": "auditor", "title": "Auditor", "permissions": ["audit.read"]}
    role = client.post("/api/v1/roles", json=body).get_json()
    user = client.post("/api/v1/users", json=a_body(roles=["auditor"])).get_json()
    path = f"/api/v1/roles/{role['id']}"

    again = client.post("/api/v1/roles", json=body)
    held = client.delete(path, revision=1)
    client.patch(f"/api/v1/users/{user['id']}", json={"roles": []}, revision=1)
    removed = client.delete(path, revision=1)

    assert role["permissions"] == ["audit.read"]
    assert (again.status_code, held.status_code, removed.status_code) == (409, 409, 204)
    assert client.get(path).status_code == 404


def test_a_built_in_role_cannot_be_removed(client: ApiClient) -> None:
    role = next(r for r in client.get("/api/v1/roles").get_json()["items"] if r["name"] == "lead")

    answer = client.delete(f"/api/v1/roles/{role['id']}", revision=role["revision"])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "role-built-in")


def test_a_role_cannot_hold_a_permission_that_does_not_exist(client: ApiClient) -> None:
    body = {"name": "odd", "title": "Odd", "permissions": ["cats.herd"]}

    answer = client.post("/api/v1/roles", json=body)

    assert answer.status_code == 422
    assert answer.get_json()["errors"] == {"permissions": ["Unknown: cats.herd."]}


def test_every_permission_is_listed_with_its_roles(client: ApiClient, platform: Platform) -> None:
    items = client.get("/api/v1/permissions").get_json()["items"]

    assert [item["name"] for item in items] == sorted(platform.permissions)
    assert {"name": "audit.read", "default_roles": ["admin"]} in items


def test_the_audit_trail_says_who_changed_what(sign_in: SignIn) -> None:
    admin = sign_in("admin")
    made = admin.client.post("/api/v1/users", json=a_body()).get_json()
    admin.client.patch(f"/api/v1/users/{made['id']}", json={"email": "a@b.example"}, revision=1)

    items = admin.client.get(f"/api/v1/audit?entity_kind=user&entity_id={made['id']}").get_json()

    update, insert = items["items"]
    assert (update["action"], insert["action"]) == ("update", "insert")
    assert update["changes"] == {"email": ["", "a@b.example"]}
    assert update["actor_id"] == str(admin.id)
    assert update["address"] == "127.0.0.1"


def test_the_audit_trail_has_pages_and_a_span_of_time(client: ApiClient) -> None:
    client.post("/api/v1/users", json=a_body(roles=["agent"]))
    whole = client.get("/api/v1/audit").get_json()["items"]

    pages, cursor = [], ""
    while True:
        page = client.get(f"/api/v1/audit?limit=7{cursor}").get_json()
        pages += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    newest = client.get("/api/v1/audit", query_string={"since": whole[0]["at"]}).get_json()["items"]

    assert pages[: len(whole)] == whole
    assert len({item["id"] for item in pages}) == len(pages)
    assert whole[0] in newest
    assert len(newest) < len(whole)


def test_the_audit_trail_of_another_tenant_is_not_shown(
    sign_in: SignIn, other_tenant: Tenant
) -> None:
    theirs = sign_in("admin", tenant=other_tenant)

    items = sign_in("admin").client.get(f"/api/v1/audit?entity_id={theirs.id}").get_json()["items"]

    assert items == []


def test_a_stream_token_says_tenant_user_and_scopes(
    sign_in: SignIn, platform: Platform, tenant: Tenant
) -> None:
    person = sign_in("engineer")

    token = person.client.post("/api/v1/auth/stream-tokens").get_json()["token"]

    found = auth.verify_stream_token(platform.settings, token)
    assert found is not None
    assert (found.tenant_id, found.user_id) == (tenant.id, person.id)
    assert found.scopes == {"t", f"u:{person.id}"}
    assert auth.verify_stream_token(platform.settings, person.client.token) is None


@pytest.mark.parametrize("name", ["Auditor", "a", "two words", "9lives", "x" * 41, "line\nbreak"])
def test_a_role_needs_a_plain_name(client: ApiClient, name: str) -> None:
    answer = client.post("/api/v1/roles", json={"name": name, "title": "Odd"})

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["name"])
