"""Every route says who may call it, and what it does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from server.kernel.http import Access, TruckrollApp, access_of
from server.pages import openapi_document
from tests.architecture.source import python_files

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def test_every_route_says_who_may_call_it(app: TruckrollApp) -> None:
    unmarked = [f"{method} {rule.rule}" for rule, method, access in routes(app) if access is None]

    assert unmarked == []


def test_every_permission_a_route_asks_for_is_held_by_some_role(app: TruckrollApp) -> None:
    asked = {access.permission for _, _, access in routes(app) if access and access.permission}

    assert asked - app.platform.permissions.keys() == set()


def test_every_permission_that_is_declared_is_asked_for(app: TruckrollApp) -> None:
    text = "\n".join(source for _, source in python_files())

    unused = {name for name in app.platform.permissions if text.count(f'"{name}"') < 2}

    assert unused == set()


def test_every_api_route_is_documented_with_a_summary(app: TruckrollApp) -> None:
    paths = openapi_document(app)["paths"]
    silent = []
    for rule, method, _ in routes(app):
        if not rule.rule.startswith("/api/v1/") or rule.endpoint.startswith("pages."):
            continue
        path = PARAMETER.sub(r"{\1}", rule.rule)
        operation = paths.get(path, {}).get(method.lower())
        if operation is None or not operation.get("summary"):
            silent.append(f"{method} {path}")

    assert silent == []


def test_every_list_is_paged_by_cursor(app: TruckrollApp) -> None:
    unpaged = []
    for path, operations in openapi_document(app)["paths"].items():
        operation = operations.get("get")
        content = operation["responses"].get("200", {}).get("content", {}) if operation else {}
        schema = content.get("application/json", {}).get("schema", {})
        if schema.get("type") == "array":
            unpaged.append(path)

    assert unpaged == []


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/nothing-here", 404, "not-found"),
        ("/api/v1/tickets", 401, "unauthenticated"),
    ],
)
def test_an_error_has_the_one_shape(app: TruckrollApp, path: str, status: int, code: str) -> None:
    answer = app.test_client().get(path)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "code", "detail"} <= answer.get_json().keys()
    assert answer.get_json()["code"] == code


def test_a_method_that_is_not_there_names_those_that_are(app: TruckrollApp) -> None:
    answer = app.test_client().open("/api/v1/tickets", method="DELETE")

    assert answer.status_code == 405
    assert answer.get_json()["code"] == "method-not-allowed"
    assert "POST" in answer.headers["Allow"]


def routes(app: TruckrollApp) -> Iterator[tuple[Rule, str, Access | None]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, access_of(view, method)
