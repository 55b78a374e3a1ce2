from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.kernel.modules import Platform
from server.kernel.numbers import next_number
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.platforms import make_tenant

WRITERS, EACH = 6, 5


@pytest.fixture
def tenant(platform: Platform) -> Tenant:
    """A tenant of each test's own: numbers begin at one."""
    return make_tenant(platform)


def test_each_kind_of_record_is_counted_by_itself(session: Session) -> None:
    given = [next_number(session, name) for name in ("ticket", "ticket", "site", "ticket")]

    assert given == [1, 2, 1, 3]


def test_each_tenant_counts_by_itself(platform: Platform, tenant: Tenant) -> None:
    given = []
    for tenant_id in (tenant.id, make_tenant(platform).id, tenant.id):
        with unit_of_work(platform, tenant_id) as session:
            given.append(next_number(session, "ticket"))

    assert given == [1, 1, 2]


def test_a_number_that_is_rolled_back_is_given_again(working: Callable[..., Any]) -> None:
    for _ in range(2):
        try:
            with working() as session:
                given = next_number(session, "ticket")
                raise LookupError  # noqa: TRY301 - ends the unit of work without a commit.
        except LookupError:
            pass

        assert given == 1


def test_writers_at_the_same_time_never_share_a_number(working: Callable[..., Any]) -> None:
    """They begin together, so the first rows of the counter race too."""
    given: list[int] = []
    together = threading.Barrier(WRITERS)

    def write() -> None:
        together.wait()
        for _ in range(EACH):
            with working() as session:
                number = next_number(session, "ticket")
            given.append(number)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == list(range(1, WRITERS * EACH + 1))
