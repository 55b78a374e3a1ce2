"""Where claims go and what a consumption takes; pure arithmetic."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from inventory.rules import Offer, allocate, consumption, draw

VAN, MAIN, SIDE = UUID(int=1), UUID(int=2), UUID(int=3)
quantities = st.integers(1, 10_000)
offers = st.lists(
    st.builds(
        Offer,
        location_id=st.integers(1, 50).map(lambda n: UUID(int=n)),
        free=st.integers(0, 5_000),
        holds_claim=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda offer: offer.location_id,
)


def test_a_claim_goes_to_the_van_first() -> None:
    pieces = allocate(
        3000,
        [
            Offer(location_id=MAIN, free=9000, holds_claim=True),
            Offer(location_id=VAN, free=1000, is_van=True),
        ],
    )

    assert pieces == [(VAN, 1000), (MAIN, 2000)]


def test_a_claim_stays_where_it_lies_rather_than_going_to_the_fuller_store() -> None:
    pieces = allocate(
        2000,
        [
            Offer(location_id=MAIN, free=9000),
            Offer(location_id=SIDE, free=2000, holds_claim=True),
        ],
    )

    assert pieces == [(SIDE, 2000)]


def test_a_claim_goes_to_the_fullest_store() -> None:
    pieces = allocate(
        2000, [Offer(location_id=MAIN, free=3000), Offer(location_id=SIDE, free=4000)]
    )

    assert pieces == [(SIDE, 2000)]


def test_what_nobody_holds_is_short() -> None:
    assert allocate(2000, []) == [(None, 2000)]


@given(quantities, offers)
def test_the_pieces_of_a_claim_add_up_and_no_offer_is_overdrawn(
    quantity: int, held: list[Offer]
) -> None:
    pieces = allocate(quantity, held)

    free = {offer.location_id: offer.free for offer in held}
    assert sum(part for _, part in pieces) == quantity
    assert all(part > 0 for _, part in pieces)
    assert all(part <= free[place] for place, part in pieces if place is not None)
    assert [place for place, _ in pieces].count(None) == (quantity > sum(free.values()))


@given(quantities, st.lists(st.integers(0, 5_000), max_size=5))
def test_a_draw_takes_all_there_is_before_anything_is_missing(
    quantity: int, held: list[int]
) -> None:
    takings, missing = draw(quantity, enumerate(held))

    assert sum(part for _, part in takings) + missing == quantity
    assert missing == max(0, quantity - sum(held))


@given(quantities, st.lists(quantities, max_size=4), st.integers(0, 5_000))
def test_a_consumption_takes_claims_then_what_is_free_then_finds_the_rest(
    quantity: int, claims: list[int], free: int
) -> None:
    plan = consumption(quantity, claims=claims, free=free)

    from_claims = sum(part for _, part in plan.from_claims)
    assert from_claims == min(quantity, sum(claims))
    assert plan.from_free == min(quantity - from_claims, free)
    assert plan.found == quantity - from_claims - plan.from_free
