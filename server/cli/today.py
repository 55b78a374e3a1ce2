"""The demonstration's day: whenever it is started, people are on their way and work waits.

It is made anew on each day that the platform is started, on top of what is there.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.assets import api as assets
from server.cli.week import WORDS, Visits
from server.dispatch import api as dispatch
from server.dispatch.errors import EngineerBusy, OverrideReasonRequired
from server.kernel import clock, geo
from server.kernel.demo import DemoContext
from server.kernel.priority import Priority
from server.kernel.session import tenant_of
from server.places import api as places
from server.tickets import api as tickets
from server.workforce import api as workforce
from server.workforce.rules import Span, spans_without
from server.workorders import api as workorders

HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
# Around now there has to be somebody on shift, on Sunday night as well.
ON_DUTY = (-4 * HOUR, 6 * HOUR)
TOMORROW = ((8, 12), (13, 17))
GRID_MINUTES = 5
LATEST_TRY = 8 * HOUR
WAITING = 6
LOOKED_AT = 60
# What each engineer's day looks like; the first is the one that people sign in as.
DAYS = (
    (("done", -4 * HOUR), ("ahead", 0.75 * HOUR), ("ahead", 3 * HOUR), ("ahead", DAY)),
    (("done", -3.5 * HOUR), ("on_site", -0.5 * HOUR), ("ahead", 2 * HOUR)),
    (("done", -3 * HOUR), ("travelling", 0.25 * HOUR), ("ahead", 2.5 * HOUR), ("ahead", DAY)),
    (("ahead", 1.5 * HOUR), ("ahead", DAY)),
    (("ahead", DAY),),
)
NOTES = {
    "porto": (
        "Customer called again: they would like to know when somebody comes.",
        "Key to the plant room is with reception.",
        "Second visit this month; please look at the mounting, too.",
    ),
    "shanghai": (
        "客户再次来电，询问何时到场。",
        "机房钥匙在前台。",
        "本月第二次上门，请检查安装。",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that may go wrong with an asset, and what an engineer needs for it."""

    asset_id: UUID
    code_id: UUID
    title: str
    position: geo.LonLat
    skills: dict[UUID, int]


def seed(ctx: DemoContext) -> bool:
    """Give the company a day around now, unless it has one; whether it was made."""
    day = Day(ctx, _on_the_grid(clock.now()))
    if not ctx.made.get("engineers") or day.is_there():
        return False
    day.keep_shifts()
    day.fill()
    ctx.session.flush()
    return True


