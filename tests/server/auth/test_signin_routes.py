"""Sign-in over HTTP: tokens, throttle, refresh, cookies, sign-out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.kernel import clock
from server.kernel.ids import new_id
from server.kernel.tenancy import Tenant
from tests.platforms import PASSWORD, Person

TOKENS = "/api/v1/auth/tokens"
REFRESH = "/api/v1/auth/tokens/refresh"
ME = "/api/v1/me"
HOME = {"Origin": "http://127.0.0.1:8080"}
SignIn = Callable[..., Person]
TokensOf = Callable[..., dict[str, Any]]


def refresh(visitor: FlaskClient, token: str, **body: Any) -> TestResponse:
    return visitor.post(REFRESH, json={"refresh_token": token, **body})


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_user_signs_in_and_learns_who_he_is(sign_in: SignIn, tenant: Tenant) -> None:
    person = sign_in("dispatcher")

    me = person.client.get(ME).get_json()

    assert (me["id"], me["login"], me["roles"]) == (str(person.id), person.login, ["dispatcher"])
    assert me["tenant"]["slug"] == tenant.slug
    assert me["scopes"] == ["desk", "t", f"u:{person.id}"]
    assert "password_hash" not in me


@pytest.mark.parametrize("login", ["{login}@{slug}", "nobody@{slug}", "nobody@no-such-one", "?"])
def test_a_wrong_login_and_a_wrong_password_look_the_same(
    visitor: FlaskClient, sign_in: SignIn, tenant: Tenant, login: str
) -> None:
    person = sign_in("agent")
    typed = login.format(login=person.login, slug=tenant.slug)

    answer = visitor.post(TOKENS, json={"login": typed, "password": "wrong horse battery"})

    assert code(answer) == (401, "sign-in-refused")
    assert answer.get_json()["detail"] == "The login or the password is wrong."
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_user_of_one_tenant_cannot_sign_in_to_another(
    visitor: FlaskClient, sign_in: SignIn, other_tenant: Tenant
) -> None:
    person = sign_in("admin")

    answer = visitor.post(
        TOKENS, json={"login": f"{person.login}@{other_tenant.slug}", "password": PASSWORD}
    )

    assert code(answer) == (401, "sign-in-refused")


def test_after_ten_failures_even_the_right_password_waits(
    visitor: FlaskClient, sign_in: SignIn, tenant: Tenant
) -> None:
    person = sign_in("agent")
    login = f"{person.login}@{tenant.slug}"
    wrong = [visitor.post(TOKENS, json={"login": login, "password": "no"}) for _ in range(10)]

    answer = visitor.post(TOKENS, json={"login": login, "password": PASSWORD})

    assert {answer.status_code for answer in wrong} == {401}
    assert code(answer) == (429, "too-many-attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_the_failures_of_one_address_do_not_lock_out_another(
    visitor: FlaskClient, sign_in: SignIn, tenant: Tenant
) -> None:
    person = sign_in("agent")
    body = {"login": f"{person.login}@{tenant.slug}", "password": PASSWORD}
    for _ in range(10):
        visitor.post(TOKENS, json={**body, "password": "no"})

    answer = visitor.post(TOKENS, json=body, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert answer.status_code == 200


def test_failures_are_forgotten_after_a_quarter_of_an_hour_or_a_success(
    visitor: FlaskClient, sign_in: SignIn, tenant: Tenant
) -> None:
    person = sign_in("agent")
    body = {"login": f"{person.login}@{tenant.slug}", "password": PASSWORD}
    for _ in range(10):
        visitor.post(TOKENS, json={**body, "password": "no"})

    with clock.frozen(clock.now() + dt.timedelta(minutes=15)):
        first = visitor.post(TOKENS, json=body)
    second = visitor.post(TOKENS, json=body)

    assert (first.status_code, second.status_code) == (200, 200)


def test_an_access_token_is_good_for_fifteen_minutes(sign_in: SignIn) -> None:
    person, signed_in_at = sign_in("agent"), clock.now()

    with clock.frozen(signed_in_at + dt.timedelta(minutes=14)):
        early = person.client.get(ME)
    with clock.frozen(signed_in_at + dt.timedelta(minutes=15)):
        late = person.client.get(ME)

    assert early.status_code == 200
    assert code(late) == (401, "unauthenticated")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer \u00e9"])
def test_a_request_without_a_valid_access_token_is_refused(
    visitor: FlaskClient, header: str
) -> None:
    answer = visitor.get(ME, headers={"Authorization": header})

    assert code(answer) == (401, "unauthenticated")


def test_a_refresh_or_stream_token_is_no_access_token(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf
) -> None:
    person = sign_in("agent")
    stream = person.client.post("/api/v1/auth/stream-tokens").get_json()["token"]
    wrong = [stream, tokens_of(person)["refresh_token"]]

    answers = [visitor.get(ME, headers=bearer(token)) for token in wrong]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_a_token_of_a_user_disabled_meanwhile_is_refused_at_once(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf, client: Any
) -> None:
    person = sign_in("agent")
    held = tokens_of(person)
    moves = f"/api/v1/users/{person.id}/moves"

    done = client.post(moves, json={"action": "disable"}, headers={"If-Match": "*"})

    assert done.get_json()["disabled_at"] is not None
    assert code(person.client.get(ME)) == (401, "user-disabled")
    assert refresh(visitor, held["refresh_token"]).status_code == 401
    assert tokens_of(person)["code"] == "user-disabled"


def test_a_phone_that_lost_the_answer_refreshes_again(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf
) -> None:
    first = tokens_of(sign_in("engineer"))["refresh_token"]
    refresh(visitor, first)

    again = refresh(visitor, first).get_json()

    assert visitor.get(ME, headers=bearer(again["access_token"])).status_code == 200
    assert refresh(visitor, again["refresh_token"]).status_code == 200


def test_a_copied_refresh_token_ends_the_session_of_both(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf
) -> None:
    first = tokens_of(sign_in("engineer"))["refresh_token"]
    second = refresh(visitor, first).get_json()["refresh_token"]
    third = refresh(visitor, second).get_json()["refresh_token"]

    stolen = refresh(visitor, first)

    assert code(stolen) == (401, "refresh-token-reused")
    assert code(refresh(visitor, third)) == (401, "refresh-token-invalid")


def test_a_phone_may_be_without_signal_for_sixty_days(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf
) -> None:
    token, start = tokens_of(sign_in("engineer"))["refresh_token"], clock.now()

    with clock.frozen(start + dt.timedelta(days=59)):
        back = refresh(visitor, token)
    with clock.frozen(start + dt.timedelta(days=59 + 61)):
        late = refresh(visitor, back.get_json()["refresh_token"])

    assert back.status_code == 200
    assert code(late) == (401, "refresh-token-invalid")


def test_a_session_stays_with_the_installation_it_was_bound_to(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf
) -> None:
    token = tokens_of(sign_in("engineer"))["refresh_token"]
    installation = str(new_id())

    bound = refresh(visitor, token, installation_id=installation).get_json()
    moved = refresh(visitor, bound["refresh_token"], installation_id=str(new_id()))

    me = visitor.get(ME, headers=bearer(bound["access_token"])).get_json()
    assert me["installation_id"] == installation
    assert code(moved) == (401, "refresh-token-invalid")


@pytest.mark.parametrize("token", ["", "trr_", "trr_AAAA", "x", "trr_\u00e9", "trr_" + "A" * 86])
def test_what_is_no_refresh_token_is_refused(visitor: FlaskClient, token: str) -> None:
    assert refresh(visitor, token).status_code in {401, 422}


def test_a_refresh_without_any_token_is_refused(visitor: FlaskClient) -> None:
    assert code(visitor.post(REFRESH)) == (401, "refresh-token-invalid")


def test_signing_out_ends_the_session(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf
) -> None:
    person = sign_in("agent")
    by_body, by_access = tokens_of(person), tokens_of(person)

    answers = [
        visitor.delete(TOKENS, json={"refresh_token": by_body["refresh_token"]}),
        visitor.delete(TOKENS, headers=bearer(by_access["access_token"])),
        visitor.delete(TOKENS),
    ]

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert refresh(visitor, by_body["refresh_token"]).status_code == 401
    assert refresh(visitor, by_access["refresh_token"]).status_code == 401


def test_a_browser_gets_the_refresh_token_as_a_cookie_no_script_can_read(
    visitor: FlaskClient, sign_in: SignIn, tenant: Tenant
) -> None:
    body = {"login": f"{sign_in('agent').login}@{tenant.slug}", "password": PASSWORD}

    answer = visitor.post(TOKENS, json=body, headers={**HOME, "X-Truckroll-Client": "browser"})

    cookie = answer.headers["Set-Cookie"]
    assert answer.get_json()["refresh_token"] is None
    for part in ("HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age=51"):
        assert part in cookie
    assert "Secure" not in cookie


def test_the_cookie_travels_only_encrypted_where_the_platform_is(
    visitor: FlaskClient,
    sign_in: SignIn,
    tenant: Tenant,
    change_settings: Callable[..., None],
) -> None:
    body = {"login": f"{sign_in('agent').login}@{tenant.slug}", "password": PASSWORD}
    change_settings(public_url="https://desk.example")

    answer = visitor.post(
        TOKENS, json={**body, "cookie": True}, headers={"Origin": "https://desk.example"}
    )

    assert "; Secure" in answer.headers["Set-Cookie"]


def test_a_browser_refreshes_and_signs_out_by_cookie(
    visitor: FlaskClient, sign_in: SignIn, tokens_of: TokensOf, tenant: Tenant
) -> None:
    body = {"login": f"{sign_in('agent').login}@{tenant.slug}", "password": PASSWORD}
    visitor.post(TOKENS, json={**body, "cookie": True}, headers=HOME)

    again = visitor.post(REFRESH, headers=HOME)
    visitor.delete(TOKENS, headers=HOME)
    after = visitor.post(REFRESH, headers=HOME)

    assert again.status_code == 200
    assert again.get_json()["refresh_token"] is None
    assert code(after) == (401, "refresh-token-invalid")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_page_cannot_use_the_cookie(
    visitor: FlaskClient, sign_in: SignIn, tenant: Tenant, origin: str
) -> None:
    body = {"login": f"{sign_in('agent').login}@{tenant.slug}", "password": PASSWORD}
    visitor.post(TOKENS, json={**body, "cookie": True}, headers=HOME)
    foreign = {"Origin": origin}

    answers = [
        visitor.post(TOKENS, json={**body, "cookie": True}, headers=foreign),
        visitor.post(REFRESH, headers=foreign),
        visitor.delete(TOKENS, headers=foreign),
    ]

    assert [code(answer) for answer in answers] == [(403, "origin-refused")] * 3
    assert visitor.post(REFRESH, headers=HOME).status_code == 200


def test_users_of_the_demonstration_come_in_only_while_it_is_shown(
    visitor: FlaskClient,
    a_demo_login: str,
    change_settings: Callable[..., None],
) -> None:
    body = {"login": a_demo_login, "password": "demo"}
    hidden = visitor.post(TOKENS, json=body)
    change_settings(demo=True)
    shown = visitor.post(TOKENS, json=body).get_json()
    change_settings(demo=False)

    afterwards = visitor.get(ME, headers=bearer(shown["access_token"]))

    assert code(hidden) == (401, "user-disabled")
    assert code(afterwards) == (401, "user-disabled")
    assert code(refresh(visitor, shown["refresh_token"])) == (401, "user-disabled")
