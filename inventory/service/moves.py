"""Moves of stock at one location: receipts, returns, adjustments and counts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import StockNotFree
from inventory.events import StockBooked
from inventory.models import StockLevel, StockMove
from inventory.queries import Ground
from inventory.rules import MoveReason, draw
from inventory.service.claims import fill_short, settle, split, tell_work_orders
from inventory.service.ledger import book, ensure_level
from server.kernel import events
from server.kernel.actors import Actor
from server.kernel.creation import find_made
from server.kernel.errors import InvalidInput
from server.kernel.references import require

WRITE = "stock.write"


def receive_stock(
    session: Session,
    *,
    actor: Actor,
    part_id: UUID,
    location_id: UUID,
    quantity: int,
    remark: str = "",
    move_id: UUID | None = None,
) -> StockMove:
    """Book parts that came in; claims that are short get them, the work due first at first."""
    require(session, "part", [part_id], field="part_id")
    return _book_freely(
        session,
        actor=actor,
        reason=MoveReason.RECEIPT,
        part_id=part_id,
        location_id=location_id,
        quantity=quantity,
        move_id=move_id,
        remark=remark,
    )


def return_stock(
    session: Session,
    *,
    actor: Actor,
    part_id: UUID,
    location_id: UUID,
    quantity: int,
    work_order_id: UUID | None = None,
    remark: str = "",
    move_id: UUID | None = None,
) -> StockMove:
    """Book parts that came back, of a work order or from a customer.

    What came back of a work order is not shown as fitted there any more; the moves themselves
    stay as they were booked.
    """
    if work_order_id is not None:
        require(session, "work_order", [work_order_id], field="work_order_id")
        tell_work_orders(session, {work_order_id})
    return _book_freely(
        session,
        actor=actor,
        reason=MoveReason.RETURN,
        part_id=part_id,
        location_id=location_id,
        quantity=quantity,
        move_id=move_id,
        remark=remark,
        work_order_id=work_order_id,
    )


def adjust_stock(
    session: Session,
    *,
    actor: Actor,
    part_id: UUID,
    location_id: UUID,
    quantity: int,
    remark: str = "",
    move_id: UUID | None = None,
) -> StockMove:
    """Correct a level by a difference, such as breakage; never takes what is claimed.

    Raises StockNotFree.
    """
    return _book_freely(
        session,
        actor=actor,
        reason=MoveReason.ADJUSTMENT,
        part_id=part_id,
        location_id=location_id,
        quantity=quantity,
        move_id=move_id,
        remark=remark,
    )


def count_stock(
    session: Session,
    *,
    actor: Actor,
    part_id: UUID,
    location_id: UUID,
    counted: int,
    remark: str = "",
    move_id: UUID | None = None,
) -> StockLevel:
    """Make a level what was counted; the difference becomes an adjustment, also when it is none.

    Claims that the counted stock does not cover go elsewhere or become short, those of the work
    due last at first.
    """
    actor.require(WRITE)
    _check_references(session, part_id, location_id)
    content = {
        "part_id": part_id,
        "location_id": location_id,
        "reason": MoveReason.ADJUSTMENT,
    }
    queries.lock_part(session, part_id)
    ensure_level(session, part_id, location_id)
    ground = queries.lock_ground(session, part_id, also=[location_id])
    level = ground.levels[location_id]
    if find_made(session, StockMove, move_id, content):
        return level
    if level.reserved > counted:
        _move_claims_away(session, ground, level, excess=level.reserved - counted)
    _booked(
        session,
        book(
            session,
            actor=actor,
            level=level,
            quantity=counted - level.on_hand,
            reason=MoveReason.ADJUSTMENT,
            move_id=move_id,
            remark=remark,
        ),
    )
    fill_short(session, part_id, [level])
    return level


def _book_freely(
    session: Session,
    *,
    actor: Actor,
    reason: MoveReason,
    part_id: UUID,
    location_id: UUID,
    quantity: int,
    move_id: UUID | None,
    remark: str,
    work_order_id: UUID | None = None,
) -> StockMove:
    """Book a move that takes or gives only what nobody has claimed; the same id is booked once."""
    actor.require(WRITE)
    _check_references(session, part_id, location_id)
    if quantity <= 0 and (reason is not MoveReason.ADJUSTMENT or quantity == 0):
        raise InvalidInput("There is nothing to book.", quantity="Must be more than nothing.")
    content = {
        "part_id": part_id,
        "location_id": location_id,
        "quantity": quantity,
        "reason": reason,
    }
    queries.lock_part(session, part_id)
    if made := find_made(session, StockMove, move_id, content):
        return made
    ensure_level(session, part_id, location_id)
    level = queries.lock_levels(session, part_id, [location_id])[location_id]
    if -quantity > level.free:
        raise StockNotFree("That much is not free there.", free=level.free, quantity=-quantity)
    move = book(
        session,
        actor=actor,
        level=level,
        quantity=quantity,
        reason=reason,
        move_id=move_id,
        work_order_id=work_order_id,
        remark=remark,
    )
    _booked(session, move)
    fill_short(session, part_id, [level])
    return move


def _move_claims_away(session: Session, ground: Ground, level: StockLevel, *, excess: int) -> None:
    claims = queries.lock_claims_at(session, level.part_id, level.location_id)
    elsewhere = Ground(
        part_id=ground.part_id,
        levels=ground.levels,
        offered=ground.offered - {level.location_id},
        van_id=None,
    )
    takings, _ = draw(excess, [(claim, claim.quantity) for claim in claims])
    for claim, quantity in takings:
        settle(session, split(session, claim, quantity), elsewhere)
    tell_work_orders(session, {claim.work_order_id for claim, _ in takings})


def _booked(session: Session, move: StockMove) -> None:
    session.flush()
    events.record(
        session,
        StockBooked(
            entity_id=move.part_id,
            move_id=move.id,
            location_id=move.location_id,
            quantity=move.quantity,
            reason=move.reason,
        ),
    )


def _check_references(session: Session, part_id: UUID, location_id: UUID) -> None:
    # An archived part may still be counted, returned and adjusted.
    if queries.find_part(session, part_id) is None:
        raise InvalidInput("There is no such part.", part_id="unknown")
    require(session, "stock_location", [location_id], field="location_id")
