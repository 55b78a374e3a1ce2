"""A week of work of the demonstration: tickets reported, visits made, and what is still to do.

Everything goes through the doors of the rooms, with the clock held at the instant it happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.assets import api as assets
from server.dispatch import api as dispatch
from server.kernel import clock
from server.kernel.actors import Actor, ActorKind
from server.kernel.demo import DemoContext
from server.kernel.session import unit_of
from server.tickets import api as tickets
from server.workforce import api as workforce
from server.workforce.rules import Span
from server.workorders import api as workorders

TICKETS = 60
WEEK = dt.timedelta(days=7)
# Older than this the work is done; younger than the other nobody is booked yet.
DONE_AFTER = dt.timedelta(hours=30)
BOOKED_AFTER = dt.timedelta(hours=6)
CLOSED_AFTER = dt.timedelta(days=5)
FIRST_HOUR, LAST_HOUR, WEEKDAYS = 8, 17, 5
BETWEEN_VISITS = dt.timedelta(minutes=30)
CHANNELS = {"phone": 45, "email": 20, "web": 15, "app": 10, "device": 10}
WORDS: dict[str, dict[str, Any]] = {
    "porto": {
        "reporter": ("Reception", "Facilities", "Night shift", "Warehouse lead", "Maintenance"),
        "description": (
            "Reported by the tenant on the second floor.",
            "Happened twice today; it runs again after a restart.",
            "Please call before coming, the gate is closed after six.",
            "",
        ),
        "unclear": ("Strange noise in the plant room", "Display shows a red lamp", "It smells hot"),
        "cause": ("Wear", "Loose terminal", "Dirt in the filter", "Age"),
        "action": ("Replaced and tested", "Tightened, cleaned and tested", "Adjusted and tested"),
        "summary": "Works again, customer informed.",
        "advice": "Solved on the phone: the set point was wrong.",
        "reason": "Demonstration: planned by hand.",
    },
    "shanghai": {
        "reporter": ("前台", "物业", "夜班", "仓库主管", "维修班"),
        "description": ("二楼租户报修。", "今天发生两次，重启后恢复。", "来之前请先打电话。", ""),
        "unclear": ("机房有异响", "显示屏红灯亮", "有焦味"),
        "cause": ("磨损", "端子松动", "过滤器脏堵", "老化"),
        "action": ("更换并测试", "紧固、清洁并测试", "调整并测试"),
        "summary": "已恢复运行，已通知客户。",
        "advice": "电话解决：设定值有误。",
        "reason": "演示数据：人工排定。",
    },
}


def seed(ctx: DemoContext) -> None:
    """Report a week's tickets in order of time, and do the work as far as it would be done."""
    link_skills(ctx)
    if not ctx.made.get("assets") or ctx.session.scalar(select(tickets.Ticket.id).limit(1)):
        return
    now = clock.now()
    week = Week(ctx, now, workforce.rosters(ctx.session, Span(now - WEEK, now)))
    ages = sorted((ctx.rng.random() * WEEK for _ in range(ctx.count(TICKETS))), reverse=True)
    for age in ages:
        week.report(age)


def link_skills(ctx: DemoContext) -> None:
    """Tell which skills the fault codes call for, now that both sides exist."""
    known = {skill.code: skill.id for skill in ctx.made.get("skills", [])}
    for fault_code_id, levels in ctx.made.get("fault_code_skills", []):
        assets.set_fault_code_skills(
            ctx.session,
            actor=ctx.actor,
            fault_code_id=fault_code_id,
            skills=[(known[code], level) for code, level in levels if code in known],
        )
    ctx.session.flush()


