from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel import events
from server.kernel.events import Event, EventRecord
from server.kernel.ids import new_id


@dataclass(frozen=True, kw_only=True)
class ThingSeen(Event):
    type: ClassVar[str] = "thing.seen"
    entity_kind: ClassVar[str] = "thing"

    name: str


class Refused(Exception):
    pass


def names_of(session: Session, thing_id: UUID) -> list[str]:
    rows = select(EventRecord).where(EventRecord.entity_id == thing_id).order_by(EventRecord.id)
    return [row.payload["name"] for row in session.scalars(rows)]


def test_a_fact_is_read_in_the_unit_of_work_that_keeps_it(session: Session) -> None:
    thing_id = new_id()

    for name in ("öne", 'two "quoted"'):
        events.record(session, ThingSeen(entity_id=thing_id, name=name))

    assert names_of(session, thing_id) == ["öne", 'two "quoted"']


def test_a_savepoint_that_is_undone_takes_only_its_own_facts_along(
    working: Callable[..., Any],
) -> None:
    thing_id = new_id()

    with working() as session:
        events.record(session, ThingSeen(entity_id=thing_id, name="before"))
        with pytest.raises(Refused), session.begin_nested():  # noqa: PT012
            events.record(session, ThingSeen(entity_id=thing_id, name="within"))
            raise Refused
        events.record(session, ThingSeen(entity_id=thing_id, name="after"))

    with working(write=False) as session:
        assert names_of(session, thing_id) == ["before", "after"]


def test_a_savepoint_that_holds_keeps_its_facts(working: Callable[..., Any]) -> None:
    thing_id = new_id()

    with working() as session, session.begin_nested():
        events.record(session, ThingSeen(entity_id=thing_id, name="within"))

    with working(write=False) as session:
        assert names_of(session, thing_id) == ["within"]


def test_a_reading_unit_of_work_keeps_no_fact(working: Callable[..., Any]) -> None:
    with pytest.raises(RuntimeError, match="must not change"), working(write=False) as session:
        events.record(session, ThingSeen(entity_id=new_id(), name="never"))
