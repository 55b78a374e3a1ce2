"""What may be done with stock: where claims go, what a consumption takes, and in which order.

Pure: no database, no clock. Quantities are whole numbers of thousandths of the part's unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

Source = TypeVar("Source")


class LocationKind(StrEnum):
    """What a stock location is; a bin is a shelf of a warehouse."""

    WAREHOUSE = "warehouse"
    VAN = "van"
    BIN = "bin"
    TRANSIT = "transit"
    CUSTOMER = "customer"


# Where a claim may lie for whoever will be booked; a van is only for its own engineer.
STORE_KINDS = frozenset({LocationKind.WAREHOUSE, LocationKind.BIN})


class MoveReason(StrEnum):
    """Why a level changed."""

    RECEIPT = "receipt"
    TRANSFER = "transfer"
    CONSUMPTION = "consumption"
    RETURN = "return"
    ADJUSTMENT = "adjustment"
    FOUND = "found"


class ReservationState(StrEnum):
    """The life of a claim."""

    OPEN = "open"
    CONSUMED = "consumed"
    RELEASED = "released"


class DiscrepancyState(StrEnum):
    """Whether the storekeeper has explained a difference."""

    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one stock location could give to a claim: ``free`` does not count other claims.

    ``is_van`` says that it is the van of whoever is booked; ``holds_claim`` that the claim lies
    there now.
    """

    location_id: UUID
    free: int
    is_van: bool = False
    holds_claim: bool = False


@dataclass(frozen=True, kw_only=True)
class Consumption:
    """Where the parts fitted on a repair come from: claims, what is free, and what was found."""

    from_claims: tuple[tuple[int, int], ...]
    from_free: int
    found: int


def draw(
    quantity: int, sources: Iterable[tuple[Source, int]]
) -> tuple[list[tuple[Source, int]], int]:
    """Take ``quantity`` from sources in the given order; return the takings and what is missing."""
    takings: list[tuple[Source, int]] = []
    left = quantity
    for source, held in sources:
        if left <= 0:
            break
        taken = min(left, held)
        if taken > 0:
            takings.append((source, taken))
            left -= taken
    return takings, left


def allocate(quantity: int, offers: Iterable[Offer]) -> list[tuple[UUID | None, int]]:
    """Divide a claim over locations; the last piece has none when the offers do not suffice.

    The van comes first, then where the claim lies already, then whoever has most.
    """
    best_first = sorted(
        offers, key=lambda o: (not o.is_van, not o.holds_claim, -o.free, o.location_id)
    )
    takings, missing = draw(quantity, [(offer.location_id, offer.free) for offer in best_first])
    pieces: list[tuple[UUID | None, int]] = list(takings)
    if missing or not pieces:
        pieces.append((None, missing))
    return pieces


def consumption(quantity: int, *, claims: Sequence[int], free: int) -> Consumption:
    """Say what a consumption takes: from the claims in order, then what is free, else found.

    ``from_claims`` are pairs of the claim's place in ``claims`` and the quantity taken from it.
    """
    takings, left = draw(quantity, enumerate(claims))
    from_free = min(left, max(free, 0))
    return Consumption(from_claims=tuple(takings), from_free=from_free, found=left - from_free)
