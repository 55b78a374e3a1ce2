"""What a console asks of sync: where the feed stands, what waits for a decision, what is safe."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel import clock
from server.kernel.actors import Actor, ActorKind
from server.kernel.ids import new_id
from server.kernel.session import tenant_of
from tests.builders import a_ticket
from tests.platforms import ApiClient
from tests.server.files.pictures import a_jpeg
from tests.sync.phones import Phone, statuses

Working = Callable[..., Any]
PULL = "/api/v1/sync/pull"


def test_a_console_begins_at_the_head_and_then_sees_what_comes(
    client: ApiClient, working: Working
) -> None:
    with working() as session:
        a_ticket(session)
    head = client.get(f"{PULL}?from=head").get_json()
    with working() as session:
        later_id = str(a_ticket(session).id)

    rest = client.get(f"{PULL}?cursor={head['cursor']}").get_json()

    assert (head["changes"], head["more"]) == ([], False)
    assert head["height"] > 0
    assert later_id in {change["id"] for change in rest["changes"]}
    assert all(change["kind"] != "asset_model" for change in rest["changes"])


def test_a_cursor_says_more_than_where_to_begin(client: ApiClient, working: Working) -> None:
    cursor = client.get(f"{PULL}?from=head").get_json()["cursor"]
    with working() as session:
        a_ticket(session)

    rest = client.get(f"{PULL}?from=head&cursor={cursor}").get_json()

    assert rest["changes"]


@pytest.mark.parametrize("start", ["now", "", "HEAD"])
def test_a_reader_begins_at_the_start_or_at_the_head(client: ApiClient, start: str) -> None:
    assert client.get(f"{PULL}?from={start}").status_code == 422


def test_what_waits_is_listed_with_who_sent_it_from_which_app(
    phone: Phone, work: UUID, client: ApiClient
) -> None:
    done = phone.command("work_order.start", work)
    bad = phone.command("part.consume", work, move_id=str(new_id()))
    assert statuses(phone.push(done, bad)) == ["applied", "refused"]

    whole = client.get(f"/api/v1/sync/commands?entity_id={work}").get_json()["items"]
    path = f"/api/v1/sync/commands?entity_id={work}&is_waiting=true"
    (waiting,) = client.get(path).get_json()["items"]

    assert {item["id"] for item in whole} == {done["id"], bad["id"]}
    assert waiting["id"] == bad["id"]
    assert waiting["installation_name"] == "Pixel"
    assert waiting["user_name"].startswith("engineer ")


def test_a_photo_taken_by_a_wrong_clock_is_dated_as_the_command_is(
    phone: Phone, work: UUID
) -> None:
    wrong = clock.now() - dt.timedelta(hours=3)
    taken = wrong - dt.timedelta(minutes=20)
    reading = phone.command(
        "reading.take", work, id=str(new_id()), name="Oil", value="1", taken_at=taken.isoformat()
    )
    future = phone.command(
        "reading.take",
        work,
        id=str(new_id()),
        name="Late",
        value="1",
        taken_at=(wrong + dt.timedelta(days=1)).isoformat(),
    )
    for command in (reading, future):
        command["device_at"] = wrong.isoformat()
    with_margin = dt.timedelta(minutes=1)
    # The phone was enrolled long before: what it recorded then is not moved to its enrolment.
    phone.push(reading, future, sent_at=wrong.isoformat())

    document = phone.client.get(f"/api/v1/work-orders/{work}").get_json()

    shown = {r["name"]: dt.datetime.fromisoformat(r["taken_at"]) for r in document["readings"]}
    right = clock.now() - dt.timedelta(minutes=20)
    assert abs(shown["Oil"] - right) < with_margin
    assert shown["Late"] <= clock.now()


def test_the_desk_sees_when_a_photo_was_receipted(
    phone: Phone, work: UUID, client: ApiClient, working: Working, tmp_path: Path
) -> None:
    content = a_jpeg()
    sha256 = hashlib.sha256(content).hexdigest()
    phone.push(announcement(phone, work, content))

    seen = [photo_on(work, client)]
    ask_for_receipt(phone, sha256)
    seen.append(photo_on(work, client))
    with working() as session:
        receive(session, phone, content, tmp_path / "photo")
    seen.append(photo_on(work, client))
    ask_for_receipt(phone, sha256)
    seen.append(photo_on(work, client))

    assert seen == [
        ("awaiting_blob", False),
        ("awaiting_blob", False),
        ("stored", False),
        ("stored", True),
    ]


def announcement(phone: Phone, work: UUID, content: bytes) -> dict[str, Any]:
    """The command that says which photo will come."""
    return phone.command(
        "attachment.add",
        new_id(),
        entity_kind="work_order",
        entity_id=str(work),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mime="image/jpeg",
        kind="photo",
    )


def photo_on(work: UUID, client: ApiClient) -> tuple[str, bool]:
    """The state of the only photo as the desk sees it, and whether its phone has a receipt."""
    (item,) = client.items(f"/api/v1/attachments?entity_kind=work_order&entity_id={work}")
    assert item["added_by_name"].startswith("engineer ")
    return item["state"], item["receipted_at"] is not None


def ask_for_receipt(phone: Phone, sha256: str) -> None:
    phone.client.post("/api/v1/sync/receipts", json={"commands": [], "blobs": [sha256]})


def receive(session: Session, phone: Phone, content: bytes, path: Path) -> None:
    """Take in the bytes as a finished upload of the phone's user."""
    path.write_bytes(content)
    sender = Actor(
        id=phone.person.id,
        kind=ActorKind.USER,
        tenant_id=tenant_of(session),
        permissions=frozenset(),
    )
    files.receive_finished_upload(
        session,
        actor=sender,
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        claimed_mime="image/jpeg",
    )