@dataclass(slots=True)
class Visits:
    """What engineers do on site, in their own name."""

    ctx: DemoContext

    @property
    def _words(self) -> dict[str, Any]:
        return WORDS[self.ctx.city]

    def begin(
        self, work_order_id: UUID, engineer: workforce.Roster, starts_at: dt.datetime
    ) -> None:
        """Start the work of a visit, and answer the first step of its checklist."""
        session = self.ctx.session
        with self._acting(engineer) as actor, clock.frozen(starts_at):
            work_order = workorders.lock_work_order(session, work_order_id)
            workorders.start(session, actor=actor, work_order=work_order)
            self._answer_checklist(work_order, actor, steps=1)

    def work(
        self,
        work_order_id: UUID,
        engineer: workforce.Roster,
        starts_at: dt.datetime,
        length: dt.timedelta,
    ) -> None:
        session = self.ctx.session
        """Do the work of a visit from its beginning to its end."""
        with self._acting(engineer) as actor:
            work_order = workorders.lock_work_order(session, work_order_id)
            with clock.frozen(starts_at):
                workorders.start(session, actor=actor, work_order=work_order)
            with clock.frozen(starts_at + length * 0.8):
                self._answer_checklist(work_order, actor)
                self._repair(work_order, actor)
            with clock.frozen(starts_at + length):
                workorders.complete(
                    session, actor=actor, work_order=work_order, summary=self._words["summary"]
                )
                session.flush()

    def _answer_checklist(
        self, work_order: workorders.WorkOrder, actor: Actor, *, steps: int | None = None
    ) -> None:
        kind = self.ctx.platform.feed_kinds["work_order"]
        document = kind.documents(self.ctx.session, self.ctx.actor, [work_order.id])
        for task in document[work_order.id]["tasks"][:steps]:
            workorders.answer_task(
                self.ctx.session,
                actor=actor,
                work_order=work_order,
                task_id=task["id"],
                value=self._answer(task),
            )

    def _answer(self, task: dict[str, Any]) -> bool | str | None:
        if task["kind"] == "check":
            return True
        if task["kind"] != "reading":
            return None
        low, high = (Decimal(task[end] or 0) for end in ("minimum", "maximum"))
        share = Decimal(self.ctx.rng.randint(20, 80)) / 100
        return f"{low + (max(high, low) - low) * share:.1f}"

    def _repair(self, work_order: workorders.WorkOrder, actor: Actor) -> None:
        """Record the repair, with the parts that the van holds."""
        session, words, rng = self.ctx.session, self._words, self.ctx.rng
        repair = workorders.record_repair(
            session,
            actor=actor,
            work_order=work_order,
            cause=rng.choice(words["cause"]),
            action=rng.choice(words["action"]),
        )
        session.flush()
        if work_order.engineer_id is None:
            return
        gate = self.ctx.platform.port(workorders.PartsGate)  # type: ignore[type-abstract]
        needs = gate.needs_of(session, [work_order.id]).get(work_order.id, [])
        van = gate.availability(session, needs, [work_order.engineer_id])
        for part in van.get(work_order.engineer_id, []):
            if part.on_van >= part.needed:
                workorders.consume_part(
                    session,
                    actor=actor,
                    work_order=work_order,
                    repair_id=repair.id,
                    part_id=part.part_id,
                    quantity=part.needed,
                )

    @contextmanager
    def _acting(self, engineer: workforce.Roster) -> Iterator[Actor]:
        """Let the engineer be who acts, also for history and audit."""
        unit = unit_of(self.ctx.session)
        before = unit.actor
        unit.actor = actor = Actor(
            id=engineer.user_id,
            kind=ActorKind.USER,
            tenant_id=self.ctx.tenant.id,
            permissions=frozenset({"work_orders.perform"}),
            name=engineer.name,
        )
        try:
            yield actor
            self.ctx.session.flush()
        finally:
            unit.actor = before


