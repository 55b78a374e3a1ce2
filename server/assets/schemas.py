"""How asset models, fault codes, assets and devices look on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from server.assets.models import FaultCode
from server.assets.rules import (
    DEVICE_NAME_LENGTH,
    MAX_ESTIMATED_MINUTES,
    MAX_SKILL_LEVEL,
    MIN_SKILL_LEVEL,
    ChecklistKind,
    TaskDefinition,
)
from server.kernel.fields import (
    MAX_AMOUNT,
    Count,
    Day,
    Flag,
    Id,
    InputSchema,
    Instant,
    OutputSchema,
    Quantity,
    Text,
)
from server.kernel.listing import NamedQuerySchema
from server.kernel.priority import Priority

NAME_LENGTH = 200
CODE_LENGTH = 64
MOST_SKILLS = 20
MOST_TASKS = 100
LONGEST_INTERVAL_SECONDS = 366 * 24 * 3600


class AssetModelSchema(OutputSchema):
    id = Id(required=True)
    name = fields.String(required=True)
    manufacturer = fields.String(required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class AssetModelCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="model_id")
    name = Text(NAME_LENGTH, required=True)
    manufacturer = Text(NAME_LENGTH, min_length=0, load_default="")


class AssetModelChangeSchema(InputSchema):
    name = Text(NAME_LENGTH)
    manufacturer = Text(NAME_LENGTH, min_length=0)
    is_archived = Flag()


class FaultCodeSkillSchema(OutputSchema):
    skill_id = Id(required=True)
    min_level = fields.Integer(required=True)


class FaultCodeTaskSchema(OutputSchema):
    id = Id(required=True)
    position = fields.Integer(required=True)
    title = fields.String(required=True)
    kind = fields.Enum(ChecklistKind, by_value=True, required=True)
    unit = fields.String(required=True)
    is_required = fields.Boolean(required=True)
    low = Quantity(required=True, allow_none=True)
    high = Quantity(required=True, allow_none=True)


class FaultCodeSchema(OutputSchema):
    id = Id(required=True)
    model_id = Id(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    priority = fields.Enum(Priority, by_value=True, required=True)
    estimated_minutes = fields.Integer(required=True)
    needs_visit = fields.Boolean(required=True)
    skills = fields.List(fields.Nested(FaultCodeSkillSchema), required=True)
    tasks = fields.List(fields.Nested(FaultCodeTaskSchema), required=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class FaultCodeSkillSetSchema(InputSchema):
    skill_id = Id(required=True)
    min_level = Count(MIN_SKILL_LEVEL, MAX_SKILL_LEVEL, load_default=MIN_SKILL_LEVEL)

    @post_load
    def as_pair(self, data: dict[str, Any], **_: Any) -> tuple[Any, int]:
        """Return the skill with its level, as services take it."""
        return data["skill_id"], data["min_level"]


class FaultCodeTaskSetSchema(InputSchema):
    title = Text(NAME_LENGTH, required=True)
    kind = fields.Enum(ChecklistKind, by_value=True, load_default=ChecklistKind.CHECK)
    unit = Text(CODE_LENGTH, min_length=0, load_default="")
    is_required = Flag(load_default=True)
    low = Quantity(low=-MAX_AMOUNT, allow_none=True, load_default=None)
    high = Quantity(low=-MAX_AMOUNT, allow_none=True, load_default=None)

    @post_load
    def as_definition(self, data: dict[str, Any], **_: Any) -> TaskDefinition:
        """Return the step as a value, as services take it."""
        return TaskDefinition(**data)


def _skills() -> fields.List[Any]:
    return fields.List(
        fields.Nested(FaultCodeSkillSetSchema), validate=validate.Length(max=MOST_SKILLS)
    )


def _tasks() -> fields.List[Any]:
    return fields.List(
        fields.Nested(FaultCodeTaskSetSchema), validate=validate.Length(max=MOST_TASKS)
    )


class FaultCodeCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="fault_code_id")
    code = Text(CODE_LENGTH, required=True)
    title = Text(NAME_LENGTH, required=True)
    priority = fields.Enum(Priority, by_value=True, load_default=Priority.NORMAL)
    estimated_minutes = Count(1, MAX_ESTIMATED_MINUTES, load_default=60)
    needs_visit = Flag(load_default=True)
    skills = _skills()
    tasks = _tasks()


class FaultCodeChangeSchema(InputSchema):
    title = Text(NAME_LENGTH)
    priority = fields.Enum(Priority, by_value=True)
    estimated_minutes = Count(1, MAX_ESTIMATED_MINUTES)
    needs_visit = Flag()
    skills = _skills()
    tasks = _tasks()
    is_archived = Flag()


class AssetSchema(OutputSchema):
    id = Id(required=True)
    name = fields.String(required=True)
    model_id = Id(required=True)
    site_id = Id(required=True)
    parent_id = Id(required=True, allow_none=True)
    serial = fields.String(required=True, allow_none=True)
    installed_on = Day(required=True, allow_none=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class AssetInTreeSchema(AssetSchema):
    depth = fields.Integer(
        required=True, metadata={"description": "0 for the asset asked for, 1 for its parts."}
    )


class AssetTreeSchema(OutputSchema):
    items = fields.List(fields.Nested(AssetInTreeSchema), required=True)


class AssetCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="asset_id")
    name = Text(NAME_LENGTH, required=True)
    model_id = Id(required=True)
    site_id = Id(required=True)
    parent_id = Id(allow_none=True)
    serial = Text(CODE_LENGTH, allow_none=True)
    installed_on = Day(allow_none=True)


class AssetChangeSchema(InputSchema):
    name = Text(NAME_LENGTH)
    model_id = Id()
    site_id = Id(metadata={"description": "Parts go along; the asset then has no parent."})
    parent_id = Id(allow_none=True)
    serial = Text(CODE_LENGTH, allow_none=True)
    installed_on = Day(allow_none=True)
    is_archived = Flag()


class AssetQuerySchema(NamedQuerySchema):
    site_id = Id(load_default=None)
    model_id = Id(load_default=None)
    parent_id = Id(load_default=None)
    serial = Text(CODE_LENGTH, load_default=None)


class DeviceSchema(OutputSchema):
    id = Id(required=True)
    name = fields.String(required=True)
    asset_id = Id(required=True)
    expected_interval_seconds = fields.Integer(required=True, allow_none=True)
    archived_at = Instant(required=True, allow_none=True)
    revision = fields.Integer(required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


class DeviceCreateSchema(InputSchema):
    id = Id(data_key="id", attribute="device_id")
    name = Text(
        DEVICE_NAME_LENGTH,
        required=True,
        metadata={"description": "One level of its topics, like pump-17; it stays."},
    )
    asset_id = Id(required=True)
    expected_interval_seconds = Count(1, LONGEST_INTERVAL_SECONDS, allow_none=True)


class DeviceChangeSchema(InputSchema):
    asset_id = Id()
    expected_interval_seconds = Count(1, LONGEST_INTERVAL_SECONDS, allow_none=True)
    is_archived = Flag()


class DeviceQuerySchema(NamedQuerySchema):
    asset_id = Id(load_default=None)
    name = Text(DEVICE_NAME_LENGTH, load_default=None)


class DeviceBindingSchema(OutputSchema):
    id = Id(required=True)
    asset_id = Id(required=True)
    bound_at = Instant(required=True)
    unbound_at = Instant(required=True, allow_none=True)


class DeviceCredentialSchema(OutputSchema):
    device_id = Id(required=True)
    name = fields.String(required=True)
    token = fields.String(required=True, metadata={"description": "Shown this once."})
    topic = fields.String(
        required=True, metadata={"description": "What the topics of the device begin with."}
    )


MODEL_NAMES = tuple(AssetModelSchema().fields)
ASSET_NAMES = tuple(AssetSchema().fields)
DEVICE_NAMES = tuple(DeviceSchema().fields)
BINDING_NAMES = tuple(DeviceBindingSchema().fields)
SKILL_NAMES = tuple(FaultCodeSkillSchema().fields)
TASK_NAMES = tuple(FaultCodeTaskSchema().fields)
FAULT_CODE_NAMES = tuple(FaultCodeSchema().fields)


def fault_code_document(fault_code: FaultCode) -> dict[str, Any]:
    """Return a fault code with its skills and checklist as JSON, the fast way."""
    document = {name: getattr(fault_code, name) for name in FAULT_CODE_NAMES}
    document["skills"] = [
        {name: getattr(skill, name) for name in SKILL_NAMES} for skill in fault_code.skills
    ]
    document["tasks"] = [
        {
            **{name: getattr(task, name) for name in TASK_NAMES},
            "low": None if task.low is None else Quantity.to_text(task.low),
            "high": None if task.high is None else Quantity.to_text(task.high),
        }
        for task in fault_code.tasks
    ]
    return document
