"""What an engineer does on site, as commands; and what must be true of it on the server."""

from __future__ import annotations

import io
import random
from collections import Counter
from typing import Any

from PIL import Image

from server.kernel.ids import new_id
from server.workorders.rules import sign_off_digest
from tests.sync_client.phone import Phone
from tests.web.company import Company, Person

ANSWERS = {"check": True, "reading": "42.5", "text": "As expected"}


def picture(kilobytes: int = 40, seed: int = 1) -> bytes:
    """A PNG that does not compress, of about this size."""
    side = max(8, int((kilobytes * 1024 / 3) ** 0.5))
    noise = random.Random(seed).randbytes(side * side * 3)  # noqa: S311 - a picture of nothing.
    output = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(output, "PNG")
    return output.getvalue()


def repair(phone: Phone, work_order_id: Any, text: str = "Replaced the seal", tab: int = 0) -> str:
    """Record a repair; returns the command's id."""
    return phone.record("repair.record", work_order_id, tab, id=str(new_id()), action=text)


def whole_job(phone: Phone, company: Company, work: dict[str, Any]) -> dict[str, Any]:
    """Everything from the arrival to the signature; returns the ids of what was made."""
    key = work["id"]
    made = {
        "repair": str(new_id()),
        "move": str(new_id()),
        "reading": str(new_id()),
    }
    phone.record("work_order.start", key)
    for task in work["tasks"]:
        if task["kind"] in ANSWERS:
            phone.record("task.answer", key, task_id=task["id"], value=ANSWERS[task["kind"]])
    phone.record("reading.take", key, id=made["reading"], name="Pressure", value="3.1", unit="bar")
    phone.record("repair.record", key, id=made["repair"], action="Fitted a new shaft seal")
    phone.record(
        "part.consume",
        key,
        repair_id=made["repair"],
        move_id=made["move"],
        part_id=str(company.part_id),
        quantity="1",
    )
    made["photo"] = phone.photo(key, picture(60, seed=1))
    made["second"] = phone.photo(key, picture(60, seed=2))
    made["signature"] = phone.photo(key, picture(8, seed=3), kind="signature")
    sign_off(phone, key, made["signature"])
    phone.record("work_order.complete", key, summary="Runs again")
    return made


def answers(document: dict[str, Any]) -> dict[str, Any]:
    """What was answered, by the kind of the task."""
    return {t["kind"]: t["value"] for t in document["tasks"] if t["value"] is not None}


def facts(document: dict[str, Any]) -> list[Any]:
    """What was done, in a form that is the same before and after the server has confirmed it."""
    return [
        document["state"],
        document["summary"],
        answers(document),
        [(r["id"], r["action"]) for r in document["repairs"]],
        [(r["id"], r["name"], r["value"], r["unit"]) for r in document["readings"]],
        [(p["move_id"], p["number"], p["quantity"]) for p in document["parts_fitted"]],
        [(n["number"], n["reserved"]) for n in document["parts_needed"]],
        document["sign_off"]["digest"],
    ]


def sign_off(phone: Phone, work_order_id: Any, attachment_id: str) -> None:
    document = {"title": "Work report", "done": ["Fitted a new shaft seal"]}
    phone.record(
        "work_order.sign_off",
        work_order_id,
        signer_name="Zé Ninguém",
        document=document,
        digest=sign_off_digest(document),
        attachment_id=attachment_id,
    )


def repairs_of(company: Company, work_order_id: Any) -> Counter[str]:
    """The texts of the repairs on the server; one that is there twice counts twice."""
    document = company.desk.get(f"/work-orders/{work_order_id}")
    return Counter(repair["action"] for repair in document["repairs"])


def commands_of(company: Company, person: Person) -> list[dict[str, Any]]:
    """All that the engineer's phones have sent, in the order of the numbers."""
    installations = company.account(person).every("/sync/installations")
    found = [
        command
        for one in installations
        for command in company.desk.every("/sync/commands", installation_id=one["id"])
    ]
    return sorted(found, key=lambda command: command["seq"])


def assert_same_view(phone: Phone) -> None:
    """The phone holds exactly what the server thinks it holds."""
    assert phone.ask("compare") == []
