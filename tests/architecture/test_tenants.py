"""Two companies, every endpoint: nobody sees or changes a record of another tenant.

The requests are made up from the API document, so a new endpoint joins by itself; one that cannot
be made up fails here by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from server import factory
from server.kernel import clock
from server.kernel.http import TruckrollApp
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work
from server.workorders.rules import sign_off_digest
from tests.architecture.requests import DOCUMENT, Endpoint, endpoints, ids_in, noun_of
from tests.architecture.worlds import World, make_world, mappers, marks, snapshot

# A refusal that shows the request was understood and its record not found.
REFUSALS = {403, 404, 409, 412, 422}
DONE = {200, 201, 202, 204, 206}


@pytest.fixture(scope="module")
def app(platform: Platform) -> TruckrollApp:
    made = factory.create_app(platform)
    assert isinstance(made, TruckrollApp)
    return made


@pytest.fixture(scope="module")
def worlds(app: TruckrollApp, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    """Ours and theirs."""
    folder = tmp_path_factory.mktemp("files")
    return make_world(app, folder), make_world(app, folder)


@pytest.fixture
def ours(worlds: tuple[World, World]) -> World:
    return worlds[0]


@pytest.fixture
def theirs(platform: Platform, worlds: tuple[World, World]) -> Iterator[World]:
    """The other company, which is exactly as it was when the test ends."""
    theirs = worlds[1]
    with unit_of_work(platform, theirs.tenant.id, write=False) as session:
        before = snapshot(session)
    yield theirs
    with unit_of_work(platform, theirs.tenant.id, write=False) as session:
        assert snapshot(session) == before


def shown(answer: TestResponse, world: World) -> set[str]:
    """The ids of a world that an answer shows and its request did not name."""
    named = ids_in(answer.request.full_path) | ids_in(answer.request.environ.get("test.body", ""))
    return (ids_in(answer.get_data(as_text=True)) & world.all_ids) - named


def call(world: World, endpoint: Endpoint, path: str, **options: Any) -> TestResponse:
    said = {"test.body": str(options.get("json", ""))}
    return world.client.open(endpoint.method, path, environ_overrides=said, **options)


def test_every_kind_of_record_is_there_to_be_reached(theirs: World) -> None:
    assert mappers().keys() - theirs.ids.keys() == set()


def test_no_endpoint_finds_a_record_of_another_tenant(
    app: TruckrollApp, ours: World, theirs: World
) -> None:
    found = []
    for endpoint in endpoints(app):
        for foreign in endpoint.parameters:
            # One id is theirs, the others are ours: each must be looked for in our tenant.
            noun = noun_of(foreign)
            path = endpoint.path(ours.ids | {noun: theirs.ids[noun]})
            answer = call(ours, endpoint, path, **endpoint.options(ours))
            if answer.status_code not in REFUSALS or shown(answer, theirs):
                found.append(f"{endpoint.name} ({foreign}): {answer.status}")

    assert not found, "\n".join(found)


def test_a_change_of_their_record_moves_nothing_of_theirs(
    app: TruckrollApp, platform: Platform, ours: World, theirs: World
) -> None:
    def now() -> tuple[int, int]:
        with unit_of_work(platform, theirs.tenant.id, write=False) as session:
            return marks(session)

    moved, before = [], now()
    for endpoint in endpoints(app):
        if endpoint.method != "GET" and endpoint.parameters:
            call(ours, endpoint, endpoint.path(theirs.ids), **endpoint.options(ours))
            if now() != before:
                moved.append(endpoint.name)
                before = now()

    assert not moved, "\n".join(moved)


def test_no_list_shows_a_record_of_another_tenant(
    app: TruckrollApp, ours: World, theirs: World
) -> None:
    leaks, lists = [], 0
    for endpoint in endpoints(app):
        if endpoint.method == "GET" and not endpoint.parameters:
            answer = call(ours, endpoint, endpoint.path(ours.ids))
            lists += 1
            leaked = shown(answer, theirs)
            if leaked or answer.status_code >= 500:
                leaks.append(f"{endpoint.name}: {answer.status}")

    assert not leaks, "\n".join(leaks)
    assert lists > 30


def test_no_filter_finds_a_record_of_another_tenant(
    app: TruckrollApp, ours: World, theirs: World
) -> None:
    leaks = []
    for endpoint in endpoints(app):
        for name in endpoint.id_filters:
            theirs_id = theirs.ids.get(noun_of(name), new_id())
            path = f"{endpoint.path(ours.ids)}?{name}={theirs_id}"
            answer = call(ours, endpoint, path)
            items = answer.get_json().get("items", [])
            if shown(answer, theirs) or answer.status_code >= 500 or items:
                leaks.append(f"{endpoint.name}?{name}: {answer.status}")

    assert not leaks, "\n".join(leaks)


def test_no_body_may_refer_to_a_record_of_another_tenant(
    app: TruckrollApp, ours: World, theirs: World
) -> None:
    accepted, tried = [], 0
    for endpoint in endpoints(app):
        if endpoint.name.startswith("POST /auth/"):
            continue  # Their id of an installation is the client's own word, and proves nothing.
        for place, body in endpoint.bodies_with(ours, theirs):
            options = endpoint.options(ours) | {"json": body}
            answer = call(ours, endpoint, endpoint.path(ours.ids), **options)
            tried += 1
            if answer.status_code not in REFUSALS or shown(answer, theirs):
                accepted.append(f"{endpoint.name} {place}: {answer.status}")

    assert not accepted, "\n".join(accepted)
    assert tried > 30


def test_an_id_of_another_tenant_cannot_be_taken_for_a_new_record(
    app: TruckrollApp, ours: World, theirs: World
) -> None:
    taken = []
    for endpoint in endpoints(app):
        schema = endpoint.resolved(endpoint.body_schema) if endpoint.body_schema else {}
        noun = made_by(endpoint)
        if "id" not in schema.get("properties", {}) or noun not in theirs.ids:
            continue
        body = endpoint.body(ours) | {"id": str(theirs.ids[noun])}
        options = endpoint.options(ours) | {"json": body}
        answer = call(ours, endpoint, endpoint.path(ours.ids), **options)
        if answer.status_code not in REFUSALS:
            taken.append(f"{endpoint.name}: {answer.status}")

    assert not taken, "\n".join(taken)


def test_no_command_of_a_phone_reaches_a_record_of_another_tenant(
    app: TruckrollApp, theirs: World, tmp_path: Path
) -> None:
    assert COMMANDS.keys() == app.platform.commands.keys(), "say here what the new command takes"
    # A company of its own: what its phone sends here, foreign ids and all, stays on its lists.
    ours = make_world(app, tmp_path)
    installation_id = str(new_id())
    ours.client.post("/api/v1/sync/installations", json={"id": installation_id, "name": "Pixel"})
    commands: list[dict[str, Any]] = []
    for type_, (noun, args) in COMMANDS.items():
        given = args(ours)
        mixed = [
            given | {name: value} for name, value in args(theirs).items() if given[name] != value
        ]
        for entity, content in ((theirs, given), *((ours, foreign) for foreign in mixed)):
            if not names_theirs(entity, content, theirs):
                continue
            commands.append(
                {
                    "seq": len(commands) + 1,
                    "id": str(new_id()),
                    "type": type_,
                    "entity_id": str(entity.ids[noun]),
                    "args": content,
                    "device_at": clock.now().isoformat(),
                }
            )

    answer = ours.client.post(
        "/api/v1/sync/push", json={"installation_id": installation_id, "commands": commands}
    )

    results = answer.get_json()["results"]
    by_seq = {command["seq"]: command for command in commands}
    reached = [by_seq[r["seq"]] for r in results if r["status"] != "refused"]
    assert not reached, "\n".join(map(str, reached))
    assert len(results) == len(commands)


def test_a_phone_pulls_nothing_of_another_tenant_and_cannot_speak_for_its_phones(
    ours: World, theirs: World
) -> None:
    pulled = ours.client.get("/api/v1/sync/pull?limit=1000")
    receipts = ours.client.post(
        "/api/v1/sync/receipts", json={"commands": [str(theirs.ids["sync_command"])], "blobs": []}
    )
    pushed = ours.client.post(
        "/api/v1/sync/push",
        json={"installation_id": str(theirs.ids["sync_installation"]), "commands": []},
    )
    cursor = theirs.client.get("/api/v1/sync/pull").get_json()["cursor"]
    stolen = ours.client.get(f"/api/v1/sync/pull?cursor={cursor}")

    assert ids_in(pulled.get_data(as_text=True)) & ours.all_ids
    assert shown(pulled, theirs) == set()
    assert receipts.get_json()["commands"] == []
    assert pushed.status_code == 404
    assert stolen.status_code == 410


def test_a_token_of_one_tenant_is_nobody_in_another(
    app: TruckrollApp, ours: World, theirs: World
) -> None:
    login = f"{theirs.person.login}@{ours.tenant.slug}"
    answer = app.test_client().post(
        "/api/v1/auth/tokens", json={"login": login, "password": "correct horse battery"}
    )

    assert answer.status_code == 401


def test_every_request_made_up_here_is_one_that_its_own_tenant_may_make(
    app: TruckrollApp, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Otherwise the refusals above would be about the request, not about whose record it is.
    own = make_world(app, tmp_path_factory.mktemp("own"))
    refused = []
    for endpoint in endpoints(app):
        if not endpoint.parameters and endpoint.body_schema is None:
            continue
        if endpoint.name.split(" ")[1].startswith(("/auth/", "/me")):
            continue
        answer = call(own, endpoint, endpoint.path(own.ids), **endpoint.options(own))
        if answer.status_code not in DONE | {409}:
            refused.append(f"{endpoint.name}: {answer.status} {answer.get_data(as_text=True)}")

    assert not refused, "\n".join(refused)


# Endpoints whose records have another name than the path says.
MAKES = {
    "installation": "sync_installation",
    "note": "ticket_note",
    "reading": "asset_reading",
    "stock_count": "stock_move",
    "territorie": "territory",
    "transfer": "stock_move",
}


def made_by(endpoint: Endpoint) -> str:
    """The noun of the record that a creation makes."""
    last = endpoint.rule.rule.rstrip("/").rsplit("/", 1)[1]
    singular = last.replace("-", "_").removesuffix("s")
    return MAKES.get(singular, singular)


def names_theirs(entity: World, content: dict[str, Any], theirs: World) -> bool:
    return entity is theirs or bool(ids_in(str(content)) & theirs.all_ids)


def _repair(world: World) -> dict[str, Any]:
    return {"id": str(new_id()), "action": "x", "fault_code_id": str(world.ids["fault_code"])}


def _consumption(world: World) -> dict[str, Any]:
    return {
        "move_id": str(new_id()),
        "repair_id": str(world.ids["repair"]),
        "part_id": str(world.ids["part"]),
        "quantity": "1",
    }


def _attachment(world: World) -> dict[str, Any]:
    return {
        "entity_kind": "site",
        "entity_id": str(world.ids["site"]),
        "sha256": "1" * 64,
        "size": 9,
        "mime": "image/jpeg",
        "kind": "photo",
    }


def _sign_off(world: World) -> dict[str, Any]:
    return {
        "signer_name": "Bo",
        "document": DOCUMENT,
        "digest": sign_off_digest(DOCUMENT),
        "attachment_id": str(world.ids["attachment"]),
    }


# Each command's noun, and what it takes in a world.
COMMANDS: dict[str, tuple[str, Any]] = {
    "attachment.add": ("attachment", _attachment),
    "booking.arrive": ("booking", lambda _: {}),
    "booking.finish": ("booking", lambda _: {}),
    "booking.travel": ("booking", lambda _: {}),
    "part.consume": ("work_order", _consumption),
    "position.record": (
        "engineer",
        lambda _: {"position": {"type": "Point", "coordinates": [1, 2]}},
    ),
    "reading.take": ("work_order", lambda _: {"id": str(new_id()), "name": "x", "value": "1"}),
    "repair.record": ("work_order", _repair),
    "task.answer": (
        "work_order",
        lambda world: {"task_id": str(world.ids["work_order_task"]), "value": True},
    ),
    "ticket.note": ("ticket", lambda _: {"body": "x"}),
    "work_order.complete": ("work_order", lambda _: {}),
    "work_order.pause": ("work_order", lambda _: {}),
    "work_order.sign_off": ("work_order", _sign_off),
    "work_order.start": ("work_order", lambda _: {}),
}
