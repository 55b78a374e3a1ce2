"""A visit lies in working time, is held against what is true now, and counts what was fitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.dispatch import service
from server.dispatch.errors import OverrideReasonRequired
from server.kernel import clock
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.workforce import api as workforce
from tests.builders import a_part, a_van, some_stock
from tests.inventory import records as stock
from tests.server.dispatch.records import MONDAY_8, a_work_order, an_engineer_on_shift

ONE = 1000
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    with clock.frozen(MONDAY_8):
        yield


@pytest.mark.parametrize(
    ("starts_in_hours", "code"),
    [(1.5, "absent"), (8.9, "no-shift")],
    ids=["half in an absence", "past the end of the shift"],
)
def test_all_of_a_visit_lies_in_working_time_or_has_a_reason(
    session: Session, actor: Actor, starts_in_hours: float, code: str
) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    ill(session, actor, engineer.id, from_hour=2, until_hour=6)
    choice: dict[str, Any] = {"work_order_id": work_order.id, "engineer_id": engineer.id}
    starts_at = MONDAY_8 + starts_in_hours * HOUR

    with pytest.raises(OverrideReasonRequired) as refused:
        service.book(session, actor=actor, **choice, starts_at=starts_at)

    assert refused.value.params["rejection"]["code"] == code
    service.book(session, actor=actor, **choice, starts_at=starts_at, override_reason="Emergency")


def test_a_proposal_is_held_against_what_is_true_when_it_is_taken(
    session: Session, actor: Actor
) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    ranking = service.rank_engineers(session, actor=actor, work_order_id=work_order.id)
    choice: dict[str, Any] = {"work_order_id": work_order.id, "engineer_id": engineer.id}
    choice["proposal_id"] = ranking.id

    with clock.frozen(MONDAY_8 + 26 * HOUR), pytest.raises(InvalidInput):
        service.book(session, actor=actor, **choice)
    ill(session, actor, engineer.id, from_hour=-1, until_hour=48)
    with pytest.raises(OverrideReasonRequired):
        service.book(session, actor=actor, **choice)


def test_a_part_that_is_fitted_is_not_missing_on_the_next_visit(
    session: Session, actor: Actor
) -> None:
    engineer, work_order = an_engineer_on_shift(session), a_work_order(session)
    part, van = a_part(session), a_van(session, engineer.id)
    some_stock(session, part.id, van.id, ONE)
    stock.reserve(session, work_order, part, ONE)
    stock.assign(session, work_order, engineer)
    stock.fit(session, work_order, part, ONE, engineer=engineer)

    ranking = service.rank_engineers(session, actor=actor, work_order_id=work_order.id)

    (proposal,) = ranking.ranking["proposals"]
    assert proposal["terms"]["part_missing"] == 0


def ill(
    session: Session, actor: Actor, engineer_id: UUID, *, from_hour: int, until_hour: int
) -> None:
    workforce.add_absence(
        session,
        actor=actor,
        engineer_id=engineer_id,
        starts_at=MONDAY_8 + from_hour * HOUR,
        ends_at=MONDAY_8 + until_hour * HOUR,
        reason="ill",
    )
