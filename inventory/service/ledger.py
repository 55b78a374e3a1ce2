"""Writing the ledger: levels that exist when they are locked, and moves that change them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inventory import queries
from inventory.models import StockLevel, StockMove
from inventory.rules import MoveReason
from server.kernel import clock
from server.kernel.actors import Actor
from server.kernel.ids import new_id
from server.kernel.session import occurred_at


def ensure_level(session: Session, part_id: UUID, location_id: UUID) -> None:
    """Make sure that a level exists, at zero when it is new; call it before levels are locked."""
    if queries.find_level_id(session, part_id, location_id) is not None:
        return
    try:
        with session.begin_nested():
            session.add(StockLevel(part_id=part_id, location_id=location_id, on_hand=0, reserved=0))
    except IntegrityError:
        # Somebody else made it meanwhile; the statement waited for their commit.
        if queries.find_level_id(session, part_id, location_id) is None:
            raise


def book(
    session: Session,
    *,
    actor: Actor,
    level: StockLevel,
    quantity: int,
    reason: MoveReason,
    move_id: UUID | None = None,
    **links: Any,
) -> StockMove:
    """Write a move and change its level, which the caller has locked; nothing is sent yet."""
    level.on_hand += quantity
    move = StockMove(
        id=move_id or new_id(),
        part_id=level.part_id,
        location_id=level.location_id,
        quantity=quantity,
        reason=reason,
        occurred_at=occurred_at(session),
        recorded_at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        **links,
    )
    session.add(move)
    return move
