"""Consumption: parts fitted on a repair leave the stock, also when nobody knew they were there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from inventory import queries
from inventory.events import DiscrepancyOpened
from inventory.models import Discrepancy, Reservation, StockLevel, StockLocation, StockMove
from inventory.rules import Consumption, MoveReason, ReservationState, consumption, draw
from inventory.service.claims import split
from inventory.service.ledger import book, ensure_level
from inventory.service.locations import ensure_van, ensure_warehouse
from server.kernel import events
from server.kernel.actors import Actor
from server.kernel.creation import IdTaken
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.references import require
from server.kernel.session import occurred_at
from server.workorders import api as workorders
from server.workorders.api import FittedPart


@dataclass(frozen=True, kw_only=True)
class _Act:
    """One consumption: who books it, for what, and the id that its moves share."""

    actor: Actor
    id: UUID
    work_order_id: UUID
    repair_id: UUID

    def book(
        self,
        session: Session,
        level: StockLevel,
        quantity: int,
        reason: MoveReason,
        move_id: UUID | None = None,
    ) -> None:
        book(
            session,
            actor=self.actor,
            level=level,
            quantity=quantity,
            reason=reason,
            move_id=move_id,
            work_order_id=self.work_order_id,
            repair_id=self.repair_id,
            consumption_id=self.id,
        )


def consume(
    session: Session,
    *,
    actor: Actor,
    work_order_id: UUID,
    repair_id: UUID,
    part_id: UUID,
    quantity: int,
    engineer_id: UUID | None,
    move_id: UUID | None = None,
) -> FittedPart:
    """Book parts fitted on a repair: what the work has claimed first, then what the van has free.

    What is missing is written as found, so that no level is negative and no fact is lost, with a
    discrepancy for the storekeeper. Refused are only an unknown part, an unknown repair and an id
    of another move; the same ``move_id`` is booked once.
    """
    workorders.lock_work_order(session, work_order_id)
    part = queries.get_part(session, part_id)
    if quantity <= 0:
        raise InvalidInput("Nothing was fitted.", quantity="Must be more than nothing.")
    wanted = (work_order_id, repair_id, part_id, quantity)
    if move_id is not None and (fitted := _find_booked(session, move_id, wanted)):
        return fitted
    require(session, "repair", [repair_id], field="repair_id")
    place = _place_of(session, work_order_id, part_id, engineer_id)
    levels, claims = _lock(session, work_order_id, part_id, place)
    act = _Act(
        actor=actor, id=move_id or new_id(), work_order_id=work_order_id, repair_id=repair_id
    )
    found = _take(session, act, quantity, claims=claims, levels=levels, place=levels[place.id])
    return FittedPart(
        move_id=act.id,
        work_order_id=work_order_id,
        repair_id=repair_id,
        part_id=part_id,
        number=part.number,
        name=part.name,
        unit=part.unit,
        quantity=quantity,
        found=found,
    )


def _take(
    session: Session,
    act: _Act,
    quantity: int,
    *,
    claims: Sequence[Reservation],
    levels: Mapping[UUID, StockLevel],
    place: StockLevel,
) -> int:
    """Book a consumption out of locked levels; return how much of it had to be found."""
    lying = [claim for claim in claims if claim.location_id is not None]
    lying.sort(key=lambda claim: (claim.location_id != place.location_id, claim.id))
    plan = consumption(quantity, claims=[claim.quantity for claim in lying], free=place.free)
    taken = _use_claims(session, plan, lying, levels)
    elsewhere = plan.from_free + plan.found
    taken[place.location_id] += elsewhere
    _use_short(session, [claim for claim in claims if claim.location_id is None], elsewhere)
    if plan.found:
        act.book(session, place, plan.found, MoveReason.FOUND)
    move_id: UUID | None = act.id
    for location_id, amount in taken.items():
        if amount:
            act.book(session, levels[location_id], -amount, MoveReason.CONSUMPTION, move_id)
            move_id = None
    session.flush()
    if plan.found:
        _open_discrepancy(session, act, place, plan.found)
    return plan.found


def _find_booked(
    session: Session, move_id: UUID, wanted: tuple[UUID, UUID, UUID, int]
) -> FittedPart | None:
    if session.get(StockMove, move_id) is None:
        return None
    known = queries.find_fitted(session, move_id)
    if known is None or wanted != (
        known.work_order_id,
        known.repair_id,
        known.part_id,
        known.quantity,
    ):
        raise IdTaken("This id belongs to a move with other content.", id=str(move_id))
    return replace(known, is_replay=True)


def _place_of(
    session: Session, work_order_id: UUID, part_id: UUID, engineer_id: UUID | None
) -> StockLocation:
    """Return where parts come from that nobody has claimed: the van, else where a claim lies.

    An engineer without van gets one; with nobody to ask it is the fullest store.
    """
    van = queries.find_van(session, engineer_id) if engineer_id is not None else None
    place = van or queries.find_claimed_location(session, work_order_id, part_id)
    if place is None and engineer_id is not None:
        place = ensure_van(session, engineer_id)
    return place or queries.find_fullest_store(session, part_id) or ensure_warehouse(session)


def _lock(
    session: Session, work_order_id: UUID, part_id: UUID, place: StockLocation
) -> tuple[dict[UUID, StockLevel], Sequence[Reservation]]:
    """Lock the levels that claims lie on, then the claims.

    A receipt may give a location to a short claim in between; then its level is locked as well.
    """
    ensure_level(session, part_id, place.id)
    claims = queries.list_open_claims(session, work_order_id, part_id)
    while True:
        places = {place.id, *(claim.location_id for claim in claims if claim.location_id)}
        levels = queries.lock_levels(session, part_id, places)
        claims = queries.lock_open_claims(session, work_order_id, part_id)
        if all(claim.location_id in {None, *levels} for claim in claims):
            return levels, claims


def _use_claims(
    session: Session,
    plan: Consumption,
    claims: Sequence[Reservation],
    levels: Mapping[UUID, StockLevel],
) -> defaultdict[UUID, int]:
    """Close what is used of the claims; return what they take from each location."""
    taken: defaultdict[UUID, int] = defaultdict(int)
    for index, quantity in plan.from_claims:
        used = split(session, claims[index], quantity)
        used.state = ReservationState.CONSUMED
        if used.location_id is not None:
            levels[used.location_id].reserved -= quantity
            taken[used.location_id] += quantity
    return taken


def _use_short(session: Session, claims: Sequence[Reservation], quantity: int) -> None:
    """Close claims that were waiting for what came from elsewhere."""
    takings, _ = draw(quantity, [(claim, claim.quantity) for claim in claims])
    for claim, used in takings:
        split(session, claim, used).state = ReservationState.CONSUMED


def _open_discrepancy(session: Session, act: _Act, level: StockLevel, quantity: int) -> None:
    discrepancy = Discrepancy(
        id=new_id(),
        part_id=level.part_id,
        location_id=level.location_id,
        quantity=quantity,
        work_order_id=act.work_order_id,
        repair_id=act.repair_id,
        consumption_id=act.id,
        occurred_at=occurred_at(session),
    )
    session.add(discrepancy)
    session.flush()
    events.record(
        session,
        DiscrepancyOpened(
            entity_id=discrepancy.id,
            part_id=level.part_id,
            location_id=level.location_id,
            quantity=quantity,
        ),
    )
