"""Eight writers with rollbacks and reassignments, and readers that page meanwhile.

Whatever the interleaving, a reader who applies what it was told holds exactly the truth.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.kernel import changes
from server.kernel.changes import FeedItem, ItemState
from server.kernel.errors import Busy
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import retrying, unit_of_work
from server.places.models import Customer
from server.workorders.models import WorkOrder
from tests.builders import a_customer, a_work_order

WRITERS, TURNS, WORK_ORDERS, USERS = 8, 12, 6, 3
PAGE = 5


class _Undone(Exception):
    pass


@dataclass
class Reader:
    """A phone or console: what it was told so far, applied in order."""

    scopes: frozenset[str]
    cursor: int = 0
    held: dict[tuple[str, UUID], int] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)

    def pull(self, platform: Platform, tenant_id: UUID) -> None:
        with unit_of_work(platform, tenant_id, write=False) as session:
            height = changes.height(session).seq
            found = changes.changes_after(
                session, scopes=self.scopes, after=self.cursor, up_to=height, limit=PAGE
            )
        for change in found:
            key = (change.kind, change.entity_id)
            if change.state is ItemState.VISIBLE:
                self.held[key] = change.version
            else:
                self.held.pop(key, None)
            self.seqs.append(change.seq)
        self.cursor = found[-1].seq if len(found) == PAGE else height

    def catch_up(self, platform: Platform, tenant_id: UUID) -> None:
        before = -1
        while self.cursor != before:
            before = self.cursor
            self.pull(platform, tenant_id)


def test_every_reader_ends_with_the_truth_and_no_number_is_missing(
    platform: Platform, tenant: Tenant, working: Callable[..., Any]
) -> None:
    users = [new_id() for _ in range(USERS)]
    with working() as session:
        work_orders = [a_work_order(session).id for _ in range(WORK_ORDERS)]
    readers = [Reader(frozenset({f"u:{user}"})) for user in users]
    readers += [Reader(frozenset({"t", "desk"})), Reader(frozenset({"desk", f"u:{users[0]}"}))]

    write_and_read(platform, tenant.id, readers, work_orders, users)

    for reader in readers:
        reader.catch_up(platform, tenant.id)
        assert reader.seqs == sorted(set(reader.seqs))
        assert relevant(reader.held) == truth(platform, tenant.id, reader.scopes)
    assert_no_number_is_missing(platform, tenant.id, readers)


def write_and_read(
    platform: Platform,
    tenant_id: UUID,
    readers: Sequence[Reader],
    work_orders: Sequence[UUID],
    users: Sequence[UUID],
) -> None:
    done = threading.Event()
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - shown by the test's thread.
            failures.append(error)

    def read(reader: Reader) -> None:
        while not done.wait(0.005):
            reader.pull(platform, tenant_id)

    writers = [
        threading.Thread(
            target=guarded, args=(lambda s=seed: write(platform, tenant_id, s, work_orders, users),)
        )
        for seed in range(WRITERS)
    ]
    reading = [
        threading.Thread(target=guarded, args=(lambda r=reader: read(r),)) for reader in readers
    ]
    for thread in (*reading, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in reading:
        thread.join()
    assert failures == []


def write(
    platform: Platform,
    tenant_id: UUID,
    seed: int,
    work_orders: Sequence[UUID],
    users: Sequence[UUID],
) -> None:
    rng = random.Random(seed)  # noqa: S311 - the same plan each time.
    mine: list[UUID] = []
    for turn in range(TURNS):
        plan = rng.random()
        chosen = rng.sample(sorted(work_orders), 2)
        holders: list[UUID | None] = [rng.choice([*users, None]) for _ in chosen]

        def work(
            plan: float = plan,
            turn: int = turn,
            booked: Sequence[tuple[UUID, UUID | None]] = list(zip(chosen, holders, strict=True)),
        ) -> None:
            with unit_of_work(platform, tenant_id) as session:
                if plan < 0.3:
                    mine.append(a_customer(session).id)
                elif plan < 0.45 and mine:
                    customer = session.get(Customer, mine[-1])
                    if customer is not None:
                        session.delete(customer)
                else:
                    # Locked in the order of keys, as services do.
                    for work_order_id, holder in sorted(booked):
                        found = session.scalars(
                            select(WorkOrder).where(WorkOrder.id == work_order_id).with_for_update()
                        ).one()
                        found.engineer_user_id = holder
                        found.title = f"{turn} of {seed}"
                if plan > 0.85:
                    session.flush()
                    raise _Undone

        persist(work)


def persist(work: Callable[[], None]) -> None:
    """Do the work as a client does it: when the database is busy, once more."""
    for _ in range(10):
        try:
            return retrying(work)
        except _Undone:
            return None
        except Busy:
            continue
    raise Busy


def relevant(held: dict[tuple[str, UUID], int]) -> dict[tuple[str, UUID], int]:
    return {key: version for key, version in held.items() if key[0] in {"work_order", "customer"}}


def truth(
    platform: Platform, tenant_id: UUID, scopes: frozenset[str]
) -> dict[tuple[str, UUID], int]:
    found: dict[tuple[str, UUID], int] = {}
    with unit_of_work(platform, tenant_id, write=False) as session:
        for work_order in session.scalars(select(WorkOrder)):
            if {"desk", f"u:{work_order.engineer_user_id}"} & scopes:
                found["work_order", work_order.id] = work_order.revision
        if "desk" in scopes:
            for customer in session.scalars(select(Customer)):
                found["customer", customer.id] = customer.revision
    return found


def assert_no_number_is_missing(
    platform: Platform, tenant_id: UUID, readers: Sequence[Reader]
) -> None:
    """A number not kept any more was given to a record that has had a later one since."""
    with unit_of_work(platform, tenant_id, write=False) as session:
        head = changes.height(session)
        kept = session.execute(
            select(FeedItem.scope, FeedItem.seq).where(FeedItem.tenant_id == tenant_id),
            execution_options=changes.FEED,
        ).all()
    assert max(row.seq for row in kept) == head.seq
    for reader in readers:
        assert {row.seq for row in kept if row.scope in reader.scopes} <= set(reader.seqs)


def test_numbers_follow_each_other_without_a_gap(platform: Platform, tenant: Tenant) -> None:
    with unit_of_work(platform, tenant.id, write=False) as session:
        before = changes.height(session).seq

    def insert() -> None:
        for turn in range(4):

            def work(turn: int = turn) -> None:
                with unit_of_work(platform, tenant.id) as session:
                    a_customer(session)
                    session.flush()
                    if turn == 2:
                        raise _Undone

            persist(work)

    threads = [threading.Thread(target=insert) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with unit_of_work(platform, tenant.id, write=False) as session:
        found = changes.changes_after(
            session, scopes={"desk"}, after=before, up_to=2**40, limit=10_000
        )
    assert [change.seq for change in found] == list(range(before + 1, before + 1 + WRITERS * 3))
