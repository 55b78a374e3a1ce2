"""An attachment follows its work order to the next engineer, whoever commits first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel import changes
from server.kernel.actors import Actor, ActorKind, system
from server.kernel.ids import new_id
from server.kernel.tenancy import Tenant
from server.workorders import api as workorders
from tests.builders import a_work_order
from tests.server.workforce.people import an_engineer

Working = Callable[..., Any]
Engineers = tuple[tuple[UUID, UUID], tuple[UUID, UUID]]


@pytest.fixture
def engineers(working: Working) -> Engineers:
    """Two engineers as (id, user id)."""
    with working() as session:
        found = [an_engineer(session) for _ in range(2)]
        session.flush()
        first, second = ((engineer.id, engineer.user_id) for engineer in found)
    return first, second


@pytest.fixture
def work(working: Working, engineers: Engineers) -> UUID:
    with working() as session:
        work_order = a_work_order(session)
        session.flush()
        assign(session, work_order.id, engineers[0])
        made: UUID = work_order.id
    return made


def assign(session: Session, work: UUID, engineer: tuple[UUID, UUID]) -> None:
    workorders.assign_engineer(
        session,
        actor=system(session.info["unit"].tenant_id),
        work_order=workorders.lock_work_order(session, work),
        engineer_id=engineer[0],
        engineer_user_id=engineer[1],
    )


def attach(session: Session, tenant: Tenant, work: UUID, user_id: UUID) -> UUID:
    actor = Actor(
        id=user_id,
        kind=ActorKind.USER,
        tenant_id=tenant.id,
        permissions=frozenset({"attachments.add", "feed.reference"}),
    )
    attachment = files.add_attachment(
        session,
        actor=actor,
        attachment_id=new_id(),
        entity_kind="work_order",
        entity_id=work,
        sha256="0" * 64,
        size=9,
        mime="image/jpeg",
        kind=files.AttachmentKind.PHOTO,
    )
    session.flush()
    return attachment.id


def holders(working: Working, attachment: UUID, engineers: Engineers) -> list[bool]:
    with working(write=False) as session:
        return [
            attachment in changes.visible_items(session, scopes={f"u:{user}"}, kind="attachment")
            for _, user in engineers
        ]


@pytest.mark.parametrize("first", ["attachment", "reassignment"])
def test_an_attachment_and_a_reassignment_at_once_end_with_the_new_engineer(
    working: Working, tenant: Tenant, engineers: Engineers, work: UUID, first: str
) -> None:
    made: list[UUID] = []

    def add() -> None:
        with working() as session:
            made.append(attach(session, tenant, work, engineers[0][1]))
            if first == "attachment":
                begin.set()
                time.sleep(0.3)

    def reassign() -> None:
        with working() as session:
            assign(session, work, engineers[1])
            if first == "reassignment":
                begin.set()
                time.sleep(0.3)

    begin = threading.Event()
    order = [add, reassign] if first == "attachment" else [reassign, add]
    threads = [threading.Thread(target=target) for target in order]
    threads[0].start()
    assert begin.wait(5)
    threads[1].start()
    for thread in threads:
        thread.join()

    assert holders(working, made[0], engineers) == [False, True]
