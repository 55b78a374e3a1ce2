"""The change feed: what readers of each scope are told, and the net under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from server.kernel import changes
from server.kernel.changes import Change, FeedItem, ItemState
from server.kernel.ids import new_id
from server.places.models import Customer
from server.workorders.models import WorkOrder
from tests.builders import a_customer, a_work_order

Working = Callable[..., Any]
Reading = Callable[[], Any]


@pytest.fixture
def before(reading: Reading) -> int:
    """The height of the feed when the test begins."""
    with reading() as session:
        return changes.height(session).seq


def told(reading: Reading, scopes: Iterable[str], after: int, kind: str = "") -> list[Change]:
    with reading() as session:
        found = changes.changes_after(
            session, scopes=scopes, after=after, up_to=changes.height(session).seq, limit=1000
        )
    return [change for change in found if kind in {"", change.kind}]


def make(working: Working, build: Callable[[Session], Any]) -> UUID:
    with working() as session:
        made: UUID = build(session).id
    return made


def book(working: Working, work_order_id: UUID, user_id: UUID | None) -> None:
    with working() as session:
        session.get_one(WorkOrder, work_order_id).engineer_user_id = user_id


def test_a_new_record_is_visible_with_its_revision(
    working: Working, reading: Reading, before: int
) -> None:
    made = make(working, a_customer)

    (change,) = told(reading, {"desk"}, before)

    assert (change.kind, change.entity_id, change.state) == ("customer", made, ItemState.VISIBLE)
    assert change.version == 1


def test_other_scopes_are_told_nothing(working: Working, reading: Reading, before: int) -> None:
    make(working, a_customer)

    assert told(reading, {"t", f"u:{new_id()}"}, before) == []


def test_a_record_changed_often_is_told_once_in_its_latest_state(
    working: Working, reading: Reading, before: int
) -> None:
    made = make(working, a_customer)
    for name in ("One", "Two"):
        with working() as session:
            session.get_one(Customer, made).name = name

    (change,) = told(reading, {"desk"}, before)

    assert change.version == 3


def test_numbers_have_no_gap_whatever_was_rolled_back(
    working: Working, reading: Reading, before: int
) -> None:
    for turn in range(6):
        try:
            with working() as session:
                a_customer(session)
                session.flush()
                if turn % 2:
                    raise LookupError  # noqa: TRY301
        except LookupError:
            pass

    assert [change.seq for change in told(reading, {"desk"}, before)] == [
        before + n for n in (1, 2, 3)
    ]


def test_a_reassignment_takes_the_record_from_one_and_gives_it_to_the_other(
    working: Working, reading: Reading
) -> None:
    first, second = new_id(), new_id()
    work = make(working, a_work_order)
    book(working, work, first)
    with reading() as session:
        height = changes.height(session).seq

    book(working, work, second)

    states = {
        user: [change.state for change in told(reading, {f"u:{user}"}, height)]
        for user in (first, second)
    }
    assert states == {first: [ItemState.OUT], second: [ItemState.VISIBLE]}


def test_who_sees_the_record_otherwise_is_not_told_that_it_went(
    working: Working, reading: Reading
) -> None:
    user = new_id()
    work = make(working, a_work_order)
    book(working, work, user)
    with reading() as session:
        height = changes.height(session).seq

    book(working, work, None)

    both = told(reading, {f"u:{user}", "desk"}, height, "work_order")
    assert {change.state for change in both} == {ItemState.VISIBLE}


def test_a_record_that_comes_back_is_visible_again(working: Working, reading: Reading) -> None:
    user = new_id()
    work = make(working, a_work_order)
    for holder in (user, None, user):
        book(working, work, holder)

    (change,) = told(reading, {f"u:{user}"}, 0)

    assert change.state is ItemState.VISIBLE


def test_a_deleted_record_is_told_as_deleted(
    working: Working, reading: Reading, before: int
) -> None:
    made = make(working, a_customer)
    with working() as session:
        session.delete(session.get_one(Customer, made))

    (change,) = told(reading, {"desk"}, before)

    assert (change.entity_id, change.state) == (made, ItemState.DELETED)


def test_a_record_made_and_deleted_at_once_is_never_told(
    working: Working, reading: Reading, before: int
) -> None:
    with working() as session:
        customer = a_customer(session)
        session.flush()
        session.delete(customer)

    assert told(reading, {"desk"}, before) == []


def test_a_touch_moves_the_revision_and_tells_the_readers(
    working: Working, reading: Reading, before: int
) -> None:
    made = make(working, a_customer)
    with working() as session:
        changes.touch(session, session.get_one(Customer, made))

    (change,) = told(reading, {"desk"}, before)

    assert change.version == 2
    with reading() as session:
        assert session.get_one(Customer, made).revision == 2


def test_an_unchanged_record_is_not_told_again(working: Working, reading: Reading) -> None:
    made = make(working, a_customer)
    with reading() as session:
        height = changes.height(session).seq
    with working() as session:
        customer = session.get_one(Customer, made)
        customer.name = str(customer.name)

    assert told(reading, {"desk"}, height) == []


def test_pages_of_any_size_tell_the_same(working: Working, reading: Reading, before: int) -> None:
    with working() as session:
        for _ in range(5):
            a_work_order(session)
    scopes = {"t", "desk"}
    whole = told(reading, scopes, before)

    for limit in (1, 2, 7, 1000):
        seen: list[Change] = []
        after = before
        with reading() as session:
            up_to = changes.height(session).seq
            while page := changes.changes_after(
                session, scopes=scopes, after=after, up_to=up_to, limit=limit
            ):
                seen += page
                after = page[-1].seq
        assert seen == whole


def test_records_whose_stamp_is_missing_or_old_are_found_and_stamped(
    working: Working, reading: Reading
) -> None:
    missing, old = make(working, a_customer), make(working, a_customer)
    with working() as session:
        session.get_one(Customer, old).name = "New"
    feed = {"unscoped": "feed", "synchronize_session": False}
    with working() as session:
        session.execute(
            update(FeedItem).where(FeedItem.entity_id == missing).values(kind="lost"),
            execution_options=feed,
        )
        session.execute(
            update(FeedItem).where(FeedItem.entity_id == old).values(version=1),
            execution_options=feed,
        )
        assert set(changes.find_unstamped(session)) == {("customer", missing), ("customer", old)}

    with working() as session:
        changes.restamp_missing(session)

    with reading() as session:
        assert changes.find_unstamped(session) == []
        shown = changes.visible_items(session, scopes={"desk"}, kind="customer")
    assert (shown[missing], shown[old]) == (1, 2)


def test_the_net_finds_nothing_after_ordinary_work(working: Working, reading: Reading) -> None:
    work = make(working, a_work_order)
    book(working, work, new_id())

    with reading() as session:
        assert changes.find_unstamped(session) == []
