"""A storekeeper who is signed in, with a part and a warehouse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.builders import PORTO
from tests.platforms import ApiClient, Person

SignIn = Callable[..., Person]
Working = Callable[..., Any]
POSITION = {"type": "Point", "coordinates": list(PORTO)}
READS = (
    "/api/v1/parts",
    "/api/v1/stock-locations",
    "/api/v1/stock-levels",
    "/api/v1/stock-moves",
    "/api/v1/reservations",
    "/api/v1/discrepancies",
)


@dataclass(frozen=True)
class Shop:
    """A part, a warehouse and a work order, and a storekeeper who is signed in."""

    client: ApiClient
    part: str
    store: str
    work_order: str

    def book(self, **fields: Any) -> Any:
        body = {
            "reason": "receipt",
            "part_id": self.part,
            "location_id": self.store,
            "quantity": "5",
            **fields,
        }
        return self.client.post("/api/v1/stock-moves", json=body)

    def level(self) -> tuple[str, str]:
        (found,) = self.client.get(f"/api/v1/stock-levels?part_id={self.part}").get_json()["items"]
        return found["on_hand"], found["reserved"]
