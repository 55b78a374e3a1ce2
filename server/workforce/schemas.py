"""How engineers, skills, shifts and absences look on the wire."""

from __future__ import annotations

import zoneinfo

from marshmallow import ValidationError, fields

from server.kernel.fields import (
    Count,
    Day,
    Flag,
    Id,
    InputSchema,
    Instant,
    OutputSchema,
    Position,
    QueryFlag,
    Text,
)
from server.kernel.paging import PageQuerySchema
from server.workforce.rules import MAX_SKILL_LEVEL, MIN_SKILL_LEVEL

MAX_ACCURACY_METRES = 100_000


def check_timezone(name: str) -> None:
    """Refuse what is not a zone of the IANA database."""
    try:
        zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise ValidationError("Not a time zone; use a name like Europe/Lisbon.") from None


class SkillSchema(OutputSchema):
    id = Id(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)


class SkillCreateSchema(InputSchema):
    code = Text(64, required=True)
    name = Text(200, required=True)


class SkillPatchSchema(InputSchema):
    name = Text(200)
    is_archived = Flag()


class SkillQuerySchema(PageQuerySchema):
    is_archived = QueryFlag(load_default=None)


class EngineerSkillSchema(OutputSchema):
    skill_id = Id(required=True)
    level = fields.Integer(required=True)
    expires_on = Day(required=True, allow_none=True)


class EngineerSkillSetSchema(InputSchema):
    level = Count(MIN_SKILL_LEVEL, MAX_SKILL_LEVEL, required=True)
    expires_on = Day(load_default=None, allow_none=True)


class EngineerSchema(OutputSchema):
    id = Id(required=True)
    user_id = Id(required=True)
    name = fields.String(required=True)
    home_position = Position(required=True)
    territory_id = Id(required=True, allow_none=True)
    timezone = fields.String(required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    skills = fields.List(fields.Nested(EngineerSkillSchema), required=True)


class EngineerCreateSchema(InputSchema):
    user_id = Id(required=True)
    name = Text(200, required=True)
    home_position = Position(required=True)
    territory_id = Id(load_default=None, allow_none=True)
    timezone = fields.String(load_default="UTC", validate=check_timezone)


class EngineerPatchSchema(InputSchema):
    name = Text(200)
    home_position = Position()
    territory_id = Id(allow_none=True)
    timezone = fields.String(validate=check_timezone)
    is_archived = Flag()


class EngineerQuerySchema(PageQuerySchema):
    is_archived = QueryFlag(load_default=None)
    territory_id = Id(load_default=None)
    skill_id = Id(load_default=None)


class ShiftSchema(OutputSchema):
    id = Id(required=True)
    engineer_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    revision = fields.Integer(required=True)


class ShiftAddSchema(InputSchema):
    engineer_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)


class AbsenceSchema(OutputSchema):
    id = Id(required=True)
    engineer_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    reason = fields.String(required=True)
    revision = fields.Integer(required=True)


class AbsenceAddSchema(InputSchema):
    engineer_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    reason = Text(500, min_length=0, load_default="")


class PeriodQuerySchema(PageQuerySchema):
    engineer_id = Id(load_default=None)
    from_at = Instant(load_default=None)
    until_at = Instant(load_default=None)


class EngineerPositionSchema(OutputSchema):
    id = Id(required=True)
    engineer_id = Id(required=True)
    position = Position(required=True)
    accuracy_metres = fields.Integer(required=True, allow_none=True)
    recorded_at = Instant(required=True)
    revision = fields.Integer(required=True)


class PositionRecordSchema(InputSchema):
    position = Position(required=True)
    accuracy_metres = Count(0, MAX_ACCURACY_METRES, load_default=None, allow_none=True)
