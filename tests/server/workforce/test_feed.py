"""Who reads the records of the workforce in the change feed, and what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.kernel import changes, clock, geo
from server.kernel.actors import Actor
from server.workforce import service
from server.workforce.feed import FEED_KINDS
from server.workforce.schemas import (
    AbsenceSchema,
    EngineerPositionSchema,
    EngineerSchema,
    ShiftSchema,
    SkillSchema,
)
from tests.platforms import Person
from tests.server.workforce.people import PORTO, a_shift, a_skill, an_engineer

KINDS = {kind.name: kind for kind in FEED_KINDS}
SCHEMAS = {
    "skill": SkillSchema,
    "engineer": EngineerSchema,
    "shift": ShiftSchema,
    "absence": AbsenceSchema,
    "engineer_position": EngineerPositionSchema,
}


@pytest.fixture
def records(session: Session, actor: Actor) -> dict[str, Any]:
    skill, engineer = a_skill(session), an_engineer(session)
    service.set_skill(session, actor=actor, engineer_id=engineer.id, skill_id=skill.id, level=2)
    shift = a_shift(session, engineer.id)
    span: dict[str, Any] = {"starts_at": shift.starts_at, "ends_at": shift.ends_at}
    return {
        "skill": skill,
        "engineer": engineer,
        "shift": shift,
        "absence": service.add_absence(session, actor=actor, engineer_id=engineer.id, **span),
        "engineer_position": service.record_position(
            session, actor=actor, engineer_id=engineer.id, position=geo.point(*PORTO)
        ),
    }


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_a_document_is_what_the_schema_shows(
    session: Session, actor: Actor, records: dict[str, Any], kind: str
) -> None:
    record = records[kind]

    document = KINDS[kind].documents(session, actor, [record.id])[record.id]

    assert SCHEMAS[kind]().dump(record).keys() == document.keys()
    assert document["revision"] == record.revision


def test_plans_are_for_the_desk_and_for_the_engineer(
    session: Session, records: dict[str, Any]
) -> None:
    both = {"desk", f"u:{records['engineer'].user_id}"}

    scopes = {name: KINDS[name].scopes(session, record) for name, record in records.items()}

    assert scopes == {
        "skill": {"t"},
        "engineer": both,
        "shift": both,
        "absence": both,
        "engineer_position": {"desk"},
    }


def test_a_skill_that_is_set_makes_the_engineer_look_different(
    session: Session, actor: Actor, records: dict[str, Any]
) -> None:
    changes.stamp(session)
    engineer = records["engineer"]
    ids = {"engineer_id": engineer.id, "skill_id": records["skill"].id}

    service.set_skill(session, actor=actor, **ids, level=3)

    changes.stamp(session)
    rows = changes.changes_after(session, scopes=["desk"], after=0, up_to=10**9, limit=100)
    assert (rows[-1].entity_id, rows[-1].version) == (engineer.id, engineer.revision)


def test_a_shift_taken_back_is_marked_as_removed(
    session: Session, actor: Actor, records: dict[str, Any]
) -> None:
    changes.stamp(session)

    service.remove_shift(session, actor=actor, shift=records["shift"])

    changes.stamp(session)
    rows = changes.changes_after(session, scopes=["desk"], after=0, up_to=10**9, limit=100)
    assert (rows[-1].kind, rows[-1].state) == ("shift", changes.ItemState.DELETED)


@pytest.mark.parametrize("role", ["agent", "storekeeper"])
def test_homes_positions_and_absences_are_for_those_who_plan(
    sign_in: Callable[..., Person], working: Callable[..., Any], actor: Actor, role: str
) -> None:
    with working() as session:
        engineer = an_engineer(session, home_position=geo.point(*PORTO))
        service.add_absence(
            session,
            actor=actor,
            engineer_id=engineer.id,
            starts_at=clock.now(),
            ends_at=clock.now() + dt.timedelta(days=3),
            reason="Operation",
        )
        here = geo.point(*PORTO)
        service.record_position(session, actor=actor, engineer_id=engineer.id, position=here)
    reader = sign_in(role).client

    shown = reader.get("/api/v1/sync/pull?limit=1000").get_json()["changes"]

    assert reader.get("/api/v1/absences").status_code == 403
    told = {"engineer", "shift", "absence", "engineer_position"}
    assert [it for it in shown if it["kind"] in told and it["state"] == "visible"] == []
