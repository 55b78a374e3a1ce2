"""The lists of the inventory say what their schemas would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inventory import schemas
from inventory.models import (
    Discrepancy,
    Part,
    Reservation,
    StockLevel,
    StockLocation,
    StockMove,
)
from server.kernel import geo
from server.kernel.ids import new_id
from tests.builders import PORTO, a_part, a_van, a_warehouse, some_stock
from tests.contracts.fast_lists import assert_fast_list_matches
from tests.inventory.records import ONE, a_work_order, fit, reserve
from tests.platforms import ApiClient
from tests.server.workforce.people import an_engineer


@pytest.mark.parametrize(
    ("path", "model", "schema"),
    [
        ("parts", Part, schemas.PartSchema),
        ("stock-locations", StockLocation, schemas.StockLocationSchema),
        ("stock-levels", StockLevel, schemas.StockLevelSchema),
        ("stock-moves", StockMove, schemas.StockMoveSchema),
        ("reservations", Reservation, schemas.ReservationSchema),
        ("discrepancies", Discrepancy, schemas.DiscrepancySchema),
    ],
)
def test_a_fast_list_is_what_its_schema_would_say(
    client: ApiClient, working: Callable[..., Any], path: str, model: Any, schema: Any
) -> None:
    with working() as session:
        part = a_part(session, price_amount=12_345, currency="EUR")
        store = a_warehouse(session, position=geo.point(*PORTO))
        a_warehouse(session, name="Side")
        some_stock(session, part.id, store.id, 1_250)
        work_order = a_work_order(session)
        reserve(session, work_order, part, 4 * ONE)
        fit(session, work_order, part, 2 * ONE)

    with working(write=False) as session:
        assert_fast_list_matches(client, session, f"/api/v1/{path}", model=model, schema=schema)


def test_a_work_order_shows_where_its_parts_lie(
    client: ApiClient, working: Callable[..., Any]
) -> None:
    with working() as session:
        part, absent = a_part(session, number="A-1"), a_part(session, number="B-2")
        store = a_warehouse(session, name="Central")
        van = a_van(session, an_engineer(session).id, name="Van of Ana")
        session.flush()
        some_stock(session, part.id, store.id, 5 * ONE)
        some_stock(session, part.id, van.id, ONE)
        work_order = a_work_order(session)
        reserve(session, work_order, part, 2 * ONE)
        reserve(session, work_order, absent, ONE)
        path = f"/api/v1/work-orders/{work_order.id}/part-availability"

    found, missing = client.get(path).get_json()["items"]

    shown = [(p["name"], p["kind"], p["on_hand"], p["free"]) for p in found["places"]]
    assert shown == [
        ("Central", "warehouse", "5", "3"),
        ("Van of Ana", "van", "1", "1"),
    ]
    assert (found["quantity"], found["reserved"]) == ("2", "2")
    assert (missing["number"], missing["reserved"], missing["places"]) == ("B-2", "0", [])
    assert client.get(path.replace(str(work_order.id), str(new_id()))).status_code == 404
