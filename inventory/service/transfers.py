"""Transfers: stock goes from one location to another as two moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import StockNotFree
from inventory.events import StockTransferred
from inventory.models import Reservation, StockLevel, StockMove
from inventory.rules import MoveReason, draw
from inventory.service.claims import fill_short, split
from inventory.service.ledger import book, ensure_level
from server.kernel import changes, events
from server.kernel.actors import Actor
from server.kernel.creation import IdTaken
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.references import require
from server.workorders import api as workorders

WRITE = "stock.write"


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What went from where to where; its id is the ``transfer_id`` of both moves."""

    id: UUID
    part_id: UUID
    from_location_id: UUID
    to_location_id: UUID
    quantity: int
    work_order_id: UUID | None
    remark: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime


def transfer_stock(
    session: Session,
    *,
    actor: Actor,
    part_id: UUID,
    from_location_id: UUID,
    to_location_id: UUID,
    quantity: int,
    work_order_id: UUID | None = None,
    remark: str = "",
    transfer_id: UUID | None = None,
) -> Transfer:
    """Take stock from one location to another; never what others have claimed there.

    With ``work_order_id`` the parts claimed for that work go first, and the claims go with them.
    The same ``transfer_id`` is booked once. Raises StockNotFree.
    """
    actor.require(WRITE)
    _check(session, part_id, from_location_id, to_location_id, quantity)
    if work_order_id is not None:
        require(session, "work_order", [work_order_id], field="work_order_id")
        workorders.lock_work_order(session, work_order_id)
    queries.lock_part(session, part_id)
    wanted = (part_id, from_location_id, to_location_id, quantity, work_order_id)
    if transfer_id is not None and (made := _find_made(session, transfer_id, wanted)):
        return made
    ensure_level(session, part_id, to_location_id)
    levels = queries.lock_levels(session, part_id, [from_location_id, to_location_id])
    source, target = levels.get(from_location_id), levels[to_location_id]
    claims = _claims_there(session, work_order_id, part_id, from_location_id)
    if source is None:
        raise StockNotFree("Nothing of it was ever there.", free=0, quantity=quantity)
    has_claims = _take_along(source, target, quantity, session=session, claims=claims)
    moves = _book_both(
        session,
        actor=actor,
        source=source,
        target=target,
        quantity=quantity,
        transfer_id=transfer_id or new_id(),
        work_order_id=work_order_id,
        remark=remark,
    )
    _follow_up(session, moves, moved_claims=has_claims)
    fill_short(session, part_id, [target])
    return transfer_of(moves)


def transfer_of(moves: Sequence[StockMove]) -> Transfer:
    """Return the transfer that two moves make, first what left."""
    left, arrived = moves
    return Transfer(
        id=left.id,
        part_id=left.part_id,
        from_location_id=left.location_id,
        to_location_id=arrived.location_id,
        quantity=arrived.quantity,
        work_order_id=left.work_order_id,
        remark=left.remark,
        occurred_at=left.occurred_at,
        recorded_at=left.recorded_at,
    )


def _book_both(
    session: Session,
    *,
    actor: Actor,
    source: StockLevel,
    target: StockLevel,
    quantity: int,
    transfer_id: UUID,
    work_order_id: UUID | None,
    remark: str,
) -> tuple[StockMove, StockMove]:
    left, arrived = (
        book(
            session,
            actor=actor,
            level=level,
            quantity=change,
            reason=MoveReason.TRANSFER,
            move_id=move_id,
            transfer_id=transfer_id,
            work_order_id=work_order_id,
            remark=remark,
        )
        for level, change, move_id in (
            (source, -quantity, transfer_id),
            (target, quantity, None),
        )
    )
    session.flush()
    return left, arrived


def _follow_up(session: Session, moves: tuple[StockMove, StockMove], *, moved_claims: bool) -> None:
    left, arrived = moves
    if moved_claims and left.work_order_id is not None:
        changes.touch(session, workorders.get_work_order(session, left.work_order_id))
    events.record(
        session,
        StockTransferred(
            entity_id=left.part_id,
            transfer_id=left.id,
            from_location_id=left.location_id,
            to_location_id=arrived.location_id,
            quantity=arrived.quantity,
        ),
    )


def _take_along(
    source: StockLevel,
    target: StockLevel,
    quantity: int,
    *,
    session: Session,
    claims: Sequence[Reservation],
) -> bool:
    """Move claims from one level to the other before their stock; whether there were any.

    Raises StockNotFree when the rest of ``quantity`` is not free.
    """
    takings, from_free = draw(quantity, [(claim, claim.quantity) for claim in claims])
    if from_free > source.free:
        free = source.free + quantity - from_free
        raise StockNotFree("That much is not free there.", free=free, quantity=quantity)
    for claim, part in takings:
        split(session, claim, part).location_id = target.location_id
        source.reserved -= part
        target.reserved += part
    return bool(takings)


def _claims_there(
    session: Session, work_order_id: UUID | None, part_id: UUID, location_id: UUID
) -> list[Reservation]:
    if work_order_id is None:
        return []
    claims = queries.lock_open_claims(session, work_order_id, part_id)
    return [claim for claim in claims if claim.location_id == location_id]


def _find_made(
    session: Session, transfer_id: UUID, wanted: tuple[UUID, UUID, UUID, int, UUID | None]
) -> Transfer | None:
    move = session.get(StockMove, transfer_id)
    if move is None:
        return None
    if move.reason is MoveReason.TRANSFER and move.transfer_id == transfer_id:
        made = transfer_of(queries.get_transfer(session, transfer_id))
        known = (
            made.part_id,
            made.from_location_id,
            made.to_location_id,
            made.quantity,
            made.work_order_id,
        )
        if known == wanted:
            return made
    raise IdTaken("This id belongs to a move with other content.", id=str(transfer_id))


def _check(
    session: Session, part_id: UUID, from_location_id: UUID, to_location_id: UUID, quantity: int
) -> None:
    if queries.find_part(session, part_id) is None:
        raise InvalidInput("There is no such part.", part_id="unknown")
    require(session, "stock_location", [from_location_id], field="from_location_id")
    require(session, "stock_location", [to_location_id], field="to_location_id")
    if from_location_id == to_location_id:
        raise InvalidInput("It is there already.", to_location_id="Must be another location.")
    if quantity <= 0:
        raise InvalidInput("There is nothing to move.", quantity="Must be more than nothing.")
