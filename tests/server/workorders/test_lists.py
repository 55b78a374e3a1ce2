"""The list of work orders as the map, the tray and the timeline read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from server.dispatch import api as dispatch
from server.kernel import clock
from server.kernel.actors import system
from server.kernel.session import tenant_of
from server.workorders import api as workorders
from server.workorders.documents import work_order_documents
from server.workorders.schemas import ListedWorkOrderSchema
from tests.builders import a_skill, a_territory, a_work_order
from tests.platforms import ApiClient
from tests.server.dispatch.records import an_engineer_on_shift

WORK_ORDERS = "/api/v1/work-orders"
TOMORROW = dt.timedelta(days=1)
Working = Callable[..., Any]


@pytest.fixture
def made(working: Working) -> dict[str, Any]:
    """A work order that is booked tomorrow, and one that nobody has."""
    with working() as session:
        actor = system(tenant_of(session))
        territory = a_territory(session)
        skill = a_skill(session)
        session.flush()
        booked = a_work_order(session, skills=[(skill.id, 2)], title="Valve stuck")
        free = a_work_order(session, title="Pump is loud")
        engineer = an_engineer_on_shift(session)
        session.flush()
        booking = dispatch.book(
            session,
            actor=actor,
            work_order_id=booked.id,
            engineer_id=engineer.id,
            starts_at=clock.now() + TOMORROW,
            override_reason="test",
        )
        return {
            "booked": str(booked.id),
            "free": str(free.id),
            "booking": str(booking.id),
            "engineer": str(engineer.id),
            "engineer_name": engineer.name,
            "skill": str(skill.id),
            "territory": str(territory.id),
            "day": (clock.now() + TOMORROW).date().isoformat(),
        }


def listed(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    return client.items(f"{WORK_ORDERS}?{query}")


def test_a_row_tells_where_who_when_and_with_which_skills(
    client: ApiClient, made: dict[str, Any]
) -> None:
    rows = {row["id"]: row for row in listed(client)}

    row = rows[made["booked"]]
    assert row["position"] == {"type": "Point", "coordinates": [-8.61, 41.15]}
    assert row["skills"] == [{"skill_id": made["skill"], "min_level": 2}]
    assert (row["engineer_name"], row["booking"]["id"]) == (made["engineer_name"], made["booking"])
    assert (row["ticket_number"], row["ticket_state"]) == (1, "open")
    assert rows[made["free"]]["booking"] is rows[made["free"]]["engineer_name"] is None
    assert all(set(each) == set(ListedWorkOrderSchema().fields) for each in rows.values())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("is_open=true", {"booked", "free"}),
        ("is_open=false", set()),
        ("is_booked=true", {"booked"}),
        ("is_booked=false", {"free"}),
        ("state=ready&state=done", {"booked", "free"}),
        ("priority=urgent", set()),
        ("engineer_id={engineer}", {"booked"}),
        ("territory_id={territory}", {"booked", "free"}),
        ("bbox=-8,41,-7,42", set()),
        ("q=is loud", {"free"}),
        ("booked_from={day}T00:00:00Z&booked_until={day}T23:59:59Z", {"booked"}),
        ("booked_until=2020-01-01T00:00:00Z", set()),
    ],
)
def test_a_filter_keeps_what_it_names(
    client: ApiClient, made: dict[str, Any], query: str, names: set[str]
) -> None:
    rows = listed(client, query.format(**made))

    assert {row["id"] for row in rows} == {made[name] for name in names}


def test_done_work_shows_the_booking_in_which_it_was_done(
    client: ApiClient, made: dict[str, Any], working: Working
) -> None:
    with working() as session:
        actor = system(tenant_of(session))
        work_order = workorders.lock_work_order(session, UUID(made["booked"]))
        for task in work_order_tasks(session, work_order):
            workorders.answer_task(
                session,
                actor=actor,
                work_order=work_order,
                task_id=task["id"],
                value={"check": True, "reading": "61.5", "text": "fine"}[task["kind"]],
            )
        workorders.start(session, actor=actor, work_order=work_order)
        workorders.complete(session, actor=actor, work_order=work_order, summary="")

    (row,) = listed(client, "is_open=false")

    assert (row["booking"]["id"], row["booking"]["state"]) == (made["booking"], "finished")


def work_order_tasks(session: Any, work_order: workorders.WorkOrder) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = work_order_documents(session, [work_order.id])[work_order.id][
        "tasks"
    ]
    return tasks
