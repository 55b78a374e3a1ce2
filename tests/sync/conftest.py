"""Fixtures of the tests of sync: an engineer's phone and the work that is on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.builders import a_work_order
from tests.platforms import Person
from tests.server.workorders.assignments import assign
from tests.sync.phones import Phone


@pytest.fixture
def phone(sign_in: Callable[..., Person]) -> Phone:
    return Phone(sign_in("engineer")).enrol()


@pytest.fixture
def work(phone: Phone, working: Callable[..., Any]) -> UUID:
    with working() as session:
        work_order = a_work_order(session)
        assign(session, work_order, phone.person)
        found: UUID = work_order.id
    return found
