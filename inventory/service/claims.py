"""Claims of work orders on parts: where they lie, who gets what comes in, and giving them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import ReservationClosed, WorkOrderFinished
from inventory.events import PartsReleased, PartsReserved
from inventory.models import Reservation, StockLevel, StockLocation
from inventory.queries import Ground
from inventory.rules import STORE_KINDS, LocationKind, Offer, ReservationState, allocate
from server.kernel import changes, events, outbox
from server.kernel.actors import Actor
from server.kernel.creation import find_made
from server.kernel.errors import NotFound
from server.kernel.ids import new_id
from server.kernel.references import require
from server.workorders import api as workorders
from server.workorders.api import PartNeed, WorkOrder
from server.workorders.rules import UNFINISHED_STATES

SHOW_CLAIMS = "inventory.show_claims"


def reserve(
    session: Session, *, actor: Actor, work_order_id: UUID, needs: Sequence[PartNeed]
) -> None:
    """Claim what a work order needs and has not claimed yet; what is not there stays short.

    A claim lies in the van of whoever is booked as far as that holds the part, else in stores.
    """
    del actor  # Who reserves is kept by the event and the audit trail.
    work_order = workorders.lock_work_order(session, work_order_id)
    claimed = queries.claimed_quantities(session, work_order_id)
    wanted = Counter[UUID]()
    for need in needs:
        wanted[need.part_id] += need.quantity
    missing = {p: q - claimed.get(p, 0) for p, q in wanted.items() if q > claimed.get(p, 0)}
    for part_id in sorted(missing):
        _claim(session, work_order, part_id, missing[part_id])
    if missing:
        _record_reserved(session, work_order_id, missing)


def reserve_part(
    session: Session,
    *,
    actor: Actor,
    work_order_id: UUID,
    part_id: UUID,
    quantity: int,
    reservation_id: UUID | None = None,
) -> Sequence[Reservation]:
    """Claim more of a part by hand; return all open claims of the work order on it.

    The same ``reservation_id`` claims once. Raises WorkOrderFinished.
    """
    actor.require("stock.reserve")
    require(session, "work_order", [work_order_id], field="work_order_id")
    require(session, "part", [part_id], field="part_id")
    work_order = workorders.lock_work_order(session, work_order_id)
    content = {"work_order_id": work_order_id, "part_id": part_id}
    if not find_made(session, Reservation, reservation_id, content):
        if work_order.state not in UNFINISHED_STATES:
            raise WorkOrderFinished("The work order is finished.", state=work_order.state)
        _claim(session, work_order, part_id, quantity, reservation_id)
        changes.touch(session, work_order)
        _record_reserved(session, work_order_id, [part_id])
    return queries.list_open_claims(session, work_order_id, part_id)


def follow_engineer(
    session: Session, *, actor: Actor, work_order_id: UUID, engineer_id: UUID | None
) -> None:
    """Move claims to the van of whoever is booked now, where it holds the part.

    Claims in the van of somebody else go back to a store, or become short.
    """
    del actor
    workorders.lock_work_order(session, work_order_id)
    van = queries.find_van(session, engineer_id) if engineer_id is not None else None
    for part_id in _claimed_parts(session, work_order_id):
        queries.lock_part(session, part_id)
        claims = queries.list_open_claims(session, work_order_id, part_id)
        ground = queries.lock_ground(session, part_id, van=van, also=_places(claims))
        _settle_all(session, claims, ground)


def follow_van(session: Session, van: StockLocation, part_id: UUID) -> None:
    """Take claims of others out of a van that changed hands; its engineer's short ones get it.

    Like ``fill_short`` it leaves the work orders to a job: others may have locked them.
    """
    queries.lock_part(session, part_id)
    ground = queries.lock_ground(session, part_id, also=[van.id])
    claims = queries.lock_claims_of_others(session, part_id, van)
    for claim in claims:
        settle(session, claim, ground)
    session.flush()
    tell_work_orders(session, {claim.work_order_id for claim in claims})
    fill_short(session, part_id, [ground.levels[van.id]])


def release(session: Session, *, actor: Actor, work_order_id: UUID) -> None:
    """Give all open claims back; others that are short get what becomes free."""
    del actor
    workorders.lock_work_order(session, work_order_id)
    parts = _claimed_parts(session, work_order_id)
    for part_id in parts:
        queries.lock_part(session, part_id)
        claims = queries.list_open_claims(session, work_order_id, part_id)
        _give_back(session, part_id, claims)
    if parts:
        events.record(session, PartsReleased(entity_id=work_order_id, part_ids=parts))


def release_claim(session: Session, *, actor: Actor, reservation: Reservation) -> Reservation:
    """Give one claim back; raises ReservationClosed when it is not open any more.

    The caller holds the locks of ``queries.lock_reservation``.
    """
    actor.require("stock.reserve")
    if reservation.state is not ReservationState.OPEN:
        raise ReservationClosed("The claim is not open.", state=reservation.state)
    work_order = workorders.get_work_order(session, reservation.work_order_id)
    _give_back(session, reservation.part_id, [reservation])
    changes.touch(session, work_order)
    fact = PartsReleased(entity_id=work_order.id, part_ids=[reservation.part_id])
    events.record(session, fact)
    return reservation


def fill_short(session: Session, part_id: UUID, freed: Iterable[StockLevel]) -> None:
    """Give what became free to claims that are short, the work due first at first.

    The caller holds the locks on the part and on the levels. Only the claims change here: the work
    orders they belong to may be locked by others, so a job shows the claims on them afterwards.
    """
    served: set[UUID] = set()
    for level in sorted(freed, key=lambda one: one.id):
        if level.free <= 0:
            continue
        location = queries.get_location(session, level.location_id)
        for claim in _waiting_for(session, part_id, location):
            if level.free <= 0:
                break
            ground = Ground(
                part_id=part_id,
                levels={location.id: level},
                offered=frozenset({location.id}),
                van_id=None,
            )
            settle(session, claim, ground)
            served.add(claim.work_order_id)
    tell_work_orders(session, served)


def settle(session: Session, claim: Reservation, ground: Ground) -> None:
    """Put a claim where it is best, split when no location holds all of it; nothing is sent yet."""
    if claim.location_id is not None:
        ground.levels[claim.location_id].reserved -= claim.quantity
    offers = [
        Offer(
            location_id=location_id,
            free=ground.levels[location_id].free,
            is_van=location_id == ground.van_id,
            holds_claim=location_id == claim.location_id,
        )
        for location_id in ground.offered
    ]
    (location_id, quantity), *rest = allocate(claim.quantity, offers)
    if (claim.location_id, claim.quantity) != (location_id, quantity):
        claim.location_id, claim.quantity = location_id, quantity
    pieces = [claim, *(_piece(session, claim, place, part) for place, part in rest)]
    for piece in pieces:
        if piece.location_id is not None:
            ground.levels[piece.location_id].reserved += piece.quantity


def split(session: Session, claim: Reservation, quantity: int) -> Reservation:
    """Return a claim of ``quantity`` cut off from ``claim``, or the claim when that is all of it.

    What is reserved on the level stays the same.
    """
    if quantity == claim.quantity:
        return claim
    claim.quantity -= quantity
    return _piece(session, claim, claim.location_id, quantity)


def tell_work_orders(session: Session, work_order_ids: Collection[UUID]) -> None:
    """Leave the job behind that shows changed claims on their work orders."""
    if work_order_ids:
        ids = [str(work_order_id) for work_order_id in sorted(work_order_ids)]
        outbox.defer(session, SHOW_CLAIMS, {"work_order_ids": ids})


def show_claims(session: Session, payload: dict[str, Any]) -> None:
    """Say that work orders look different because their claims have changed; runs as a job."""
    for work_order_id in sorted(UUID(text) for text in payload["work_order_ids"]):
        try:
            work_order = workorders.lock_work_order(session, work_order_id)
        except NotFound:
            continue
        changes.touch(session, work_order)


def _claim(
    session: Session,
    work_order: WorkOrder,
    part_id: UUID,
    quantity: int,
    reservation_id: UUID | None = None,
) -> None:
    queries.lock_part(session, part_id)
    engineer_id = work_order.engineer_id
    van = queries.find_van(session, engineer_id) if engineer_id is not None else None
    ground = queries.lock_ground(session, part_id, van=van)
    claim = Reservation(
        id=reservation_id or new_id(),
        work_order_id=work_order.id,
        part_id=part_id,
        location_id=None,
        quantity=quantity,
        state=ReservationState.OPEN,
    )
    session.add(claim)
    settle(session, claim, ground)
    session.flush()


def _settle_all(session: Session, claims: Sequence[Reservation], ground: Ground) -> None:
    before = {place: level.free for place, level in ground.levels.items()}
    for claim in claims:
        settle(session, claim, ground)
    session.flush()
    freed = [level for place, level in ground.levels.items() if level.free > before[place]]
    fill_short(session, ground.part_id, freed)


def _give_back(session: Session, part_id: UUID, claims: Sequence[Reservation]) -> None:
    levels = queries.lock_levels(session, part_id, _places(claims))
    for claim in claims:
        claim.state = ReservationState.RELEASED
        if claim.location_id is not None:
            levels[claim.location_id].reserved -= claim.quantity
    session.flush()
    fill_short(session, part_id, levels.values())


def _waiting_for(session: Session, part_id: UUID, location: StockLocation) -> Sequence[Reservation]:
    """Return the short claims that stock at ``location`` may serve."""
    if location.archived_at is not None:
        return []
    if location.kind in STORE_KINDS:
        return queries.lock_short_claims(session, part_id)
    if location.kind is LocationKind.VAN and location.engineer_id is not None:
        return queries.lock_short_claims(session, part_id, engineer_id=location.engineer_id)
    return []


def _piece(
    session: Session, claim: Reservation, location_id: UUID | None, quantity: int
) -> Reservation:
    piece = Reservation(
        id=new_id(),
        work_order_id=claim.work_order_id,
        part_id=claim.part_id,
        location_id=location_id,
        quantity=quantity,
        state=ReservationState.OPEN,
    )
    session.add(piece)
    return piece


def _claimed_parts(session: Session, work_order_id: UUID) -> list[UUID]:
    return sorted({claim.part_id for claim in queries.list_open_claims(session, work_order_id)})


def _places(claims: Iterable[Reservation]) -> set[UUID]:
    return {claim.location_id for claim in claims if claim.location_id is not None}


def _record_reserved(session: Session, work_order_id: UUID, part_ids: Collection[UUID]) -> None:
    short = set(queries.short_part_ids(session, work_order_id))
    events.record(
        session,
        PartsReserved(
            entity_id=work_order_id,
            part_ids=sorted(part_ids),
            short_part_ids=sorted(short & set(part_ids)),
        ),
    )
