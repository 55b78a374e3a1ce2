"""Builders of the workforce room: one valid default each, keyword overrides."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.auth import api as auth
from server.kernel import clock, geo
from server.kernel.actors import system
from server.kernel.ids import new_id
from server.kernel.session import tenant_of
from server.workforce import api as workforce

PORTO = (-8.61, 41.15)


def a_user(session: Session, **changes: Any) -> Any:
    values = {
        "login": f"user-{new_id().hex[-12:]}",
        "display_name": "Ana Machado",
        "password": "correct horse battery",
        "roles": ["engineer"],
    }
    return auth.create_user(session, actor=system(tenant_of(session)), **(values | changes))


def a_skill(session: Session, **changes: Any) -> workforce.Skill:
    values = {"code": f"skill-{new_id().hex[-12:]}", "name": "F-Gas"}
    return workforce.create_skill(session, actor=system(tenant_of(session)), **(values | changes))


def an_engineer(session: Session, **changes: Any) -> workforce.Engineer:
    values: dict[str, Any] = {"name": "Ana Machado", "home_position": geo.point(*PORTO)}
    values |= changes
    if "user_id" not in values:
        values["user_id"] = a_user(session).id
    return workforce.create_engineer(session, actor=system(tenant_of(session)), **values)


def a_shift(
    session: Session,
    engineer_id: UUID,
    *,
    starts_in_hours: float = 0,
    hours: float = 9,
) -> workforce.Shift:
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    starts_at = start + dt.timedelta(hours=starts_in_hours)
    return workforce.add_shift(
        session,
        actor=system(tenant_of(session)),
        engineer_id=engineer_id,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(hours=hours),
    )
