"""The demonstration: whole, once, with users who may sign in and a week of work behind it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from iot_gateway import queries
from iot_gateway.models import Alarm
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
from server.workforce.models import EngineerPosition
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
    assert len(opened) > 12
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


def test_today_people_are_on_their_way_and_work_waits(platform: Platform, tenant_id: UUID) -> None:
    now = clock.now()
    with unit_of_work(platform, tenant_id, write=False) as session:
        bookings = session.scalars(select(dispatch.Booking)).all()
        engineer = _engineer(session, "engineer1")
        roster = workforce.rosters(session, Span(now, now), engineer_ids=[engineer.id])[0]
        held = {skill.skill_id: skill.level for skill in roster.skills}
        waiting = session.scalars(
            select(workorders.WorkOrder).where(
                workorders.WorkOrder.engineer_id.is_(None), workorders.WorkOrder.state == "ready"
            )
        ).all()
        fitting = [
            work_order
            for work_order in waiting
            if all(
                held.get(skill_id, 0) >= level
                for skill_id, level in workorders.required_skills(session, work_order.id)
            )
        ]
        on_duty = workforce.rosters(session, Span(now, now + dt.timedelta(minutes=1)))
        positions = session.scalars(select(EngineerPosition)).all()

    ahead = [b for b in bookings if b.engineer_id == engineer.id and b.starts_at > now]
    assert {"finished", "on_site", "travelling", "confirmed"} <= {b.state for b in bookings}
    assert min(b.starts_at for b in ahead) < now + dt.timedelta(hours=6)
    assert any(b.starts_at > now + dt.timedelta(hours=12) for b in bookings)
    assert fitting
    assert sum(any(s.starts_at <= now < s.ends_at for s in r.shifts) for r in on_duty) >= 3
    assert len(positions) == len(on_duty)


def test_each_day_is_made_once_on_top_of_what_is_there(
    platform: Platform, company: Company, tenant_id: UUID
) -> None:
    before = _count(platform, tenant_id, tickets.Ticket)
    with clock.frozen(clock.now() + dt.timedelta(days=1)):
        seed_company(platform, company)
        once = _count(platform, tenant_id, tickets.Ticket)
        seed_company(platform, company)
        twice = _count(platform, tenant_id, tickets.Ticket)

    assert before < once == twice


def test_machines_have_spoken_since_yesterday_and_some_raise_alarms(
    platform: Platform, tenant_id: UUID
) -> None:
    with unit_of_work(platform, tenant_id, write=False) as session:
        alarms = session.scalars(select(Alarm)).all()
        device_id = alarms[0].device_id
        readings = queries.readings_between(
            session,
            device_id,
            clock.now() - dt.timedelta(days=2),
            clock.now() + dt.timedelta(days=2),
            1000,
        )
        rows = session.scalars(select(tickets.Ticket).where(tickets.Ticket.channel == "device"))
        by_machine = [ticket for ticket in rows if (ticket.source_key or "").startswith("episode")]

    assert len(readings) > 100
    assert any(alarm.cleared_at is None for alarm in alarms)
    assert by_machine


def test_the_tokens_of_the_guide_are_good_only_while_the_demonstration_is_on(
    platform: Platform, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = f"{company.slug}-machine-001"
    with unit_of_work(platform, None, write=False) as session:
        off = auth.authenticate_device(session, token)
    monkeypatch.setattr(platform, "settings", dataclasses.replace(platform.settings, demo=True))
    with unit_of_work(platform, None, write=False) as session:
        on = auth.authenticate_device(session, token)

    assert off is None
    assert on is not None
    assert (on.device_name, on.tenant_slug) == ("machine-001", company.slug)


def test_a_device_of_a_real_tenant_gets_no_token_that_can_be_guessed(
    platform: Platform, tenant: Tenant
) -> None:
    with (
        unit_of_work(platform, tenant.id) as session,
        pytest.raises(ValueError, match="its tokens are secrets"),
    ):
        auth.give_demo_token(session, device_id=new_id(), device_name="pump-7")


def test_a_real_tenant_of_that_name_is_left_alone(platform: Platform) -> None:
    slug = f"real-{new_id().hex[-8:]}"
    with unit_of_work(platform, None) as session:
        auth.create_tenant(session, slug=slug, name="Real", timezone="UTC")

    with pytest.raises(Exception, match="is real and is left alone"):
        seed_company(platform, dataclasses.replace(COMPANIES[0], slug=slug))


def _engineer(session: Session, login: str) -> workforce.Engineer:
    user = auth.find_user_by_login(session, login)
    assert user is not None
    engineer = workforce.find_engineer_of_user(session, user.id)
    assert engineer is not None
    return engineer


def _count(platform: Platform, tenant_id: UUID, model: type) -> int:
    with unit_of_work(platform, tenant_id, write=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0