@dataclass(slots=True)
class Week:
    """The week as it goes on: when each engineer is free again."""

    ctx: DemoContext
    now: dt.datetime
    rosters: list[workforce.Roster]
    free_at: dict[UUID, dt.datetime] = field(default_factory=dict)

    @property
    def _words(self) -> dict[str, Any]:
        return WORDS[self.ctx.city]

    def report(self, age: dt.timedelta) -> None:
        """Report one ticket so long ago, and bring it as far as it would be by now."""
        at = self.now - age
        with clock.frozen(at):
            ticket = self._open()
            self.ctx.session.flush()
        found = workorders.find_by_ticket(self.ctx.session, ticket.id)
        if found:
            self._visit(found[0], at, age)
        elif ticket.fault_code_id is not None and age > BOOKED_AFTER:
            with clock.frozen(at + dt.timedelta(minutes=20)):
                tickets.resolve_ticket(
                    self.ctx.session,
                    actor=self.ctx.actor,
                    ticket_id=ticket.id,
                    resolution=self._words["advice"],
                )
        if age > CLOSED_AFTER:
            self._close(ticket.id)

    def _open(self) -> tickets.Ticket:
        rng, made, words = self.ctx.rng, self.ctx.made, self._words
        asset = rng.choice(made["assets"])
        codes = [code for code in made["fault_codes"] if code.model_id == asset.model_id]
        # One in ten is reported by somebody who cannot say what it is.
        code = rng.choice(codes) if codes and rng.random() > 0.1 else None  # noqa: PLR2004
        channel = rng.choices(list(CHANNELS), weights=list(CHANNELS.values()))[0]
        return tickets.open_ticket(
            self.ctx.session,
            actor=self.ctx.actor,
            title=code.title if code else rng.choice(words["unclear"]),
            description=rng.choice(words["description"]),
            channel=channel,
            asset_id=asset.id,
            fault_code_id=code.id if code else None,
            reporter_name="" if channel == "device" else rng.choice(words["reporter"]),
        )

    def _visit(self, work_order: workorders.WorkOrder, at: dt.datetime, age: dt.timedelta) -> None:
        if age < BOOKED_AFTER:
            return
        if age < DONE_AFTER:
            self._book_ahead(work_order)
            return
        length = dt.timedelta(minutes=work_order.duration_minutes)
        engineer, starts_at = self._somebody(work_order, at + dt.timedelta(hours=1), length)
        if engineer is None or starts_at + length > self.now:
            self._book_ahead(work_order)
            return
        self.free_at[engineer.engineer_id] = starts_at + length + BETWEEN_VISITS
        with clock.frozen(min(at + dt.timedelta(minutes=15), starts_at)):
            dispatch.book(
                self.ctx.session,
                actor=self.ctx.actor,
                work_order_id=work_order.id,
                engineer_id=engineer.engineer_id,
                starts_at=starts_at,
                ends_at=starts_at + length,
                override_reason=self._words["reason"],
            )
        Visits(self.ctx).work(work_order.id, engineer, starts_at, length)

    def _book_ahead(self, work_order: workorders.WorkOrder) -> None:
        """Book whom dispatch proposes, from now on; stays open when it proposes nobody."""
        session = self.ctx.session
        proposal = dispatch.rank_engineers(
            session, actor=self.ctx.actor, work_order_id=work_order.id
        )
        best = next(iter(proposal.ranking["proposals"]), None)
        if best is not None:
            dispatch.book(
                session,
                actor=self.ctx.actor,
                work_order_id=work_order.id,
                engineer_id=UUID(best["engineer_id"]),
                proposal_id=proposal.id,
            )

    def _somebody(
        self, work_order: workorders.WorkOrder, earliest: dt.datetime, length: dt.timedelta
    ) -> tuple[workforce.Roster | None, dt.datetime]:
        """Whoever has the skills and is free first, in working hours."""
        needed = workorders.required_skills(self.ctx.session, work_order.id)
        able = [
            roster
            for roster in self.rosters
            if all(
                any(held.skill_id == skill_id and held.level >= level for held in roster.skills)
                for skill_id, level in needed
            )
        ]
        starts = {
            roster.engineer_id: self._in_hours(
                max(earliest, self.free_at.get(roster.engineer_id, earliest)), length
            )
            for roster in able
        }
        if not starts:
            return None, earliest
        first = min(able, key=lambda roster: (starts[roster.engineer_id], roster.name))
        return first, starts[first.engineer_id]

    def _close(self, ticket_id: UUID) -> None:
        ticket = tickets.lock_ticket(self.ctx.session, ticket_id)
        if ticket.state == "resolved" and ticket.resolved_at is not None:
            with clock.frozen(min(ticket.resolved_at + dt.timedelta(days=1), self.now)):
                tickets.move_ticket(
                    self.ctx.session, actor=self.ctx.actor, ticket=ticket, action="close"
                )

    def _in_hours(self, at: dt.datetime, length: dt.timedelta) -> dt.datetime:
        """The first instant from ``at`` at which a visit fits into a working day."""
        local = at.astimezone(ZoneInfo(self.ctx.tenant.timezone))
        opening = local.replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
        local = max(local, opening)
        closing = opening.replace(hour=LAST_HOUR)
        while local + length > closing or local.weekday() >= WEEKDAYS:
            opening += dt.timedelta(days=1)
            local, closing = opening, opening.replace(hour=LAST_HOUR)
        return local.astimezone(dt.UTC)
