from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assets import api, queries, service
from server.assets.errors import TreeRefused
from server.assets.models import Asset, FaultCodeTask
from server.assets.rules import MAX_TREE_DEPTH, ChecklistKind, TaskDefinition
from server.auth import api as auth
from server.kernel import clock
from server.kernel.actors import Actor
from server.kernel.creation import IdTaken
from server.kernel.errors import InvalidInput
from server.kernel.events import EventRecord
from server.kernel.ids import new_id
from server.kernel.reference_data import StillInUse
from server.places import api as places
from tests.builders import a_device, a_fault_code, a_model, a_site, a_skill, an_asset

READING = TaskDefinition(title="Pressure", kind=ChecklistKind.READING, unit="bar", low=1, high=9)
CHECK = TaskDefinition(title="Locked out")


def change(session: Session, actor: Actor, asset: Asset, **changes: Any) -> Asset:
    service.change_asset(session, actor=actor, asset=asset, changes=changes)
    session.flush()
    return asset


def errors_of(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, Any]:
    found: dict[str, Any] = refused.value.params["errors"]
    return found


def test_a_part_stands_under_an_asset_at_the_same_site(session: Session) -> None:
    whole = an_asset(session)

    part = an_asset(session, site_id=whole.site_id, parent_id=whole.id)

    assert queries.levels_below(session, whole) == [[part]]