@dataclass(slots=True)
class Day:
    """The day as it is made: who works, and which faults are not used yet."""

    ctx: DemoContext
    now: dt.datetime
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    used: set[UUID] = field(default_factory=set)

    def is_there(self) -> bool:
        """Whether this day was made before."""
        return tickets.find_by_source(self.ctx.session, self._key(1)) is not None

    def keep_shifts(self) -> None:
        """See to it that most people work now and tomorrow, whatever the day of the week."""
        zone = ZoneInfo(self.ctx.tenant.timezone)
        duty = Span(self.now + ON_DUTY[0], self.now + ON_DUTY[1])
        day = (self.now.astimezone(zone) + DAY).date()
        tomorrow = [
            Span(*(dt.datetime.combine(day, dt.time(hour), zone) for hour in hours))
            for hours in TOMORROW
        ]
        around = Span(self.now - DAY, self.now + 2 * DAY)
        for number, roster in enumerate(self._rosters(around)):
            if number % 6 == 5:  # noqa: PLR2004 - somebody has the day off.
                continue
            spans = self._missing(roster, duty, tomorrow)
            if spans:
                workforce.add_shifts(
                    self.ctx.session,
                    actor=self.ctx.actor,
                    engineer_id=roster.engineer_id,
                    spans=spans,
                )
        self.ctx.session.flush()

    def fill(self) -> None:
        """Make the visits of the day, and tickets whose work nobody has."""
        around = Span(self.now - DAY, self.now + 2 * DAY)
        faults = self._faults()
        rosters = self._rosters(around)
        # The first of all is for whoever tries it out: it can be done with what the van holds.
        self._wait(self._suited(rosters[0], faults, with_parts=True), Priority.HIGH)
        for number, roster in enumerate(rosters):
            for state, offset in DAYS[number % len(DAYS)]:
                fault = self._suited(roster, faults, with_parts=number == 0)
                if fault is not None:
                    self._visit(roster, fault, state, self.now + offset)
            self._place(roster, number)
        for number in range(1, self.ctx.count(WAITING)):
            roster = rosters[(3 * number) % len(rosters)]
            self._wait(self._suited(roster, faults), list(Priority)[number % len(Priority)])

    def _rosters(self, around: Span) -> list[workforce.Roster]:
        """Everybody in the order of their logins."""
        found = {r.user_id: r for r in workforce.rosters(self.ctx.session, around)}
        return [found[user.id] for user in self.ctx.made["engineer_users"] if user.id in found]

    @staticmethod
    def _missing(roster: workforce.Roster, duty: Span, tomorrow: list[Span]) -> list[Span]:
        """What a roster lacks of being on duty around now and at work tomorrow."""
        near = [s for s in roster.shifts if s.starts_at < duty.ends_at + HOUR]
        near = [s for s in near if s.ends_at > duty.starts_at - HOUR]
        known = list(roster.shifts)
        if near:  # Lunch stays free.
            ends = (min(s.starts_at for s in near), max(s.ends_at for s in near))
            known.append(Span(*ends))
        has_tomorrow = any(
            s.starts_at < tomorrow[-1].ends_at and s.ends_at > tomorrow[0].starts_at
            for s in roster.shifts
        )
        wanted = [duty] if has_tomorrow else [duty, *tomorrow]
        return [s for s in spans_without(wanted, known) if s.ends_at - s.starts_at >= HOUR]

    def _faults(self) -> list[Fault]:
        """Faults that call for a visit, of some of the assets."""
        session, made = self.ctx.session, self.ctx.made
        codes: dict[UUID, list[Any]] = {}
        for code in made["fault_codes"]:
            if code.needs_visit:
                codes.setdefault(code.model_id, []).append(code)
        skills = {
            code.id: dict(assets.required_skills(session, code.id))
            for each in codes.values()
            for code in each
        }
        positions = {
            row.id: geo.lon_lat(row.position)
            for row in session.execute(select(places.Site.id, places.Site.position))
        }
        chosen = self.ctx.rng.sample(made["assets"], len(made["assets"]))
        return [
            Fault(asset.id, code.id, code.title, positions[asset.site_id], skills[code.id])
            for asset in chosen
            for code in self.ctx.rng.sample(codes.get(asset.model_id, []), 1)
            if asset.site_id in positions
        ]

    def _suited(
        self, roster: workforce.Roster, faults: list[Fault], *, with_parts: bool = False
    ) -> Fault | None:
        """The nearest fault that nobody has yet and that the engineer can see to."""
        held = {skill.skill_id: skill.level for skill in roster.skills}
        able = [
            fault
            for fault in faults
            if fault.asset_id not in self.used
            and all(held.get(skill, 0) >= level for skill, level in fault.skills.items())
        ]
        if with_parts:
            able = [fault for fault in able[:LOOKED_AT] if self._is_on_van(roster, fault)] or able
        fault = min(
            able, key=lambda one: geo.haversine_metres(*roster.home, *one.position), default=None
        )
        if fault is not None:
            self.used.add(fault.asset_id)
        return fault

    def _is_on_van(self, roster: workforce.Roster, fault: Fault) -> bool:
        gate = self.ctx.platform.port(workorders.PartsGate)  # type: ignore[type-abstract]
        needs = gate.parts_for(self.ctx.session, fault.code_id)
        held = gate.availability(self.ctx.session, needs, [roster.engineer_id])
        parts = held.get(roster.engineer_id, [])
        return bool(parts) and all(part.on_van >= part.needed for part in parts)

    def _report(
        self, fault: Fault, age: dt.timedelta, priority: Priority
    ) -> workorders.WorkOrder | None:
        """Report a fault so long ago; its work order."""
        words, session = WORDS[self.ctx.city], self.ctx.session
        with clock.frozen(self.now - age):
            ticket = tickets.open_ticket(
                session,
                actor=self.ctx.actor,
                title=fault.title,
                description=self.ctx.rng.choice(words["description"]),
                priority=priority,
                channel=self.ctx.rng.choice(("phone", "email", "web", "app")),
                asset_id=fault.asset_id,
                fault_code_id=fault.code_id,
                reporter_name=self.ctx.rng.choice(words["reporter"]),
                source_key=self._key(next(self.numbers)),
            )
            session.flush()
        return next(iter(workorders.find_by_ticket(session, ticket.id)), None)

    def _wait(self, fault: Fault | None, priority: Priority) -> None:
        """Leave work that nobody is booked for, with a word about it."""
        if fault is None:
            return
        minutes = self.ctx.rng.randint(15, 100)
        work_order = self._report(fault, minutes * MINUTE, priority)
        if work_order is None:
            return
        with clock.frozen(self.now - (minutes // 2) * MINUTE):
            tickets.add_note(
                self.ctx.session,
                actor=self.ctx.actor,
                ticket_id=work_order.ticket_id,
                body=self.ctx.rng.choice(NOTES[self.ctx.city]),
            )

    def _visit(
        self, roster: workforce.Roster, fault: Fault, state: str, starts_at: dt.datetime
    ) -> None:
        priority = self.ctx.rng.choice((Priority.NORMAL, Priority.HIGH))
        age = max(self.now - starts_at, dt.timedelta()) + 5 * HOUR
        work_order = self._report(fault, age, priority)
        if work_order is None:
            return
        booking = self._book(work_order, roster, starts_at)
        if booking is None:
            return
        visits = Visits(self.ctx)
        length = booking.ends_at - booking.starts_at
        if state == "done" and booking.ends_at < self.now:
            visits.work(work_order.id, roster, booking.starts_at, length)
        elif state == "on_site" and booking.starts_at < self.now:
            visits.begin(work_order.id, roster, booking.starts_at)
        elif state == "travelling":
            with clock.frozen(self.now - 10 * MINUTE):
                dispatch.move_booking(
                    self.ctx.session, actor=self.ctx.actor, booking=booking, action="travel"
                )
                self.ctx.session.flush()

    def _book(
        self, work_order: workorders.WorkOrder, roster: workforce.Roster, starts_at: dt.datetime
    ) -> dispatch.Booking | None:
        """Book the first time from ``starts_at`` on at which nothing else is booked."""
        reason = ""
        for at in (starts_at + n * 30 * MINUTE for n in range(int(LATEST_TRY / HOUR) * 2)):
            with clock.frozen(min(at, self.now) - HOUR):
                for why in (reason, WORDS[self.ctx.city]["reason"]):
                    try:
                        return dispatch.book(
                            self.ctx.session,
                            actor=self.ctx.actor,
                            work_order_id=work_order.id,
                            engineer_id=roster.engineer_id,
                            starts_at=at,
                            override_reason=why,
                        )
                    except OverrideReasonRequired:
                        continue
                    except EngineerBusy:
                        break
        return None

    def _place(self, roster: workforce.Roster, number: int) -> None:
        """Say where the phone was some minutes ago: near the present visit, else near home."""
        busy = dispatch.present_site(self.ctx.session, roster.engineer_id, self.now)
        lon, lat = busy or roster.home
        spread = 0.0004 if busy else 0.004
        rng = self.ctx.rng
        with clock.frozen(self.now - (number % 7) * MINUTE):
            workforce.record_position(
                self.ctx.session,
                actor=self.ctx.actor,
                engineer_id=roster.engineer_id,
                position=geo.point(
                    round(lon + rng.uniform(-spread, spread), 6),
                    round(lat + rng.uniform(-spread, spread), 6),
                ),
                accuracy_metres=rng.randint(5, 40),
            )

    def _key(self, number: int) -> str:
        zone = ZoneInfo(self.ctx.tenant.timezone)
        return f"demo:{tenant_of(self.ctx.session)}:{self.now.astimezone(zone):%Y-%m-%d}:{number}"


def _on_the_grid(at: dt.datetime) -> dt.datetime:
    return at.replace(minute=at.minute - at.minute % GRID_MINUTES, second=0, microsecond=0)
