"""Whatever happens in whatever order: levels are the sum of moves, and claims lie on real stock."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from inventory import service
from inventory.queries import list_open_claims
from server.kernel.actors import system
from server.kernel.errors import DomainError
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from server.workforce import api as workforce
from tests.builders import a_part, a_site, a_van, a_warehouse
from tests.inventory.records import a_work_order, assert_sound, assign, fit, level, reserve
from tests.server.workforce.people import an_engineer

PLACES, WORK, ENGINEERS = 4, 3, 2
BEGINNING = ((0, 4), (1, 2), (2, 3))  # So much lies in the warehouses and the first van.
quantities = st.integers(1, 6)
places = st.integers(0, PLACES - 1)
work = st.integers(0, WORK - 1)
engineers = st.sampled_from([None, *range(ENGINEERS)])


class Ledger(RuleBasedStateMachine):
    """One part, two warehouses, two vans, three work orders, in one unit of work."""

    platform: Platform
    tenant_id: UUID
    engineer_ids: tuple[UUID, ...]
    site_id: UUID

    @initialize()
    def open_books(self) -> None:
        self.unit = unit_of_work(self.platform, self.tenant_id)
        self.session: Session = self.unit.__enter__()
        self.actor = system(self.tenant_id)
        self.engineers = [workforce.get_engineer(self.session, i) for i in self.engineer_ids]
        self.part = a_part(self.session)
        vans = [a_van(self.session, engineer.id) for engineer in self.engineers]
        self.places = [a_warehouse(self.session), a_warehouse(self.session), *vans]
        self.work = [a_work_order(self.session, site_id=self.site_id) for _ in range(WORK)]
        for place, quantity in BEGINNING:
            self.receive(place, quantity)
        for index in range(WORK):
            self.reserve(index, 3)

    def teardown(self) -> None:
        if hasattr(self, "unit"):
            self.session.rollback()
            self.session.close()

    @rule(place=places, quantity=quantities)
    def receive(self, place: int, quantity: int) -> None:
        self._try(service.receive_stock, place, quantity=quantity)

    @rule(place=places, quantity=st.integers(-6, 6))
    def adjust(self, place: int, quantity: int) -> None:
        self._try(service.adjust_stock, place, quantity=quantity)

    @rule(place=places, counted=st.integers(0, 8))
    def count(self, place: int, counted: int) -> None:
        self._try(service.count_stock, place, counted=counted)

    @rule(
        place=places,
        to=places,
        quantity=quantities,
        work=st.sampled_from([None, *range(WORK)]),
    )
    def transfer(self, place: int, to: int, quantity: int, work: int | None) -> None:
        with suppress(DomainError), self.session.begin_nested():
            service.transfer_stock(
                self.session,
                actor=self.actor,
                part_id=self.part.id,
                from_location_id=self.places[place].id,
                to_location_id=self.places[to].id,
                quantity=quantity,
                work_order_id=self.work[work].id if work is not None else None,
            )

    @rule(work=work, quantity=quantities)
    def reserve(self, work: int, quantity: int) -> None:
        reserve(self.session, self.work[work], self.part, quantity)

    @rule(work=work, quantity=quantities)
    def reserve_more(self, work: int, quantity: int) -> None:
        service.reserve_part(
            self.session,
            actor=self.actor,
            work_order_id=self.work[work].id,
            part_id=self.part.id,
            quantity=quantity,
        )

    @rule(work=work, engineer=engineers)
    def book(self, work: int, engineer: int | None) -> None:
        chosen = self.engineers[engineer] if engineer is not None else None
        assign(self.session, self.work[work], chosen)

    @rule(work=work, quantity=quantities, engineer=engineers)
    def fit(self, work: int, quantity: int, engineer: int | None) -> None:
        chosen = self.engineers[engineer] if engineer is not None else None

        fitted = fit(self.session, self.work[work], self.part, quantity, engineer=chosen)

        assert fitted.quantity == quantity

    @rule(work=work)
    def release(self, work: int) -> None:
        service.release(self.session, actor=self.actor, work_order_id=self.work[work].id)

    @invariant()
    def the_books_are_sound(self) -> None:
        if hasattr(self, "unit"):
            assert_sound(self.session)

    @invariant()
    def no_claim_is_short_beside_free_stock_in_a_store(self) -> None:
        if not hasattr(self, "unit"):
            return
        for work_order in self.work:
            open_claims = list_open_claims(self.session, work_order.id, self.part.id)
            is_short = any(claim.location_id is None for claim in open_claims)
            levels = [level(self.session, self.part, place) for place in self.places[:2]]
            assert not (is_short and any(on_hand > reserved for on_hand, reserved in levels))

    def _try(self, do: Any, place: int, **options: int) -> None:
        """Carry out what may be refused; a refusal must change nothing."""
        with suppress(DomainError), self.session.begin_nested():
            do(
                self.session,
                actor=self.actor,
                part_id=self.part.id,
                location_id=self.places[place].id,
                **options,
            )


@pytest.mark.slow
def test_the_books_are_sound_whatever_happens(platform: Platform, tenant: Tenant) -> None:
    with unit_of_work(platform, tenant.id) as session:
        engineer_ids = tuple(an_engineer(session).id for _ in range(ENGINEERS))
        site_id = a_site(session).id

    class OurLedger(Ledger):
        pass

    OurLedger.platform, OurLedger.tenant_id = platform, tenant.id
    OurLedger.engineer_ids, OurLedger.site_id = engineer_ids, site_id

    run_state_machine_as_test(
        OurLedger,
        settings=settings(
            max_examples=20,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
