"""From a reading over MQTT to the signed repair, through public interfaces only.

Real processes, real readings where they are at hand, the gateway killed in the middle. Nothing is
lost and nothing is doubled.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from PIL import Image
from tusclient import client as tus

from server.kernel import clock
from server.kernel.ids import new_id
from server.workorders.rules import sign_off_digest
from tests.journeys.company import ROOT, Account, Company, running_company, wait_until

MESSAGES = 500
MACHINES = ("1", "4", "8", "9")
REPLAY_SECONDS = 120
DATA = Path(os.environ.get("TRUCKROLL_TEST_DATA", ROOT.parent / "shared" / "data"))
AZURE_PDM = DATA / "iot" / "azure_pdm"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]


@pytest.mark.parametrize("source", ["azure_pdm", "generated"])
def test_a_fault_becomes_one_ticket_and_one_signed_repair(
    source: str,
    database_kind: str,
    new_database: Callable[[str], str],
    tmp_path: Path,
) -> None:
    if source == "azure_pdm" and not AZURE_PDM.is_dir():
        pytest.skip(f"the public readings are not at {AZURE_PDM}")

    with running_company(new_database(f"journey_{source}"), tmp_path) as company:
        dispatcher = company.sign_in("dispatcher@demo")
        before = len(readings(dispatcher))
        sent = replay(company, source, before)
        assert len(readings(dispatcher)) - before == sent

        ticket = ticket_of_a_fault(dispatcher)
        work_order = work_order_of(dispatcher, ticket)
        engineer = book_the_best(company, dispatcher, work_order)
        phone = Phone(engineer)
        document = phone.work(work_order["id"])
        phone.do_the_work(document)
        phone.come_back_online()

        check_the_outcome(company, dispatcher, phone, document)


def replay(company: Company, source: str, before: int) -> int:
    """Publish readings at speed and kill the gateway in the middle; how many were sent."""
    where = [str(AZURE_PDM)] if source == "azure_pdm" else ["--generate", "140"]
    chosen = [part for machine in MACHINES for part in ("--machine", machine)]
    limits = ["--limit", str(MESSAGES), "--speed", "86400", "--tenant", "demo", "--issue"]
    publisher = company.command("replay", *where, *limits, *chosen)
    dispatcher = company.sign_in("dispatcher@demo")
    wait_until(lambda: len(readings(dispatcher)) > before + MESSAGES // 4, REPLAY_SECONDS)
    company.kill_gateway()
    output, _ = publisher.communicate(timeout=REPLAY_SECONDS)
    assert publisher.returncode == 0, output
    found = re.search(r"Sent (\d+) messages", output)
    assert found is not None, output
    return int(found[1])


def readings(dispatcher: Account) -> list[tuple[str, str]]:
    """What the devices said, as (device, time) pairs."""
    devices = dispatcher.every("/devices")
    return [
        (device["id"], reading["at"])
        for device in devices
        if device["name"] in NAMES
        for reading in dispatcher.every(f"/devices/{device['id']}/readings")
    ]


NAMES = {f"machine-{int(machine):03d}" for machine in MACHINES}


def ticket_of_a_fault(dispatcher: Account) -> dict[str, Any]:
    """One of the tickets that the readings have opened; there is one per fault of an asset."""

    def evaluated() -> list[dict[str, Any]]:
        return dispatcher.every("/tickets", channel="device", state="open")

    tickets = wait_until(evaluated, 60)
    faults = Counter((t["asset_id"], t["fault_code_id"]) for t in evaluated())
    assert set(faults.values()) == {1}
    ticket: dict[str, Any] = tickets[0]
    assert ticket["site_id"] is not None
    alarms = dispatcher.every("/alarms", ticket_id=ticket["id"])
    assert alarms
    assert ticket["opened_at"] == min(alarm["raised_at"] for alarm in alarms)
    return ticket


def work_order_of(dispatcher: Account, ticket: dict[str, Any]) -> dict[str, Any]:
    """The one work order of a ticket, with skill, part and reservation."""
    (row,) = dispatcher.every("/work-orders", ticket_id=ticket["id"])
    work_order: dict[str, Any] = dispatcher.get(f"/work-orders/{row['id']}")
    assert work_order["state"] == "ready"
    assert work_order["skills"]
    assert work_order["parts_needed"]
    assert all(need["reserved"] == need["quantity"] for need in work_order["parts_needed"])
    return work_order


def book_the_best(company: Company, dispatcher: Account, work_order: dict[str, Any]) -> Account:
    """Ask for the best engineers, book the first, and sign in as that engineer."""
    proposal = dispatcher.post(f"/work-orders/{work_order['id']}/proposals", {})
    best = proposal["proposals"][0]
    assert best["total_seconds"] == sum(best["terms"].values())
    assert best["reasons"]
    assert len(proposal["proposals"]) + len(proposal["rejected"]) == 20
    booking = dispatcher.post(
        f"/work-orders/{work_order['id']}/bookings",
        {"engineer_id": best["engineer_id"], "proposal_id": proposal["id"]},
    )
    assert booking["state"] == "confirmed"
    user_id = dispatcher.get(f"/engineers/{best['engineer_id']}")["user_id"]
    admin = company.sign_in("admin@demo")
    login = next(u["login"] for u in admin.every("/users") if u["id"] == user_id)
    return company.sign_in(f"{login}@demo")


class Phone:
    """An engineer's app, offline until it comes back: commands and files wait in it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = str(new_id())
        self.outbox: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.cursor: str | None = None
        account.post("/sync/installations", {"id": self.id, "name": "Phone"})

    def pull(self) -> list[dict[str, Any]]:
        changes: list[dict[str, Any]] = []
        more = True
        while more:
            cursor = {"cursor": self.cursor} if self.cursor else {}
            page = self.account.get("/sync/pull", limit=100, **cursor)
            changes += page["changes"]
            self.cursor, more = page["cursor"], page["more"]
        return changes

    def work(self, work_order_id: str) -> dict[str, Any]:
        """The work order as this phone holds it."""
        found: dict[str, Any] = next(
            c["document"]
            for c in self.pull()
            if (c["kind"], c["id"]) == ("work_order", work_order_id)
        )
        return found

    def record(self, type_: str, entity_id: str, /, **args: Any) -> None:
        self.outbox.append(
            {
                "seq": len(self.outbox) + 1,
                "id": str(new_id()),
                "type": type_,
                "entity_id": entity_id,
                "args": args,
                "device_at": clock.now().isoformat(),
            }
        )

    def attach(self, work_order_id: str, kind: str, picture: bytes) -> str:
        attachment_id = str(new_id())
        sha256 = hashlib.sha256(picture).hexdigest()
        self.files[sha256] = picture
        self.record(
            "attachment.add",
            attachment_id,
            entity_kind="work_order",
            entity_id=work_order_id,
            sha256=sha256,
            size=len(picture),
            mime="image/png",
            kind=kind,
            name=f"{kind}.png",
        )
        return attachment_id

    def do_the_work(self, document: dict[str, Any]) -> None:
        """Everything the story asks for, without a network."""
        work_order_id, repair_id = document["id"], str(new_id())
        self.record("work_order.start", work_order_id)
        for task in document["tasks"]:
            value = {"check": True, "reading": "4.2", "text": "Ran well."}[task["kind"]]
            self.record("task.answer", work_order_id, task_id=task["id"], value=value)
        self.record(
            "reading.take", work_order_id, id=str(new_id()), name="Hours", value="8123", unit="h"
        )
        self.record(
            "repair.record", work_order_id, id=repair_id, action="Replaced", cause="Worn out"
        )
        part = document["parts_needed"][0]
        self.record(
            "part.consume",
            work_order_id,
            move_id=str(new_id()),
            repair_id=repair_id,
            part_id=part["part_id"],
            quantity=part["quantity"],
        )
        self.attach(work_order_id, "photo", a_picture(640))
        signature = self.attach(work_order_id, "signature", a_picture(120))
        shown = {"work_order": str(document["number"]), "done": "Replaced"}
        self.record(
            "work_order.sign_off",
            work_order_id,
            id=str(new_id()),
            signer_name="Rosa Lima",
            document=shown,
            digest=sign_off_digest(shown),
            attachment_id=signature,
        )
        self.record("work_order.complete", work_order_id, summary="Replaced")

    def come_back_online(self) -> None:
        """Push twice, because the first answer was lost on the way, and upload the files."""
        body = {
            "installation_id": self.id,
            "sent_at": clock.now().isoformat(),
            "commands": self.outbox,
        }
        self.account.post("/sync/push", body)
        results = self.account.post("/sync/push", body)["results"]
        assert {result["status"] for result in results} == {"applied"}, results
        assert all(result["replayed"] for result in results)
        for sha256, picture in self.files.items():
            self.upload(sha256, picture)

    def upload(self, sha256: str, picture: bytes) -> None:
        headers = {"Authorization": f"Bearer {self.account.token}"}
        base_url = str(self.account.http.base_url)
        made = tus.TusClient(f"{base_url.rstrip('/')}/uploads/", headers=headers)
        made.uploader(
            file_stream=io.BytesIO(picture),
            chunk_size=64 * 1024,
            metadata={"sha256": sha256, "filename": "photo.png", "filetype": "image/png"},
            upload_checksum=True,
        ).upload()

    def receipt(self) -> dict[str, Any]:
        """What the server has signed for."""
        ask = {"commands": [c["id"] for c in self.outbox], "blobs": list(self.files)}
        receipt = self.account.post("/sync/receipts", ask)
        assert receipt["missing_commands"] == receipt["missing_blobs"] == []
        (key,) = self.account.get("/receipt-keys")["keys"]
        claims: dict[str, Any] = jwt.decode(
            receipt["receipt"], jwt.PyJWK({**key, "alg": "EdDSA"}), algorithms=["EdDSA"]
        )
        return claims


