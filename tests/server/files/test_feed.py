"""Attachments in the change feed: they follow their record to whoever sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel import changes
from server.kernel.actors import system
from server.kernel.changes import ItemState
from server.kernel.ids import new_id
from server.kernel.session import tenant_of
from server.workorders import api as workorders
from tests.builders import a_work_order
from tests.platforms import Person
from tests.server.workorders.assignments import assign

Working = Callable[..., Any]
SignIn = Callable[..., Person]


@pytest.fixture
def people(sign_in: SignIn) -> tuple[Person, Person]:
    return sign_in("engineer"), sign_in("engineer")


def book(session: Session, work_order_id: UUID, person: Person) -> None:
    assign(session, workorders.get_work_order(session, work_order_id), person)


def attach(session: Session, work_order_id: UUID) -> UUID:
    attachment = files.add_attachment(
        session,
        actor=system(tenant_of(session)),
        attachment_id=new_id(),
        entity_kind="work_order",
        entity_id=work_order_id,
        sha256="a" * 64,
        size=10,
        mime="image/jpeg",
        kind=files.AttachmentKind.PHOTO,
    )
    return attachment.id


def seen(session: Session, person: Person, attachment_id: UUID) -> list[ItemState]:
    up_to = changes.height(session).seq
    found = changes.changes_after(
        session, scopes={f"u:{person.id}"}, after=0, up_to=up_to, limit=1000
    )
    return [change.state for change in found if change.entity_id == attachment_id]


def test_an_attachment_follows_its_work_order_to_another_engineer(
    working: Working, people: tuple[Person, Person]
) -> None:
    first, second = people
    with working() as session:
        work_order_id = a_work_order(session).id
        book(session, work_order_id, first)
        attachment_id = attach(session, work_order_id)
    with working(write=False) as session:
        before = [seen(session, person, attachment_id) for person in people]

    with working() as session:
        book(session, work_order_id, second)

    with working(write=False) as session:
        after = [seen(session, person, attachment_id) for person in people]
    assert before == [[ItemState.VISIBLE], []]
    assert after == [[ItemState.OUT], [ItemState.VISIBLE]]


def test_a_phone_pulls_the_attachments_of_its_work(
    working: Working, people: tuple[Person, Person]
) -> None:
    with working() as session:
        work_order_id = a_work_order(session).id
        book(session, work_order_id, people[0])
        attachment_id = attach(session, work_order_id)

    shown = people[0].client.get(f"/api/v1/attachments/{attachment_id}")
    hidden = people[1].client.get(f"/api/v1/attachments/{attachment_id}")

    assert (shown.status_code, hidden.status_code) == (200, 404)
