"""What phones and consoles read of bookings in the change feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.dispatch import queries
from server.dispatch.models import Booking
from server.kernel.actors import Actor
from server.kernel.changes import FeedKind

# Why a dispatcher decided against a rule is between dispatchers.
DESK_ONLY = ("override_reason",)


def _scopes(_session: Session, booking: Booking) -> set[str]:
    return {"desk", f"u:{booking.engineer_user_id}"}


def _documents(session: Session, actor: Actor, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    found = {}
    for row in queries.rows_of(session, ids):
        document = dict(row._mapping)  # noqa: SLF001 - its public name.
        owner = document.pop("engineer_user_id")
        if not actor.may("feed.desk"):
            if owner != actor.id:
                continue
            for name in DESK_ONLY:
                document[name] = ""
        found[row.id] = document
    return found


FEED_KINDS = (FeedKind(name="booking", model=Booking, scopes=_scopes, documents=_documents),)
