"""Pages of lists: together they are the list, whatever the size and whatever happens meanwhile."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.audit import AuditEntry
from server.kernel.paging import CursorInvalid, fetch_page
from server.places.models import Customer
from tests.builders import a_customer
from tests.platforms import ApiClient, Person

NAMES = ["b", "a", "B", "ä", "é", "中", "a", "Z", "😀", "", "a b"]
SORTED_BY = (Customer.sort_name, Customer.id)
# Each kind of key: id, name and id, instant and id.
LISTS = ["/api/v1/tickets", "/api/v1/customers", "/api/v1/audit", "/api/v1/users"]
quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def people() -> dict[str, Person]:
    return {}


@pytest.fixture
def client(
    people: dict[str, Person], sign_in: Callable[..., Person], database_kind: str
) -> ApiClient:
    """One administrator for all tests of the file."""
    if database_kind not in people:
        people[database_kind] = sign_in("admin", "dispatcher")
    return people[database_kind].client


@pytest.fixture
def customers(session: Session) -> Session:
    for name in NAMES:
        a_customer(session, name=f"{name}.")
    session.flush()
    return session


def pages(session: Session, *, limit: int, descending: bool) -> list[list[str]]:
    found = []
    cursor: str | None = None
    while True:
        page = fetch_page(
            session,
            select(Customer.sort_name, Customer.id),
            keys=SORTED_BY,
            query={"limit": limit, "cursor": cursor},
            descending=descending,
        )
        found.append([row.sort_name for row in page.items])
        if page.next is None:
            return found
        cursor = page.next


@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_any_size_are_together_the_whole_list_in_order(
    customers: Session, *, descending: bool
) -> None:
    (whole,) = pages(customers, limit=1000, descending=descending)
    assert len(whole) >= len(NAMES)
    assert whole == sorted(whole, reverse=descending)

    for limit in range(1, len(whole) + 2):
        found = pages(customers, limit=limit, descending=descending)
        assert [name for page in found for name in page] == whole
        assert all(len(page) == limit for page in found[:-1])


def test_a_page_that_ends_exactly_with_the_list_has_no_next(customers: Session) -> None:
    (whole,) = pages(customers, limit=1000, descending=False)

    assert len(pages(customers, limit=len(whole), descending=False)) == 1


def test_what_comes_or_goes_meanwhile_repeats_and_hides_nothing_else(customers: Session) -> None:
    statement = select(Customer.sort_name, Customer.id)
    first = fetch_page(customers, statement, keys=SORTED_BY, query={"limit": 4, "cursor": None})
    (whole,) = pages(customers, limit=1000, descending=False)
    a_customer(customers, name="!before")
    a_customer(customers, name="zzz after")
    customers.delete(customers.get_one(Customer, first.items[1].id))
    customers.flush()

    rest = fetch_page(
        customers, statement, keys=SORTED_BY, query={"limit": 1000, "cursor": first.next}
    )

    seen = [row.sort_name for row in (*first.items, *rest.items)]
    assert sorted(name for name in seen if name != "zzz after") == sorted(whole)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.uuids().map(str)
    | st.datetimes().map(lambda at: at.isoformat())
    | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\x00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@quick
@given(cursor=st.text(max_size=40) | st.lists(values, max_size=3).map(encoded), key=st.booleans())
def test_a_cursor_that_somebody_made_up_is_refused_or_starts_somewhere(
    session: Session, *, cursor: str, key: bool
) -> None:
    keys: Any = SORTED_BY if key else (AuditEntry.at, AuditEntry.id)
    with contextlib.suppress(CursorInvalid):
        fetch_page(session, select(*keys), keys=keys, query={"limit": 1, "cursor": cursor})


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "value",
    [[7], [7, 7], [None], [True, True], [[]], ["x", "y"], ["\ud800", "x"], {}, "x", 1e400,
     ["0001-01-01T00:00:00+14:00", "00000000-0000-0000-0000-000000000000"],
     ["x\x00", "00000000-0000-0000-0000-000000000000"]],
    ids=repr,
)  # fmt: skip
def test_no_cursor_is_an_accident(client: ApiClient, path: str, value: Any) -> None:
    answer = client.get(f"{path}?cursor={encoded(value)}")

    assert answer.status_code in {200, 422}, answer.get_data(as_text=True)


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "1.5", "", "9" * 30])
def test_a_page_has_between_one_and_a_thousand_records(client: ApiClient, limit: str) -> None:
    answer = client.get(f"/api/v1/customers?limit={limit}")

    assert answer.status_code == 422
    assert "limit" in answer.get_json()["errors"]


def test_an_unknown_filter_is_refused_and_not_ignored(client: ApiClient) -> None:
    answer = client.get("/api/v1/customers?colour=red")

    assert answer.status_code == 422
    assert "colour" in answer.get_json()["errors"]
