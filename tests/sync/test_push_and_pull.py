"""Sync over HTTP: what a phone pushes is kept once, what it pulls is its own view."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import jwt
import pytest

from server.kernel import clock
from server.kernel.ids import new_id
from tests.builders import a_work_order
from tests.platforms import ApiClient, Person
from tests.server.workorders.assignments import unassign
from tests.sync.phones import Phone, document_of, statuses


def test_commands_are_applied_in_order_and_acknowledged(phone: Phone, work: UUID) -> None:
    answer = phone.push(
        phone.command("work_order.start", work),
        phone.command("repair.record", work, id=str(new_id()), action="Cleaned"),
    )

    assert statuses(answer) == ["applied", "applied"]
    assert answer.get_json()["ack_seq"] == 2


def test_a_push_sent_again_gets_the_same_results_and_does_nothing_twice(
    phone: Phone, work: UUID
) -> None:
    command = phone.command("repair.record", work, id=str(new_id()), action="Cleaned")

    first, second = phone.push(command), phone.push(command)

    assert first.get_json()["results"][0]["replayed"] is False
    assert second.get_json()["results"][0]["replayed"] is True
    document = document_of(phone.pull(), "work_order")
    assert len(document["repairs"]) == 1


def test_a_gap_is_refused_with_what_is_expected_and_nothing_is_kept(
    phone: Phone, work: UUID
) -> None:
    phone.seq = 4
    answer = phone.push(phone.command("work_order.start", work))

    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (409, "command-gap")
    assert body["params"]["expect"] == 1
    assert document_of(phone.pull(), "work_order")["state"] == "ready"


def test_a_number_used_for_another_command_is_a_fork(phone: Phone, work: UUID) -> None:
    phone.push(phone.command("work_order.start", work))
    phone.seq = 0

    answer = phone.push(phone.command("work_order.pause", work))

    assert (answer.status_code, answer.get_json()["code"]) == (409, "installation-forked")


def test_after_a_fork_the_same_commands_under_a_new_installation_count_once(
    phone: Phone, work: UUID
) -> None:
    command = phone.command("repair.record", work, id=str(new_id()), action="Cleaned")
    phone.push(command)
    again = Phone(phone.person).enrol()

    answer = again.push(command)

    assert answer.get_json()["results"][0]["replayed"] is True
    assert answer.get_json()["ack_seq"] == 1
    assert len(document_of(again.pull(), "work_order")["repairs"]) == 1


def test_one_bad_command_neither_blocks_nor_half_applies_its_neighbours(
    phone: Phone, work: UUID
) -> None:
    answer = phone.push(
        phone.command("work_order.start", work),
        phone.command("repair.record", work, action="no id"),
        phone.command("work_order.explode", work),
        phone.command("repair.record", work, id=str(new_id()), action="Cleaned"),
    )

    assert statuses(answer) == ["applied", "refused", "refused", "applied"]
    codes = [r["details"].get("code") for r in answer.get_json()["results"]]
    assert codes[1:3] == ["invalid-input", "unknown-command"]


def test_what_was_refused_is_kept_and_shown_to_the_dispatcher(
    phone: Phone, work: UUID, client: ApiClient
) -> None:
    phone.push(phone.command("work_order.explode", work, why="test"))

    (kept,) = client.get("/api/v1/sync/commands").get_json()["items"]

    assert (kept["type"], kept["args"]) == ("work_order.explode", {"why": "test"})


def test_a_move_on_reassigned_work_is_parked_and_can_be_applied_by_the_dispatcher(
    phone: Phone, work: UUID, client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        unassign(session, work)

    parked = phone.push(phone.command("work_order.start", work))
    assert statuses(parked) == ["parked"]
    command_id = parked.get_json()["results"][0]["id"]
    path = f"/api/v1/sync/commands/{command_id}/resolution"
    decided = client.post(path, json={"resolution": "applied", "note": "He was there."})
    again = client.post(path, json={"resolution": "dismissed"})

    assert decided.get_json()["resolution"] == "applied"
    assert (again.status_code, again.get_json()["code"]) == (409, "already-resolved")
    state = client.get(f"/api/v1/work-orders/{work}").get_json()["state"]
    assert state in {"ready", "in_progress"}


def test_facts_on_reassigned_work_are_kept(
    phone: Phone, work: UUID, client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        unassign(session, work)

    answer = phone.push(phone.command("repair.record", work, id=str(new_id()), action="Cleaned"))

    assert statuses(answer) == ["merged"]
    assert len(client.get(f"/api/v1/work-orders/{work}").get_json()["repairs"]) == 1


def test_a_reassignment_takes_the_work_off_the_phone(
    phone: Phone, work: UUID, working: Callable[..., Any]
) -> None:
    before = phone.pull()
    with working() as session:
        unassign(session, work)

    after = phone.pull(before["cursor"])

    (change,) = [c for c in after["changes"] if c["kind"] == "work_order"]
    assert (change["id"], change["state"], change["document"]) == (str(work), "out", None)


def test_a_pull_in_small_pages_gives_what_one_large_page_gives(
    phone: Phone, work: UUID, working: Callable[..., Any]
) -> None:
    with working() as session:
        a_work_order(session)
    whole = {(c["kind"], c["id"]) for c in phone.pull()["changes"]}

    seen: list[tuple[str, str]] = []
    cursor, more = None, True
    while more:
        page = phone.pull(cursor, limit=1)
        seen += [(c["kind"], c["id"]) for c in page["changes"]]
        cursor, more = page["cursor"], page["more"]

    assert set(seen) == whole
    assert len(seen) == len(whole)
    assert ("work_order", str(work)) in whole


def test_the_phone_never_holds_what_its_user_may_not_see(
    phone: Phone, work: UUID, working: Callable[..., Any]
) -> None:
    with working() as session:
        other = a_work_order(session).id

    kinds_and_ids = {(c["kind"], c["id"]) for c in phone.pull()["changes"]}

    assert ("work_order", str(work)) in kinds_and_ids
    assert ("work_order", str(other)) not in kinds_and_ids
    assert "ticket" not in {kind for kind, _ in kinds_and_ids}


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMiwzLDRd", "W10"])
def test_a_cursor_without_meaning_asks_for_a_new_pull(phone: Phone, cursor: str) -> None:
    answer = phone.client.get(f"/api/v1/sync/pull?cursor={cursor}")

    assert (answer.status_code, answer.get_json()["code"]) == (410, "resync-required")


def test_a_cursor_of_another_user_asks_for_a_new_pull(
    phone: Phone, sign_in: Callable[..., Person]
) -> None:
    other = Phone(sign_in("engineer")).enrol()

    answer = other.client.get(f"/api/v1/sync/pull?cursor={phone.pull()['cursor']}")

    assert answer.status_code == 410


def test_a_wrong_clock_is_corrected_and_flagged(
    phone: Phone, work: UUID, client: ApiClient
) -> None:
    wrong = clock.now() - dt.timedelta(hours=3)
    command = phone.command("work_order.start", work) | {"device_at": wrong.isoformat()}

    answer = phone.push(command, sent_at=(wrong + dt.timedelta(seconds=1)).isoformat())

    assert statuses(answer) == ["applied"]
    kept = client.get(f"/api/v1/sync/commands/{command['id']}").get_json()
    occurred = dt.datetime.fromisoformat(kept["occurred_at"])
    assert kept["is_skewed"] is True
    assert abs(occurred - clock.now()) < dt.timedelta(minutes=1)


def test_a_receipt_names_what_is_safe_and_is_signed(phone: Phone, work: UUID) -> None:
    command = phone.command("work_order.start", work)
    phone.push(command)
    ask = {"commands": [command["id"], str(new_id())], "blobs": ["0" * 64]}

    body = phone.client.post("/api/v1/sync/receipts", json=ask).get_json()

    (key,) = phone.client.get("/api/v1/receipt-keys").get_json()["keys"]
    claims = jwt.decode(body["receipt"], jwt.PyJWK({**key, "alg": "EdDSA"}), algorithms=["EdDSA"])
    assert claims["commands"] == [command["id"]] == body["commands"]
    assert body["missing_blobs"] == ["0" * 64]
    assert len(base64.urlsafe_b64decode(key["x"] + "=")) == 32


def test_an_installation_of_somebody_else_cannot_be_used(
    phone: Phone, work: UUID, sign_in: Callable[..., Person]
) -> None:
    thief = Phone(sign_in("engineer"), id=phone.id)

    assert thief.push(thief.command("work_order.start", work)).status_code == 404


def test_the_digest_of_a_view_changes_with_what_it_holds(
    phone: Phone, work: UUID, working: Callable[..., Any]
) -> None:
    before = phone.client.get("/api/v1/sync/digest").get_json()["kinds"]["work_order"]
    phone.push(phone.command("work_order.start", work))
    after = phone.client.get("/api/v1/sync/digest").get_json()["kinds"]["work_order"]

    assert before["count"] == after["count"] == 1
    assert before["digest"] != after["digest"]


def test_the_console_sees_in_its_feed_what_the_phone_did(
    phone: Phone, work: UUID, client: ApiClient
) -> None:
    phone.push(phone.command("work_order.start", work))

    changes = client.get("/api/v1/sync/pull").get_json()["changes"]

    states = {c["kind"]: c["document"]["state"] for c in changes if c["kind"] == "ticket"}
    assert states == {"ticket": "in_progress"}
