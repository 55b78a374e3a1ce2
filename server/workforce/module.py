"""Wiring of the workforce room."""

from __future__ import annotations

from server.kernel.modules import Module
from server.workforce import demo, routes
from server.workforce.commands import COMMANDS
from server.workforce.errors import EngineerExists, ShiftsOverlap, SkillExists
from server.workforce.feed import FEED_KINDS
from server.workforce.models import SHIFT_OVERLAP

MODULE = Module(
    name="workforce",
    demo=demo.seed,
    blueprints=(routes.skills, routes.engineers, routes.shifts, routes.absences),
    commands=COMMANDS,
    feed_kinds=FEED_KINDS,
    permissions={
        "skills.read": (
            "admin",
            "director",
            "dispatcher",
            "agent",
            "lead",
            "engineer",
            "storekeeper",
        ),
        # Homes and positions of people: for those who plan, not for everybody.
        "workforce.read": ("admin", "director", "dispatcher", "lead"),
        "workforce.manage": ("admin", "dispatcher"),
        "positions.record": ("engineer",),
    },
    constraints={
        "uq_skill_tenant_id_code": SkillExists,
        "uq_engineer_tenant_id_user_id": EngineerExists,
        SHIFT_OVERLAP: ShiftsOverlap,
    },
)
