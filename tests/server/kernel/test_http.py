"""The HTTP edge: revisions, methods, bodies and errors, on every route alike."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import default_exceptions
from werkzeug.test import TestResponse

from server.kernel import errors
from server.kernel.http import TruckrollApp, public
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from tests.platforms import ApiClient, Person

CUSTOMERS = "/api/v1/customers"
KEYS = {"type", "title", "status", "code", "detail"}


@pytest.fixture(scope="module")
def people() -> dict[str, Person]:
    return {}


@pytest.fixture
def client(
    people: dict[str, Person], sign_in: Callable[..., Person], database_kind: str
) -> ApiClient:
    """One administrator for all tests of the file."""
    if database_kind not in people:
        people[database_kind] = sign_in("admin", "dispatcher")
    return people[database_kind].client


@pytest.fixture
def customer(client: ApiClient) -> dict[str, Any]:
    made: dict[str, Any] = client.post(CUSTOMERS, json={"name": "Acme"}).get_json()
    return made


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code of a refusal, after a look at its shape."""
    body = answer.get_json()
    assert answer.mimetype == "application/problem+json", answer.get_data(as_text=True)
    assert body.keys() >= KEYS
    assert body.keys() <= KEYS | {"params", "errors"}
    assert (body["status"], body["type"]) == (answer.status_code, f"/problems/{body['code']}")
    return answer.status_code, body["code"]


# ------------------------------------------------------------------------------------- revisions
def test_an_answer_carries_the_revision_as_etag(
    client: ApiClient, customer: dict[str, Any]
) -> None:
    path = f"{CUSTOMERS}/{customer['id']}"

    assert client.get(path).headers["ETag"] == '"1"'
    changed = client.patch(path, json={"name": "New"}, revision=1)
    assert changed.headers["ETag"] == client.get(path).headers["ETag"] == '"2"'


def test_a_change_without_if_match_is_refused(client: ApiClient, customer: dict[str, Any]) -> None:
    answer = client.patch(f"{CUSTOMERS}/{customer['id']}", json={"name": "New"})

    assert problem(answer) == (428, "revision-required")
    assert answer.get_json()["params"]["revision"] == 1
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("header", ['"7"', "7", '"x"', '"2", "3"', 'W/"9"', ",", "\u00e4"])
def test_a_change_of_another_revision_is_refused(
    client: ApiClient, customer: dict[str, Any], header: str
) -> None:
    answer = client.patch(
        f"{CUSTOMERS}/{customer['id']}", json={"name": "New"}, headers={"If-Match": header}
    )

    assert problem(answer) == (412, "stale-revision")
    assert client.get(f"{CUSTOMERS}/{customer['id']}").get_json()["name"] == "Acme"


@pytest.mark.parametrize("header", ['"1"', '"7", "1"', "*", 'W/"1"'])
def test_a_change_of_the_revision_that_was_read_is_made(
    client: ApiClient, customer: dict[str, Any], header: str
) -> None:
    answer = client.patch(
        f"{CUSTOMERS}/{customer['id']}", json={"name": "New"}, headers={"If-Match": header}
    )

    assert (answer.status_code, answer.get_json()["revision"]) == (200, 2)


# --------------------------------------------------------------------------------------- methods
def test_head_answers_as_get_without_the_body(client: ApiClient, customer: dict[str, Any]) -> None:
    path = f"{CUSTOMERS}/{customer['id']}"

    head, get = client.open("HEAD", path), client.get(path)

    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_options_names_the_methods_without_asking_who_calls(app: TruckrollApp) -> None:
    answer = app.test_client().options(CUSTOMERS)

    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "PROPFIND", "X"])
def test_a_method_that_is_not_there_is_refused_with_those_that_are(
    client: ApiClient, method: str
) -> None:
    answer = client.open(method, CUSTOMERS)

    assert problem(answer) == (405, "method-not-allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize(
    "path",
    [
        "/nothing", "/api/v1/nothing", "/api/v1/customers/not-an-id", "/api/v1/customers/%00",
        "/api/v1/customers/%FF",
        "/api/v1/customers/..%2f..",
        "/api/v1/customers/01900000-0000-7000-8000-000000000000/x"
    ],
    ids=repr,
)  # fmt: skip
def test_a_path_that_is_not_there_is_refused(client: ApiClient, path: str) -> None:
    assert problem(client.get(path)) == (404, "not-found")


def test_a_record_that_is_not_there_is_not_found(client: ApiClient) -> None:
    assert problem(client.get(f"{CUSTOMERS}/{new_id()}")) == (404, "not-found")


# ---------------------------------------------------------------------------------------- bodies
def test_a_body_beyond_a_mebibyte_is_refused(client: ApiClient) -> None:
    body = b'{"name": "' + b"x" * 1024 * 1024 + b'"}'

    answer = client.post(CUSTOMERS, data=body, content_type="application/json")

    assert problem(answer) == (413, "too-large")


