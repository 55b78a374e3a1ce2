"""The list of tickets as a desk works with it: who has what, what is urgent, what is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from server.dispatch import api as dispatch
from server.kernel import clock
from server.kernel.actors import system
from server.kernel.priority import Priority
from server.kernel.session import tenant_of
from server.tickets import api as tickets
from server.tickets.schemas import ListedTicketSchema
from server.workorders import api as workorders
from tests.builders import (
    a_fault_code,
    a_model,
    a_site,
    a_territory,
    a_ticket,
    an_asset,
)
from tests.platforms import ApiClient
from tests.server.dispatch.records import an_engineer_on_shift

TICKETS = "/api/v1/tickets"
Working = Callable[..., Any]


@pytest.fixture
def made(working: Working) -> dict[str, Any]:
    """A booked ticket with everything beside it, one that nobody has, and one without a site."""
    with working() as session:
        actor = system(tenant_of(session))
        territory = a_territory(session)
        session.flush()
        site = a_site(session, name="Maia Depot 7")
        model = a_model(session)
        fault = a_fault_code(session, model.id, code="leak", title="Shaft seal leaks")
        asset = an_asset(
            session, site_id=site.id, model_id=model.id, name="Pump 12", serial="CP-0012"
        )
        booked = a_ticket(
            session, asset_id=asset.id, fault_code_id=fault.id, title="Water on the floor"
        )
        (work_order,) = workorders.find_by_ticket(session, booked.id)
        engineer = an_engineer_on_shift(session, hours=20)
        session.flush()
        booking = dispatch.book(
            session,
            actor=actor,
            work_order_id=work_order.id,
            engineer_id=engineer.id,
            starts_at=clock.now() + dt.timedelta(hours=1),
            override_reason="test",
        )
        farm = a_site(session, at=(-7.0, 40.0))
        far = an_asset(session, name="Fan 3", site_id=farm.id, model_id=model.id)
        waiting = a_ticket(session, asset_id=far.id, fault_code_id=fault.id, priority="urgent")
        bare = tickets.open_ticket(
            session, actor=actor, title="It smells hot", priority=Priority.LOW, channel="phone"
        )
        session.flush()
        return {
            "booked": str(booked.id),
            "waiting": str(waiting.id),
            "bare": str(bare.id),
            "booking": str(booking.id),
            "work_order": str(work_order.id),
            "engineer": str(engineer.id),
            "engineer_name": engineer.name,
            "territory": str(territory.id),
            "number": booked.number,
        }


def listed(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    return client.items(f"{TICKETS}?{query}")


def test_a_row_tells_where_it_is_what_it_is_and_who_has_it(
    client: ApiClient, made: dict[str, Any]
) -> None:
    rows = {row["id"]: row for row in listed(client)}

    row = rows[made["booked"]]
    assert (row["site_name"], row["asset_name"], row["asset_serial"]) == (
        "Maia Depot 7",
        "Pump 12",
        "CP-0012",
    )
    assert row["position"] == {"type": "Point", "coordinates": [-8.61, 41.15]}
    assert row["territory_id"] == made["territory"]
    assert (row["fault_code"], row["fault_title"]) == ("leak", "Shaft seal leaks")
    assert row["work_order"]["engineer_name"] == made["engineer_name"]
    assert row["work_order"]["booking"]["id"] == made["booking"]
    assert row["active_alarms"] == 0
    bare = rows[made["bare"]]
    assert bare["work_order"] is bare["position"] is bare["site_name"] is None


def test_rows_have_the_fields_that_the_schema_says_and_are_what_one_ticket_shows(
    client: ApiClient, made: dict[str, Any]
) -> None:
    for row in listed(client):
        assert set(row) == set(ListedTicketSchema().fields)
        assert client.get(f"{TICKETS}/{row['id']}").get_json() == row
    assert client.get(f"{TICKETS}/{made['booking']}").status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=open&state=resolved", {"booked", "waiting", "bare"}),
        ("state=closed", set()),
        ("priority=urgent&priority=low", {"waiting", "bare"}),
        ("territory_id={territory}", {"booked"}),
        ("engineer_id={engineer}", {"booked"}),
        ("is_unassigned=true", {"waiting"}),
        ("is_unassigned=false", {"booked", "bare"}),
        ("is_late=true", set()),
        ("has_alarm=true", set()),
        ("has_alarm=false", {"booked", "waiting", "bare"}),
        ("bbox=-9,41,-8,42", {"booked"}),
        ("q=on the floor", {"booked"}),
        ("q=maia dep", {"booked"}),
        ("q=PUMP 1", {"booked"}),
        ("q=cp-00", {"booked"}),
        ("q=%23{number}", {"booked"}),
        ("q=100%25", set()),
        ("booked_from=2020-01-01T00:00:00Z&booked_until=2100-01-01T00:00:00Z", {"booked"}),
        ("booked_until=2020-01-01T00:00:00Z", set()),
    ],
)
def test_a_filter_keeps_what_it_names(
    client: ApiClient, made: dict[str, Any], query: str, names: set[str]
) -> None:
    rows = listed(client, query.format(**made))

    assert {row["id"] for row in rows} == {made[name] for name in names}


def test_what_is_past_due_and_not_settled_is_late(client: ApiClient, working: Working) -> None:
    with working() as session:
        actor = system(tenant_of(session))
        with clock.frozen(clock.now() - dt.timedelta(days=30)):
            late, solved = a_ticket(session), a_ticket(session)
            session.flush()
            tickets.resolve_ticket(session, actor=actor, ticket_id=solved.id, resolution="Done")
        late_id = str(late.id)

    assert [row["id"] for row in listed(client, "is_late=true")] == [late_id]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("-number", ["bare", "waiting", "booked"]),
        ("due_at", ["waiting", "booked", "bare"]),
        ("-priority", ["waiting", "booked", "bare"]),
    ],
)
def test_each_order_is_the_same_in_pages_of_one_as_in_one_page(
    client: ApiClient, made: dict[str, Any], sort: str, names: list[str]
) -> None:
    whole = [row["id"] for row in listed(client, f"sort={sort}")]
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.get(f"{TICKETS}?sort={sort}&limit=1{cursor and f'&cursor={cursor}'}")
        body = answer.get_json()
        paged += [row["id"] for row in body["items"]]
        cursor = body["next"]

    assert whole == paged == [made[name] for name in names]


def test_called_off_work_is_shown_only_where_there_is_no_other(
    client: ApiClient, made: dict[str, Any], working: Working
) -> None:
    with working() as session:
        actor = system(tenant_of(session))
        ticket = tickets.get_ticket(session, UUID(made["waiting"]))
        (first,) = workorders.find_by_ticket(session, ticket.id)
        first_id = str(first.id)
        workorders.cancel(session, actor=actor, work_order=first, reason="wrong site")
    (alone,) = listed(client, "priority=urgent")
    with working() as session:
        second = workorders.open_work_order(
            session, actor=system(tenant_of(session)), ticket_id=UUID(made["waiting"])
        )
        second_id = str(second.id)

    (row,) = listed(client, "priority=urgent")

    assert alone["work_order"]["id"] == first_id
    assert row["work_order"]["id"] == second_id


@pytest.mark.parametrize("digits", ["00123456789012345678", "001234567890123456789012", "9" * 100])
def test_a_number_that_is_no_tickets_finds_nothing_and_hurts_nothing(
    client: ApiClient, made: dict[str, Any], digits: str
) -> None:
    assert client.items(f"{TICKETS}?q={digits}") == []


@pytest.mark.parametrize("q", ["Ölverlust", "ölverlust", "übergabe", "насос", "AN DER"])
def test_words_are_found_in_either_case_in_every_script(
    client: ApiClient, working: Working, q: str
) -> None:
    with working() as session:
        ticket_id = str(a_ticket(session, title="Ölverlust an der ÜBERGABE, Насос").id)

    assert [ticket["id"] for ticket in client.items(f"{TICKETS}?q={q}")] == [ticket_id]
