"""Jobs of places: what follows from a change and may take longer than a request."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.kernel import outbox
from server.places import service

DERIVE_TERRITORIES = "places.derive_territories"


def derive_territories(session: Session, payload: dict[str, Any]) -> None:
    """Let the sites follow the area of a territory, some hundred of them per transaction."""
    after = payload.get("after")
    last = service.derive_territories(
        session,
        territory_id=UUID(payload["entity_id"]),
        after=UUID(after) if after else None,
    )
    if last is not None:
        body = {"entity_id": payload["entity_id"], "after": str(last)}
        outbox.defer(session, DERIVE_TERRITORIES, body)
