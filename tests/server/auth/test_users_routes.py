"""Users, roles, the audit trail and the configuration over HTTP: wiring and permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from server.auth.routes.users import NAMES
from server.kernel.ids import new_id
from server.kernel.tenancy import Tenant
from tests.platforms import PASSWORD, ApiClient, Person

SignIn = Callable[..., Person]
ROLES = ("admin", "director", "dispatcher", "agent", "lead", "engineer", "storekeeper")
ADMIN = frozenset({"admin"})
MANAGERS = frozenset({"admin", "director"})
NOBODY = UUID(int=1)
TABLE: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("GET", "/api/v1/me", frozenset(ROLES)),
    ("POST", "/api/v1/auth/stream-tokens", frozenset(ROLES)),
    ("GET", "/api/v1/users", MANAGERS),
    ("POST", "/api/v1/users", ADMIN),
    ("GET", f"/api/v1/users/{NOBODY}", MANAGERS),
    ("PATCH", f"/api/v1/users/{NOBODY}", ADMIN),
    ("POST", f"/api/v1/users/{NOBODY}/moves", ADMIN),
    ("PUT", f"/api/v1/users/{NOBODY}/password", ADMIN),
    ("GET", "/api/v1/roles", MANAGERS),
    ("POST", "/api/v1/roles", ADMIN),
    ("DELETE", f"/api/v1/roles/{NOBODY}", ADMIN),
    ("PUT", f"/api/v1/roles/{NOBODY}/permissions", ADMIN),
    ("GET", "/api/v1/permissions", MANAGERS),
    ("GET", "/api/v1/audit", ADMIN),
)


def a_body(**changes: Any) -> dict[str, Any]:
    login = f"user-{new_id().hex[-12:]}"
    return {"login": login, "display_name": "Ana Lima", "password": PASSWORD, **changes}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_table_says(sign_in: SignIn, role: str) -> None:
    caller = sign_in(role).client

    allowed = {
        (method, path): caller.open(method, path, json={} if method != "GET" else None).status_code
        != 403
        for method, path, _ in TABLE
    }

    assert allowed == {(method, path): role in roles for method, path, roles in TABLE}


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, _ in TABLE])
def test_nobody_comes_in_without_signing_in(visitor: FlaskClient, method: str, path: str) -> None:
    assert visitor.open(path, method=method).status_code == 401


def test_an_administrator_adds_a_user_who_can_sign_in(
    client: ApiClient, visitor: FlaskClient, tenant: Tenant
) -> None:
    body = a_body(roles=["engineer"], locale="zh-CN", timezone="Asia/Shanghai")

    made = client.post("/api/v1/users", json=body)

    login = f"{body['login']}@{tenant.slug}"
    signed_in = visitor.post("/api/v1/auth/tokens", json={"login": login, "password": PASSWORD})
    assert made.status_code == 201
    assert made.headers["ETag"] == '"1"'
    assert made.get_json()["roles"] == ["engineer"]
    assert "password" not in made.get_data(as_text=True)
    assert signed_in.status_code == 200


def test_a_password_keeps_its_outer_spaces(
    client: ApiClient, visitor: FlaskClient, tenant: Tenant
) -> None:
    body = a_body(password="  spaces count here ")
    client.post("/api/v1/users", json=body)
    login = f"{body['login']}@{tenant.slug}"

    answers = [
        visitor.post("/api/v1/auth/tokens", json={"login": login, "password": password})
        for password in ("  spaces count here ", "spaces count here")
    ]

    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"password": "short"}, 422, "invalid-input"),
        ({"roles": ["wizard"]}, 422, "invalid-input"),
        ({"surprise": 1}, 422, "invalid-input"),
        ({"display_name": ""}, 422, "invalid-input"),
        ({"login": "nul\x00"}, 422, "invalid-input"),
    ],
)
def test_a_user_that_cannot_be_made_is_refused(
    client: ApiClient, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = client.post("/api/v1/users", json=a_body(**changes))

    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert list(answer.get_json()["errors"]) == list(changes)


def test_a_login_is_taken_once(client: ApiClient) -> None:
    body = a_body()

    answers = [client.post("/api/v1/users", json=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[1].get_json()["code"] == "login-taken"


def test_a_change_needs_the_revision_that_was_read(client: ApiClient) -> None:
    path = f"/api/v1/users/{client.post('/api/v1/users', json=a_body()).get_json()['id']}"
    change = {"display_name": "Ana M. Lima", "roles": ["agent", "lead"]}

    answers = [
        client.patch(path, json=change),
        client.patch(path, json=change, revision=7),
        client.patch(path, json=change, revision=1),
    ]

    assert [answer.status_code for answer in answers] == [428, 412, 200]
    assert answers[2].get_json()["roles"] == ["agent", "lead"]
    assert answers[2].headers["ETag"] == f'"{answers[2].get_json()["revision"]}"'
    assert client.get(path).get_json() == answers[2].get_json()


def test_a_change_of_roles_alone_moves_the_revision(client: ApiClient) -> None:
    path = f"/api/v1/users/{client.post('/api/v1/users', json=a_body()).get_json()['id']}"

    answer = client.patch(path, json={"roles": ["agent"]}, revision=1)

    assert answer.get_json()["revision"] == 2


def test_a_disabled_user_can_be_enabled_again(client: ApiClient) -> None:
    path = f"/api/v1/users/{client.post('/api/v1/users', json=a_body()).get_json()['id']}"

    off = client.post(f"{path}/moves", json={"action": "disable"}, revision=1)
    on = client.post(f"{path}/moves", json={"action": "enable"}, revision=2)
    odd = client.post(f"{path}/moves", json={"action": "erase"}, revision=3)

    assert off.get_json()["disabled_at"] is not None
    assert on.get_json()["disabled_at"] is None
    assert odd.status_code == 422


def test_the_only_administrator_cannot_disable_himself(sign_in: SignIn) -> None:
    person = sign_in("admin")

    answer = person.client.post(
        f"/api/v1/users/{person.id}/moves", json={"action": "disable"}, revision=1
    )

    assert (answer.status_code, answer.get_json()["code"]) == (409, "last-admin")


def test_users_are_found_by_the_begin_of_login_or_name(client: ApiClient) -> None:
    client.post("/api/v1/users", json=a_body(login="zoe.k", display_name="Kim, Zoë"))
    client.post("/api/v1/users", json=a_body(login="k_im", display_name="100%"))

    found = {
        q: [item["login"] for item in client.get(f"/api/v1/users?q={q}").get_json()["items"]]
        for q in ("kim", "ZOE", "k_", "%25", "100")
    }

    assert found == {"kim": ["zoe.k"], "ZOE": ["zoe.k"], "k_": ["k_im"], "%25": [], "100": ["k_im"]}


@pytest.mark.parametrize("q", ["Émile", "émi", "ÉMILE Z"])
def test_letters_beyond_ascii_are_found_in_either_case(client: ApiClient, q: str) -> None:
    client.post("/api/v1/users", json=a_body(login="zola", display_name="Émile Zola"))

    assert [user["login"] for user in client.items(f"/api/v1/users?q={q}")] == ["zola"]


def test_an_admin_without_a_password_is_not_the_one_who_stays(
    sign_in: Callable[..., Person],
) -> None:
    last = sign_in("admin")
    later = {"login": "later", "display_name": "Later", "roles": ["admin"]}
    assert last.client.post("/api/v1/users", json=later).status_code == 201
    path = f"/api/v1/users/{last.id}"
    revision = last.client.get(path).get_json()["revision"]

    answer = last.client.post(f"{path}/moves", json={"action": "disable"}, revision=revision)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "last-admin")


def test_users_are_filtered_by_role_and_state(client: ApiClient) -> None:
    made = client.post("/api/v1/users", json=a_body(roles=["lead"])).get_json()

    leads = client.get("/api/v1/users?role=lead").get_json()["items"]
    disabled = client.get("/api/v1/users?is_disabled=true").get_json()["items"]

    assert [item["id"] for item in leads] == [made["id"]]
    assert disabled == []


def test_a_page_of_users_leads_to_the_next(client: ApiClient) -> None:
    for _ in range(4):
        client.post("/api/v1/users", json=a_body())
    whole = client.get("/api/v1/users").get_json()["items"]

    first = client.get("/api/v1/users?limit=3").get_json()
    second = client.get(f"/api/v1/users?limit=3&cursor={first['next']}").get_json()

    assert first["items"] + second["items"] == whole
    assert (len(whole), second["next"]) == (5, None)


def test_a_listed_user_looks_like_the_user_shown_alone(client: ApiClient) -> None:
    client.post("/api/v1/users", json=a_body(roles=["agent", "lead"]))

    items = client.get("/api/v1/users").get_json()["items"]

    alone = [client.get(f"/api/v1/users/{item['id']}").get_json() for item in items]
    assert items == alone
    assert set(NAMES) < set(items[0])


def test_users_of_another_tenant_are_neither_listed_nor_found(
    sign_in: SignIn, other_tenant: Tenant
) -> None:
    ours, theirs = sign_in("admin"), sign_in("admin", tenant=other_tenant)
    path = f"/api/v1/users/{theirs.id}"

    listed = ours.client.get("/api/v1/users").get_json()["items"]
    answers = [
        ours.client.get(path),
        ours.client.patch(path, json={"display_name": "x"}, revision=1),
        ours.client.post(f"{path}/moves", json={"action": "disable"}, revision=1),
        ours.client.put(f"{path}/password", json={"password": PASSWORD}, revision=1),
    ]

    assert [item["id"] for item in listed] == [str(ours.id)]
    assert {answer.status_code for answer in answers} == {404}


def test_an_administrator_sets_a_password_and_ends_the_sessions(
    client: ApiClient, sign_in: SignIn, visitor: FlaskClient, tenant: Tenant
) -> None:
    person = sign_in("agent")
    login = f"{person.login}@{tenant.slug}"
    path = f"/api/v1/users/{person.id}/password"

    answer = client.put(path, json={"password": "a brand new secret"}, revision=1)

    old, new = (
        visitor.post("/api/v1/auth/tokens", json={"login": login, "password": password})
        for password in (PASSWORD, "a brand new secret")
    )
    assert answer.status_code == 204
    assert (old.status_code, new.status_code) == (401, 200)


def test_users_change_their_own_profile_but_not_their_roles(sign_in: SignIn) -> None:
    person = sign_in("agent")

    done = person.client.patch("/api/v1/me", json={"locale": "zh-CN"}, revision=1)
    refused = person.client.patch("/api/v1/me", json={"roles": ["admin"]}, revision=2)

    assert (done.status_code, done.get_json()["locale"]) == (200, "zh-CN")
    assert done.headers["ETag"] == '"2"'
    assert refused.status_code == 422


def test_users_choose_a_new_password_by_showing_the_current_one(
    sign_in: SignIn, visitor: FlaskClient, tenant: Tenant
) -> None:
    person = sign_in("agent")
    path, new = "/api/v1/me/password", "a brand new secret"

    wrong = person.client.put(path, json={"current_password": "no", "new_password": new})
    right = person.client.put(path, json={"current_password": PASSWORD, "new_password": new})

    login = {"login": f"{person.login}@{tenant.slug}", "password": new}
    assert (wrong.status_code, right.status_code) == (401, 204)
    assert visitor.post("/api/v1/auth/tokens", json=login).status_code == 200
    assert person.client.get("/api/v1/me").status_code == 200


def test_a_stolen_session_cannot_guess_the_password(sign_in: SignIn) -> None:
    person = sign_in("agent")
    body = {"current_password": "no", "new_password": "a brand new secret"}

    answers = [person.client.put("/api/v1/me/password", json=body) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
