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
from tests.builders import PORTO, a_part, a_warehouse, some_stock
from tests.contracts.fast_lists import assert_fast_list_matches
from tests.inventory.records import ONE, a_work_order, fit, reserve
from tests.platforms import ApiClient


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
