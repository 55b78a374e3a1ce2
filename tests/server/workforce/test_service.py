from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.kernel import clock, geo
from server.kernel.actors import Actor, ActorKind
from server.kernel.errors import Forbidden, InvalidInput, NotFound
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.refusals import as_refusal
from server.workforce import api, queries, service
from server.workforce.errors import EngineerExists, ShiftsOverlap, SkillExists
from server.workforce.models import Shift
from server.workforce.rules import HeldSkill, Span
from tests.server.workforce.people import PORTO, a_shift, a_skill, a_user, an_engineer

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def test_the_same_skill_code_is_refused(session: Session) -> None:
    a_skill(session, code="f-gas")

    with pytest.raises(SkillExists):
        a_skill(session, code="f-gas")


def test_a_user_is_at_most_one_engineer(session: Session) -> None:
    user = a_user(session)
    an_engineer(session, user_id=user.id)

    with pytest.raises(EngineerExists):
        an_engineer(session, user_id=user.id)


def test_an_engineer_needs_a_user_of_the_tenant(session: Session) -> None:
    with pytest.raises(InvalidInput) as refusal:
        an_engineer(session, user_id=new_id())

    assert refusal.value.params == {"errors": {"user_id": ["unknown"]}}


def test_setting_a_skill_again_replaces_what_was_said(session: Session, actor: Actor) -> None:
    engineer, skill = an_engineer(session), a_skill(session)
    ids: dict[str, Any] = {"engineer_id": engineer.id, "skill_id": skill.id}
    service.set_skill(session, actor=actor, **ids, level=1)
    revision = engineer.revision

    service.set_skill(session, actor=actor, **ids, level=3, expires_on=NOON.date())

    (roster,) = queries.rosters(session, Span(NOON, NOON + HOUR))
    assert roster.skills == (HeldSkill(skill.id, 3, NOON.date()),)
    assert engineer.revision == revision + 1


def test_a_skill_nobody_knows_cannot_be_held(session: Session, actor: Actor) -> None:
    engineer = an_engineer(session)

    with pytest.raises(InvalidInput):
        service.set_skill(session, actor=actor, engineer_id=engineer.id, skill_id=new_id(), level=1)


def test_a_skill_that_is_not_held_cannot_be_taken_away(session: Session, actor: Actor) -> None:
    engineer, skill = an_engineer(session), a_skill(session)

    with pytest.raises(NotFound):
        service.remove_skill(session, actor=actor, engineer_id=engineer.id, skill_id=skill.id)


def test_shifts_of_one_engineer_do_not_overlap_but_may_touch(
    session: Session, actor: Actor
) -> None:
    engineer = an_engineer(session)
    add: dict[str, Any] = {"actor": actor, "engineer_id": engineer.id}
    api.add_shift(session, **add, starts_at=NOON, ends_at=NOON + HOUR)

    api.add_shift(session, **add, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)

    with pytest.raises(ShiftsOverlap):
        api.add_shift(session, **add, starts_at=NOON + HOUR / 2, ends_at=NOON + 3 * HOUR)


def test_a_month_is_planned_as_a_whole_or_not_at_all(session: Session, actor: Actor) -> None:
    engineer = an_engineer(session)
    plan: dict[str, Any] = {"actor": actor, "engineer_id": engineer.id}
    days = [Span(NOON + day * 24 * HOUR, NOON + (day * 24 + 8) * HOUR) for day in range(5)]
    inside = Span(NOON + HOUR, NOON + 2 * HOUR)

    with pytest.raises(ShiftsOverlap):
        api.add_shifts(session, **plan, spans=[*days, inside])
    made = api.add_shifts(session, **plan, spans=days[::-1])
    with pytest.raises(ShiftsOverlap):
        api.add_shifts(session, **plan, spans=[inside])

    assert [Span(shift.starts_at, shift.ends_at) for shift in made] == days
    assert api.add_shifts(session, **plan, spans=[]) == []