def check_the_outcome(
    company: Company, dispatcher: Account, phone: Phone, before: dict[str, Any]
) -> None:
    """Stock moved, the repair shows the part, the ticket is resolved, and every feed shows it."""
    done = dispatcher.get(f"/work-orders/{before['id']}")
    part = before["parts_needed"][0]
    assert (done["state"], done["ticket"]["state"]) == ("done", "resolved")
    assert [(f["part_id"], f["quantity"]) for f in done["parts_fitted"]] == [
        (part["part_id"], part["quantity"])
    ]
    assert done["parts_fitted"][0]["repair_id"] == done["repairs"][0]["id"]
    assert done["sign_off"]["signer_name"] == "Rosa Lima"
    moves = company.sign_in("storekeeper@demo").every("/stock-moves", part_id=part["part_id"])
    consumed = [m for m in moves if m["work_order_id"] == before["id"]]
    assert [m["reason"] for m in consumed if m["reason"] == "consumption"] == ["consumption"]

    attachments = wait_until(lambda: stored_attachments(dispatcher, before["id"]), 30)
    assert {a["sha256"] for a in attachments} == set(phone.files)
    content = dispatcher.http.get(f"/attachments/{attachments[0]['id']}/content")
    assert hashlib.sha256(content.content).hexdigest() == attachments[0]["sha256"]

    claims = phone.receipt()
    assert claims["commands"] == [c["id"] for c in phone.outbox]
    assert set(claims["blobs"]) == set(phone.files)

    own = {(c["kind"], c["id"]): c["document"] for c in phone.pull()}
    assert own["work_order", before["id"]]["state"] == "done"
    desk = Phone(dispatcher)
    feed = {(c["kind"], c["id"]): c["document"] for c in desk.pull()}
    assert feed["ticket", before["ticket_id"]]["state"] == "resolved"
    assert UUID(done["id"])


def stored_attachments(dispatcher: Account, work_order_id: str) -> list[dict[str, Any]] | None:
    """The work order's files once every one of them is stored."""
    found = dispatcher.every("/attachments", entity_kind="work_order", entity_id=work_order_id)
    return found if found and all(a["state"] == "stored" for a in found) else None


def a_picture(size: int) -> bytes:
    output = io.BytesIO()
    Image.effect_noise((size, size), 60).save(output, "PNG")
    return output.getvalue()
