from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sqlalchemy.orm import Session

from server.auth import demo as auth_demo
from server.kernel import clock
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.places import demo as places_demo
from server.workforce import demo, queries
from server.workforce.rules import Span


def test_the_demonstration_has_engineers_who_can_be_booked_and_is_seeded_once(
    session: Session, platform: Platform, tenant: Any
) -> None:
    ctx = DemoContext(
        session=session,
        platform=platform,
        tenant=tenant,
        scale=0.2,
        city="porto",
        rng=random.Random(7),  # noqa: S311 - the same company each time.
    )
    auth_demo.seed(ctx)
    places_demo.seed(ctx)

    demo.seed(ctx)
    first = list(ctx.made["engineers"])
    demo.seed(ctx)

    now = clock.now()
    rosters = queries.rosters(session, Span(now, now + dt.timedelta(weeks=demo.WEEKS)))
    assert ctx.made["engineers"] == first
    assert len(first) == len(rosters) == 4
    assert all(roster.shifts and len(roster.skills) == demo.HOLDING for roster in rosters)
