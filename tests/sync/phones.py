"""A phone that records and pulls as the field app does, and what tests of sync look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.kernel import clock
from server.kernel.ids import new_id
from tests.platforms import ApiClient, Person


@dataclass
class Phone:
    """An enrolled app that numbers its commands."""

    person: Person
    id: UUID = field(default_factory=new_id)
    seq: int = 0

    @property
    def client(self) -> ApiClient:
        return self.person.client

    def enrol(self) -> Phone:
        body = {"id": str(self.id), "name": "Pixel"}
        answer = self.client.post("/api/v1/sync/installations", json=body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return self

    def command(self, type_: str, entity_id: UUID, /, **args: Any) -> dict[str, Any]:
        self.seq += 1
        return {
            "seq": self.seq,
            "id": str(new_id()),
            "type": type_,
            "entity_id": str(entity_id),
            "args": args,
            "device_at": clock.now().isoformat(),
        }

    def push(self, *commands: dict[str, Any], **envelope: Any) -> Any:
        body = {"installation_id": str(self.id), "commands": list(commands), **envelope}
        return self.client.post("/api/v1/sync/push", json=body)

    def pull(self, cursor: str | None = None, limit: int = 200) -> dict[str, Any]:
        path = f"/api/v1/sync/pull?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        body: dict[str, Any] = answer.get_json()
        return body


def statuses(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [result["status"] for result in answer.get_json()["results"]]


def document_of(page: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [c["document"] for c in page["changes"] if c["kind"] == kind]
    document: dict[str, Any] = found
    return document
