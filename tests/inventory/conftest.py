"""Fixtures of the tests of the inventory."""

from __future__ import annotations

import pytest

from tests.builders import a_part, a_warehouse
from tests.inventory.records import a_work_order
from tests.inventory.shops import Shop, SignIn, Working


@pytest.fixture
def shop(sign_in: SignIn, working: Working) -> Shop:
    client = sign_in("storekeeper").client
    with working() as session:
        part, store, work_order = a_part(session), a_warehouse(session), a_work_order(session)
        return Shop(client, str(part.id), str(store.id), str(work_order.id))
