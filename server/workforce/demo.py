"""The engineers of the demonstration company: skills, homes, four weeks of shifts, holidays."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.kernel import clock, geo
from server.kernel.demo import DemoContext
from server.workforce import queries, service
from server.workforce.models import Engineer, Skill
from server.workforce.rules import Span

# The week before, for what was done; four to plan in.
WEEKS_BEFORE = 1
WEEKS = 4
WEEKDAYS = 5
# Two shifts a day: lunch lies between them.
HOURS = ((8, 12), (13, 17))
EARLY_HOURS = ((7, 11), (12, 16))
SKILLS = (
    ("refrigerants", "Refrigerants", "制冷剂操作"),
    ("electrical", "Electrical work", "电工"),
    ("lifts", "Lifts", "电梯维修"),
    ("pumps", "Pumps and hydraulics", "泵与液压"),
    ("boilers", "Boilers and gas", "锅炉与燃气"),
    ("controls", "Controls and PLC", "自动控制"),
)
HOLDING = 3
YEAR = dt.timedelta(days=365)
EXPIRED = dt.timedelta(days=-10)


def seed(ctx: DemoContext) -> None:
    """Make skills and engineers unless there are some; leaves them in ``ctx.made``."""
    if ctx.session.scalar(select(Engineer.id).limit(1)) is None:
        skills = _make_skills(ctx)
        for number, user in enumerate(ctx.made.get("engineer_users", [])):
            engineer = _make_engineer(ctx, number, user)
            _certify(ctx, number, engineer, skills)
            _roster(ctx, number, engineer)
        ctx.session.flush()
    ctx.made["skills"] = list(ctx.session.scalars(select(Skill).order_by(Skill.id)))
    ctx.made["engineers"] = list(ctx.session.scalars(select(Engineer).order_by(Engineer.id)))


def _make_skills(ctx: DemoContext) -> list[Skill]:
    place = 2 if ctx.city == "shanghai" else 1
    return [
        queries.find_skill_by_code(ctx.session, row[0])
        or service.create_skill(ctx.session, actor=ctx.actor, code=row[0], name=row[place])
        for row in SKILLS
    ]


def _make_engineer(ctx: DemoContext, number: int, user: Any) -> Engineer:
    sites = ctx.made["sites"]
    territories = ctx.made.get("territories", [])
    # They live where the sites are, and most of them work where they live.
    neighbour = sites[ctx.rng.randrange(len(sites))]
    lon, lat = geo.lon_lat(neighbour.position)
    home = geo.point(
        round(lon + ctx.rng.uniform(-0.01, 0.01), 6), round(lat + ctx.rng.uniform(-0.01, 0.01), 6)
    )
    serves = neighbour.territory_id if territories and number % 3 else None
    return service.create_engineer(
        ctx.session,
        actor=ctx.actor,
        user_id=user.id,
        name=user.display_name,
        home_position=home,
        territory_id=serves,
        timezone=ctx.tenant.timezone,
    )


def _certify(ctx: DemoContext, number: int, engineer: Engineer, skills: list[Skill]) -> None:
    today = clock.now().date()
    for offset in range(HOLDING):
        skill = skills[(number + offset) % len(skills)]
        lapsed = number % 7 == 3 and offset == 0  # noqa: PLR2004 - a few, so that one sees it.
        service.set_skill(
            ctx.session,
            actor=ctx.actor,
            engineer_id=engineer.id,
            skill_id=skill.id,
            level=ctx.rng.randint(1, 3),
            expires_on=today + (EXPIRED if lapsed else YEAR),
        )


def _roster(ctx: DemoContext, number: int, engineer: Engineer) -> None:
    zone = ZoneInfo(engineer.timezone)
    today = clock.now().astimezone(zone).date()
    first = today - dt.timedelta(days=today.weekday() + 7 * WEEKS_BEFORE)
    days = [first + dt.timedelta(days=day) for day in range((WEEKS_BEFORE + WEEKS) * 7)]
    # Every fourth engineer also works on Saturday, so that weekends are covered.
    week = WEEKDAYS + (number % 4 == 0)
    service.add_shifts(
        ctx.session,
        actor=ctx.actor,
        engineer_id=engineer.id,
        spans=[
            Span(_instant(day, start, zone), _instant(day, end, zone))
            for day in days
            if day.weekday() < week
            for start, end in (EARLY_HOURS if number % 2 else HOURS)
        ],
    )
    if number % 6 == 5:  # noqa: PLR2004 - somebody is always on holiday next week.
        monday = first + dt.timedelta(days=7 * (WEEKS_BEFORE + 1))
        service.add_absence(
            ctx.session,
            actor=ctx.actor,
            engineer_id=engineer.id,
            starts_at=_instant(monday, 0, zone),
            ends_at=_instant(monday + dt.timedelta(days=WEEKDAYS), 0, zone),
            reason="Holiday",
        )


def _instant(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), zone).astimezone(dt.UTC)
