"""Schemathesis over the whole API document: whatever a client sends, the platform keeps its word.

Signed in with every role, on records that exist: ids in paths and bodies are often real ones, so
that the requests get past the first refusal. ``EXAMPLES`` in the environment asks for more.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server import factory
from server.auth import api as auth
from server.kernel.http import TruckrollApp
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work
from tests.architecture.requests import HEADERS, PARAMETER, Endpoint, endpoints, noun_of
from tests.architecture.worlds import World, make_world

EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# They would sign out the one who asks.
LEFT_OUT = {"PUT /me/password"}
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(platform: Platform) -> TruckrollApp:
    made = factory.create_app(platform)
    assert isinstance(made, TruckrollApp)
    return made


@pytest.fixture(scope="module")
def world(app: TruckrollApp, tmp_path_factory: pytest.TempPathFactory) -> World:
    made = make_world(app, tmp_path_factory.mktemp("files"))
    # A token of no session: signing out, which is tried as well, does not end it.
    with unit_of_work(app.platform, made.tenant.id, write=False) as session:
        made.client.token = auth.issue_access_token(session, user_id=made.person.id)
    return made


def test_every_answer_is_one_that_the_document_promises(app: TruckrollApp, world: World) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    by_name = {endpoint.name: endpoint for endpoint in endpoints(app)}
    broken: list[str] = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        name = f"{operation.method.upper()} {_blank(operation.path)}"
        if name in LEFT_OUT or name not in by_name:
            continue
        try:
            _ask(operation, by_name[name], world)
        except (FailureGroup, AssertionError) as failure:
            broken.append(f"{name}: {failure}")

    assert not broken, f"{len(broken)}:\n" + "\n\n".join(broken)
    assert is_signed_in(world), "the rest was refused unread"


def test_no_bytes_are_an_accident(app: TruckrollApp, world: World) -> None:
    rng = random.Random(7)  # noqa: S311 - the same bytes each time.
    broken = []
    for endpoint in endpoints(app):
        if endpoint.body_schema is None:
            continue
        whole = endpoint.options(world)["json"]
        text = str(whole).replace("'", '"').encode()
        for body in (b"\xff\xfe", b"null", b"[[]]", text[: rng.randrange(len(text))], _noise(rng)):
            answer = world.client.open(
                endpoint.method,
                endpoint.path(world.ids),
                data=body,
                headers={"If-Match": "*", "Content-Type": "application/json"},
            )
            if answer.status_code not in {400, 403, 409, 422}:
                broken.append(f"{endpoint.name}: {answer.status} for {body!r}")

    assert not broken, "\n".join(broken)
    assert is_signed_in(world), "the rest was refused unread"


def is_signed_in(world: World) -> bool:
    return world.client.get("/api/v1/me").status_code == 200


def _ask(operation: Any, endpoint: Endpoint, world: World) -> None:
    """Send what the document allows and what it forbids."""
    headers = {"Authorization": f"Bearer {world.client.token}", "If-Match": "*"}
    headers |= HEADERS.get(endpoint.name, {})

    @seed(1)
    @bounded
    @given(
        case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE),
        choice=st.integers(0, 2**16),
    )
    def ask(case: Case[Any], choice: int) -> None:
        _with_real_ids(case, endpoint, world, random.Random(choice))  # noqa: S311 - repeatable
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


def _noise(rng: random.Random) -> bytes:
    return b'{"' + rng.randbytes(40) + b'": 1}'


def _blank(path: str) -> str:
    return PARAMETER.sub("{}", path.replace("{", "<uuid:").replace("}", ">")).removeprefix(
        "/api/v1"
    )


def _with_real_ids(case: Case[Any], endpoint: Endpoint, world: World, rng: random.Random) -> None:
    """Put ids of records that exist into three paths of four and into half of the bodies."""
    if rng.random() < 0.75:
        for parameter in endpoint.parameters:
            case.path_parameters[parameter] = str(world.ids[noun_of(parameter)])
    if rng.random() < 0.5:
        _replace_ids(case.body, world)


def _replace_ids(value: Any, world: World) -> None:
    if isinstance(value, list):
        for item in value:
            _replace_ids(item, world)
    elif isinstance(value, dict):
        for name, inner in value.items():
            known = world.ids.get(noun_of(name)) if isinstance(name, str) else None
            if known is not None and name.endswith("_id"):
                value[name] = str(known)
            else:
                _replace_ids(inner, world)
