"""The demonstration: whole, once, with users who may sign in and a week of work behind it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.auth import api as auth
from server.cli.demonstration import COMPANIES, Company, seed_company
from server.dispatch import api as dispatch
from server.kernel import clock
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from server.tickets import api as tickets
from server.workforce import api as workforce
from server.workforce.rules import Span
from server.workorders import api as workorders

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(platform: Platform) -> Company:
    """A small company under a slug of its own, seeded once for the tests below."""
    company = dataclasses.replace(COMPANIES[0], slug=f"demo-{new_id().hex[-8:]}", scale=0.2)
    assert seed_company(platform, company)
    return company


@pytest.fixture(scope="module")
def tenant_id(platform: Platform, company: Company) -> UUID:
    with unit_of_work(platform, None, write=False) as session:
        found = session.scalar(select(Tenant.id).where(Tenant.slug == company.slug))
        assert found is not None
        return found


def test_a_second_seeding_changes_nothing(
    platform: Platform, company: Company, tenant_id: UUID
) -> None:
    before = _count(platform, tenant_id, tickets.Ticket)

    assert seed_company(platform, company) is False

    assert _count(platform, tenant_id, tickets.Ticket) == before


def test_the_week_has_work_done_booked_and_still_to_do(platform: Platform, tenant_id: UUID) -> None:
    with unit_of_work(platform, tenant_id, write=False) as session:
        states = set(session.scalars(select(workorders.WorkOrder.state)))
        booked = set(session.scalars(select(dispatch.Booking.state)))
        opened = list(session.scalars(select(tickets.Ticket.opened_at)))

    assert {"done", "ready"} <= states
    assert "finished" in booked
    assert len(opened) == 12
    assert dt.timedelta(days=2) < max(opened) - min(opened) < dt.timedelta(days=7)


def test_engineers_may_sign_in_and_are_booked_for_what_they_can(
    platform: Platform, tenant_id: UUID
) -> None:
    with unit_of_work(platform, tenant_id, write=False) as session:
        engineer = auth.find_user_by_login(session, "engineer1")
        assert engineer is not None
        assert workforce.find_engineer_of_user(session, engineer.id) is not None
        booked = session.scalars(
            select(workorders.WorkOrder).where(workorders.WorkOrder.engineer_id.is_not(None))
        ).all()
        levels = {
            roster.engineer_id: {skill.skill_id: skill.level for skill in roster.skills}
            for roster in workforce.rosters(session, Span(clock.now(), clock.now()))
        }
        for work_order in booked:
            for skill_id, level in workorders.required_skills(session, work_order.id):
                assert work_order.engineer_id is not None
                assert levels[work_order.engineer_id].get(skill_id, 0) >= level
        assert booked


def test_a_real_tenant_of_that_name_is_left_alone(platform: Platform) -> None:
    slug = f"real-{new_id().hex[-8:]}"
    with unit_of_work(platform, None) as session:
        auth.create_tenant(session, slug=slug, name="Real", timezone="UTC")

    with pytest.raises(Exception, match="is real and is left alone"):
        seed_company(platform, dataclasses.replace(COMPANIES[0], slug=slug))


def _count(platform: Platform, tenant_id: UUID, model: type) -> int:
    with unit_of_work(platform, tenant_id, write=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
