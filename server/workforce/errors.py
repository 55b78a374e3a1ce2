"""Refusals of the workforce room."""

from __future__ import annotations

from server.kernel.errors import DomainError


class SkillExists(DomainError):
    """The tenant has a skill with that code already."""

    code = "skill-exists"
    title = "Skill exists"


class EngineerExists(DomainError):
    """The user is an engineer already."""

    code = "engineer-exists"
    title = "Engineer exists"


class ShiftsOverlap(DomainError):
    """The engineer already has a shift in that time."""

    code = "shifts-overlap"
    title = "Shifts overlap"