def test_a_part_does_not_stand_at_another_site(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        an_asset(session, parent_id=an_asset(session).id)

    assert list(errors_of(refused)) == ["parent_id"]


def test_an_asset_cannot_be_a_part_of_its_own_part(session: Session, actor: Actor) -> None:
    top = an_asset(session)
    middle = an_asset(session, site_id=top.site_id, parent_id=top.id)
    bottom = an_asset(session, site_id=top.site_id, parent_id=middle.id)

    for parent in (top, middle, bottom):
        with pytest.raises(TreeRefused) as refused:
            change(session, actor, top, parent_id=parent.id)
        session.expire(top)

        assert refused.value.params["problem"] == "cycle"


def test_a_tree_does_not_grow_beyond_its_depth(session: Session, actor: Actor) -> None:
    site_id, parent_id = a_site(session).id, None
    for _ in range(MAX_TREE_DEPTH):
        parent_id = an_asset(session, site_id=site_id, parent_id=parent_id).id
    pair = an_asset(session, site_id=site_id)
    an_asset(session, site_id=site_id, parent_id=pair.id)

    with pytest.raises(TreeRefused):
        an_asset(session, site_id=site_id, parent_id=parent_id)
    with pytest.raises(TreeRefused):
        change(session, actor, pair, parent_id=queries.ids_above(session, parent_id)[1])


def test_parts_go_along_to_another_site(session: Session, actor: Actor) -> None:
    above, there = an_asset(session), a_site(session)
    moved = an_asset(session, site_id=above.site_id, parent_id=above.id)
    part = an_asset(session, site_id=above.site_id, parent_id=moved.id)

    change(session, actor, moved, site_id=there.id)

    assert (moved.site_id, moved.parent_id) == (there.id, None)
    assert (part.site_id, part.parent_id) == (there.id, moved.id)
    facts = session.scalars(select(EventRecord.entity_id).filter_by(type="asset.moved"))
    assert set(facts) == {moved.id, part.id}


@pytest.mark.parametrize("field", ["model_id", "site_id", "parent_id"])
def test_an_asset_refers_to_what_exists(session: Session, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        an_asset(session, **{field: new_id()})

    assert errors_of(refused) == {field: ["unknown"]}


def test_nothing_new_refers_to_what_is_archived(session: Session, actor: Actor) -> None:
    asset = change(session, actor, an_asset(session), is_archived=True)
    model, site = a_model(session), a_site(session)
    service.change_model(session, actor=actor, model=model, changes={"is_archived": True})
    places.change_site(session, actor=actor, site=site, changes={"is_archived": True})
    session.flush()

    attempts: list[tuple[str, Callable[[], Any]]] = [
        ("model_id", lambda: an_asset(session, model_id=model.id)),
        ("site_id", lambda: an_asset(session, site_id=site.id)),
        ("parent_id", lambda: an_asset(session, site_id=asset.site_id, parent_id=asset.id)),
        ("asset_id", lambda: a_device(session, asset_id=asset.id)),
        ("model_id", lambda: a_fault_code(session, model.id)),
    ]
    for field, made in attempts:
        with pytest.raises(InvalidInput) as refused:
            made()
        assert errors_of(refused) == {field: ["archived"]}


def test_what_is_in_use_is_not_archived(session: Session, actor: Actor) -> None:
    device = a_device(session)
    asset = queries.get_asset(session, device.asset_id)
    model, site = (
        queries.get_model(session, asset.model_id),
        places.get_site(session, asset.site_id),
    )

    for refusal in (
        lambda: change(session, actor, asset, is_archived=True),
        lambda: service.change_model(
            session, actor=actor, model=model, changes={"is_archived": True}
        ),
        lambda: places.change_site(session, actor=actor, site=site, changes={"is_archived": True}),
    ):
        with pytest.raises(StillInUse):
            refusal()


def test_the_same_id_and_content_is_the_same_asset(session: Session) -> None:
    asset = an_asset(session, serial="S-1")
    given = {
        "asset_id": asset.id,
        "model_id": asset.model_id,
        "site_id": asset.site_id,
        "name": asset.name,
    }

    assert an_asset(session, **given, serial="S-1").id == asset.id
    with pytest.raises(IdTaken):
        an_asset(session, **given, serial="S-2")


def test_a_fault_code_says_what_it_calls_for(session: Session) -> None:
    skills = sorted((a_skill(session).id, level) for level in (2, 3))

    fault_code = a_fault_code(session, skills=skills, tasks=[CHECK, READING], code="leak")

    assert api.required_skills(session, fault_code.id) == skills
    assert [task.definition for task in api.checklist(session, fault_code.id)] == [CHECK, READING]
    assert api.find_fault_code(session, fault_code.model_id, "none") is None
    found = api.find_fault_code(session, fault_code.model_id, "leak")
    assert found is fault_code


def test_lists_of_a_fault_code_are_replaced_as_a_whole(session: Session, actor: Actor) -> None:
    first, second = a_skill(session).id, a_skill(session).id
    fault_code = a_fault_code(session, skills=[(first, 1)], tasks=[CHECK, READING, CHECK])
    seen = []

    for tasks in ([READING], [READING, READING, CHECK, CHECK], []):
        service.change_fault_code(
            session, actor=actor, fault_code=fault_code, changes={"tasks": tasks}
        )
        session.flush()
        rows = session.execute(
            select(FaultCodeTask.position, FaultCodeTask.title).order_by(FaultCodeTask.position)
        )
        seen.append([tuple(row) for row in rows])
    for skills in ([(first, 4), (second, 2)], [(second, 2)]):
        api.set_fault_code_skills(session, fault_code.id, skills)
        session.flush()

    assert [[position for position, _ in rows] for rows in seen] == [[1], [1, 2, 3, 4], []]
    assert [title for _, title in seen[1]] == ["Pressure", "Pressure", "Locked out", "Locked out"]
    assert api.required_skills(session, fault_code.id) == [(second, 2)]


def test_a_change_of_the_lists_moves_the_revisions(session: Session, actor: Actor) -> None:
    fault_code = a_fault_code(session, tasks=[CHECK])
    model = queries.get_model(session, fault_code.model_id)
    before = fault_code.revision, model.revision

    for _ in range(2):  # The second time nothing changes.
        service.change_fault_code(
            session, actor=actor, fault_code=fault_code, changes={"tasks": [READING]}
        )
        session.flush()

    assert (fault_code.revision, model.revision) == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize(
    "skills", [[("unknown", 1)], [("known", 1), ("known", 2)]], ids=["unknown", "twice"]
)
def test_a_fault_code_calls_for_known_skills_once(
    session: Session, skills: list[tuple[str, int]]
) -> None:
    ids = {"unknown": new_id(), "known": a_skill(session).id}

    with pytest.raises(InvalidInput) as refused:
        a_fault_code(session, skills=[(ids[name], level) for name, level in skills])

    assert list(errors_of(refused)) == ["skills"]


def test_an_impossible_step_is_refused_by_its_place(session: Session) -> None:
    upside_down = TaskDefinition(title="p", kind=ChecklistKind.READING, low=2, high=1)

    with pytest.raises(InvalidInput) as refused:
        a_fault_code(session, tasks=[CHECK, upside_down])

    assert list(errors_of(refused)) == ["tasks"]
    assert "1" in str(errors_of(refused)["tasks"])


def test_a_device_that_is_bound_anew_keeps_its_past(session: Session, actor: Actor) -> None:
    start = clock.now().replace(microsecond=0)
    old, new = an_asset(session), an_asset(session)
    with clock.frozen(start):
        device = a_device(session, asset_id=old.id)
    with clock.frozen(start + dt.timedelta(hours=2)):
        service.change_device(session, actor=actor, device=device, changes={"asset_id": new.id})
    session.flush()

    hours = [-1, 0, 1, 2, 3]
    then = [
        api.find_asset_id_at(session, device.id, start + dt.timedelta(hours=hour)) for hour in hours
    ]
    assert then == [None, old.id, old.id, new.id, new.id]
    assert queries.device_ids_of(session, old.id) == [device.id]


def test_one_asset_may_have_several_devices(session: Session) -> None:
    asset = an_asset(session)

    devices = {a_device(session, asset_id=asset.id).id for _ in range(2)}

    assert set(queries.device_ids_of(session, asset.id)) == devices


def test_a_device_is_found_by_its_name_in_topics(session: Session) -> None:
    device = a_device(session, name="pump-17")

    assert api.find_device(session, "pump-17") is device
    assert api.find_device(session, "PUMP-17") is None


def test_a_credential_proves_the_device_until_it_is_archived(
    session: Session, actor: Actor
) -> None:
    device = a_device(session)
    token = api.issue_credential(session, actor=actor, device=device)
    session.flush()
    proved = auth.authenticate_device(session, token)

    service.change_device(session, actor=actor, device=device, changes={"is_archived": True})
    session.flush()

    assert proved is not None
    assert (proved.device_id, proved.device_name) == (device.id, device.name)
    assert auth.authenticate_device(session, token) is None
    with pytest.raises(InvalidInput):
        api.issue_credential(session, actor=actor, device=device)