def test_the_database_refuses_overlapping_shifts_by_the_same_name(
    session: Session, platform: Platform
) -> None:
    engineer = an_engineer(session)
    spans = [(NOON, NOON + HOUR), (NOON + HOUR / 2, NOON + 2 * HOUR)]
    session.add_all(
        Shift(engineer_id=engineer.id, starts_at=start, ends_at=end) for start, end in spans
    )

    with pytest.raises(IntegrityError) as violation:
        session.flush()

    assert isinstance(as_refusal(violation.value, platform), ShiftsOverlap)


@pytest.mark.parametrize("length", [dt.timedelta(0), -HOUR, 25 * HOUR])
def test_a_shift_ends_after_it_starts_and_within_a_day(
    session: Session, actor: Actor, length: dt.timedelta
) -> None:
    engineer = an_engineer(session)

    with pytest.raises(InvalidInput):
        api.add_shift(
            session, actor=actor, engineer_id=engineer.id, starts_at=NOON, ends_at=NOON + length
        )


def test_a_roster_holds_what_touches_the_time_and_nothing_else(
    session: Session, actor: Actor
) -> None:
    engineer = an_engineer(session)
    for hour in (0, 2, 4):
        start = NOON + hour * HOUR
        api.add_shift(
            session, actor=actor, engineer_id=engineer.id, starts_at=start, ends_at=start + HOUR
        )
    api.add_absence(
        session, actor=actor, engineer_id=engineer.id, starts_at=NOON, ends_at=NOON + 9 * HOUR
    )

    (roster,) = queries.rosters(session, Span(NOON + HOUR, NOON + 4 * HOUR))

    assert roster.shifts == (Span(NOON + 2 * HOUR, NOON + 3 * HOUR),)
    assert roster.absences == (Span(NOON, NOON + 9 * HOUR),)
    assert roster.home == pytest.approx(PORTO)


def test_archived_engineers_appear_in_rosters_only_by_name(session: Session, actor: Actor) -> None:
    engineer = an_engineer(session)
    service.update_engineer(session, actor=actor, engineer=engineer, values={"is_archived": True})
    span = Span(NOON, NOON + HOUR)

    assert queries.rosters(session, span) == []
    assert queries.rosters(session, span, engineer_ids=[engineer.id])[0].is_archived


def test_a_position_that_arrives_late_does_not_move_the_engineer_back(
    session: Session, actor: Actor
) -> None:
    engineer = an_engineer(session)

    def record(at: dt.datetime, lon: float) -> None:
        with clock.frozen(at):
            api.record_position(
                session,
                actor=actor,
                engineer_id=engineer.id,
                position=geo.point(lon, 41.0),
            )

    record(NOON, -8.6)
    record(NOON - HOUR, -8.5)

    (roster,) = queries.rosters(session, Span(NOON, NOON + HOUR))
    assert roster.last_position == pytest.approx((-8.6, 41.0))
    assert roster.last_position_at == NOON


def test_nobody_records_the_position_of_somebody_else(session: Session) -> None:
    engineer = an_engineer(session)
    other = Actor(
        id=new_id(),
        kind=ActorKind.USER,
        tenant_id=engineer.tenant_id,
        permissions=frozenset({"positions.record"}),
    )

    with pytest.raises(Forbidden):
        api.record_position(
            session, actor=other, engineer_id=engineer.id, position=geo.point(*PORTO)
        )


def test_planning_needs_the_permission(session: Session, tenant: Any) -> None:
    nobody = Actor(id=new_id(), kind=ActorKind.USER, tenant_id=tenant.id)
    calls: list[Callable[[], object]] = [
        lambda: api.create_skill(session, actor=nobody, code="x", name="x"),
        lambda: api.add_shift(
            session, actor=nobody, engineer_id=UUID(int=1), starts_at=NOON, ends_at=NOON + HOUR
        ),
    ]

    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_engineers_are_listed_by_name_without_archived_ones(session: Session, actor: Actor) -> None:
    names = ["Zoe", "ana", "Bea"]
    made = [an_engineer(session, name=name) for name in names]
    service.update_engineer(session, actor=actor, engineer=made[2], values={"is_archived": True})

    assert [engineer.name for engineer in api.list_engineers(session)] == ["ana", "Zoe"]


def test_a_shift_is_planned_for_an_engineer_who_exists(session: Session) -> None:
    with pytest.raises(NotFound):
        a_shift(session, new_id())