def test_a_body_of_unknown_length_beyond_a_mebibyte_is_refused(
    app: TruckrollApp, client: ApiClient
) -> None:
    answer = client.post(
        CUSTOMERS,
        input_stream=io.BytesIO(b"x" * 2**21),
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
        content_type="application/json",
    )

    assert problem(answer) == (413, "too-large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "multipart/form-data", "text/json", "", "x"]
)
def test_a_body_that_is_not_sent_as_json_is_refused(client: ApiClient, content_type: str) -> None:
    answer = client.post(CUSTOMERS, data=b'{"name": "Acme"}', content_type=content_type)

    assert problem(answer) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[1", b"{'name': 1}", b'{"name": NaN}', b'{"name": "\xff"}', b'{"name": "x",}',
        b"[" * 100_000, b'{"a":' * 50_000, b"\x00", b"nul", b'{"name": "\\ud800"}',
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_a_body_that_is_no_json_is_refused(client: ApiClient, body: bytes) -> None:
    answer = client.post(CUSTOMERS, data=body, content_type="application/json")

    assert problem(answer) == (400, "malformed-json")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"7", b"null", b"true", b"[{}]", b"{}", b""])
def test_json_that_is_not_what_was_asked_for_is_invalid_input(
    client: ApiClient, body: bytes
) -> None:
    answer = client.post(CUSTOMERS, data=body, content_type="application/json")

    assert problem(answer) == (422, "invalid-input")


def test_a_field_that_is_wrong_is_named(client: ApiClient) -> None:
    answer = client.post(CUSTOMERS, json={"name": "x", "colour": "red", "email": 7})

    assert problem(answer) == (422, "invalid-input")
    assert answer.get_json()["errors"].keys() == {"colour", "email"}


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=200))
def test_no_bytes_are_an_accident(client: ApiClient, body: bytes) -> None:
    answer = client.post(CUSTOMERS, data=body, content_type="application/json")

    assert answer.status_code in {201, 400, 422}


# ----------------------------------------------------------------------------------- who is there
@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic dTpw", "bearer \u00ff",
     "Bearer " + "x" * 9000],
    ids=lambda header: header[:12],
)  # fmt: skip
def test_a_caller_without_a_token_is_told_which_scheme_to_use(
    app: TruckrollApp, header: str
) -> None:
    answer = app.test_client().get(CUSTOMERS, headers={"Authorization": header})

    assert problem(answer) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_caller_without_the_permission_is_forbidden(sign_in: Callable[..., Person]) -> None:
    answer = sign_in("customer").client.get("/api/v1/audit")

    assert problem(answer) == (403, "forbidden")
    assert answer.get_json()["params"] == {"permission": "audit.read"}


def test_every_answer_has_a_request_id_and_is_not_kept_by_caches(client: ApiClient) -> None:
    first, second = client.get(CUSTOMERS), client.get("/api/v1/nothing")

    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    for answer in (first, second):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


# ---------------------------------------------------------------------------------------- errors
def database_error(kind: type[Any], message: str) -> Any:
    return kind("select 1", {}, sqlite3.OperationalError(message))


RAISED: dict[str, tuple[Exception, int, str]] = {
    "not found": (errors.NotFound("x", id="7"), 404, "not-found"),
    "forbidden": (errors.Forbidden("x"), 403, "forbidden"),
    "unknown caller": (errors.Unauthenticated("x"), 401, "unauthenticated"),
    "invalid": (errors.InvalidInput("x", name="y"), 422, "invalid-input"),
    "stale": (errors.StaleRevision("x"), 412, "stale-revision"),
    "no revision": (errors.RevisionRequired("x"), 428, "revision-required"),
    "busy": (errors.Busy(), 503, "busy"),
    "conflicting": (errors.Conflicting("x"), 409, "conflict"),
    "schema": (ValidationError({"name": ["y"]}), 422, "invalid-input"),
    "lost race": (StaleDataError("x"), 412, "stale-revision"),
    "locked": (database_error(OperationalError, "database is locked"), 503, "busy"),
    "no connection left": (PoolTimeout("x"), 503, "busy"),
    "out of range": (database_error(DataError, "numeric value out of range"), 422, "invalid-input"),
    "constraint": (
        IntegrityError("x", {}, sqlite3.IntegrityError("FOREIGN KEY constraint failed")),
        409,
        "conflict",
    ),
    "bug": (KeyError("secret detail"), 500, "internal-error"),
    "broken database": (
        database_error(OperationalError, "disk image is malformed"),
        500,
        "internal-error",
    ),
}


@pytest.fixture(scope="module")
def raising(platform: Platform) -> Flask:
    """An application whose routes raise what they are called."""
    app = TruckrollApp(platform)

    @public()
    def raise_it(name: str) -> str:
        raise RAISED[name][0]

    @public()
    def abort(status: int) -> str:
        raise default_exceptions[status]

    app.add_url_rule("/raise/<name>", "raise", raise_it, methods=["GET", "POST"])
    app.add_url_rule("/abort/<int:status>", "abort", abort)
    return app


@pytest.mark.parametrize("name", RAISED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_kind_of_error_is_one_problem(raising: Flask, name: str, method: str) -> None:
    _, status, code = RAISED[name]

    answer = raising.test_client().open(f"/raise/{name}", method=method)

    assert problem(answer) == (status, code)


@pytest.mark.parametrize("status", sorted(default_exceptions))
def test_every_http_error_is_one_problem(raising: Flask, status: int) -> None:
    answer = raising.test_client().get(f"/abort/{status}")

    assert problem(answer)[0] == status


def test_who_is_told_to_wait_is_told_how_long(raising: Flask) -> None:
    for name in ("busy", "locked", "no connection left"):
        assert raising.test_client().get(f"/raise/{name}").headers["Retry-After"] == "1"


def test_a_bug_is_answered_without_its_details(raising: Flask) -> None:
    answer = raising.test_client().get("/raise/bug")

    assert "secret" not in answer.get_data(as_text=True)
