"""The door of the workforce room."""

from server.workforce.models import Absence, Engineer, EngineerSkill, Shift, Skill
from server.workforce.queries import (
    Roster,
    engineer_names,
    find_engineer_of_user,
    find_skill_by_code,
    get_engineer,
    get_skill,
    list_engineers,
    rosters,
    skill_names,
)
from server.workforce.service import (
    add_absence,
    add_shift,
    add_shifts,
    create_engineer,
    create_skill,
    record_position,
    set_skill,
)

__all__ = [
    "Absence",
    "Engineer",
    "EngineerSkill",
    "Roster",
    "Shift",
    "Skill",
    "add_absence",
    "add_shift",
    "add_shifts",
    "create_engineer",
    "create_skill",
    "engineer_names",
    "find_engineer_of_user",
    "find_skill_by_code",
    "get_engineer",
    "get_skill",
    "list_engineers",
    "record_position",
    "rosters",
    "set_skill",
    "skill_names",
]
