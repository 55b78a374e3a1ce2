"""How sign-in, users, roles and the audit trail look on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from server.auth import rules
from server.kernel import map_source
from server.kernel.actors import ActorKind
from server.kernel.fields import Flag, Id, InputSchema, Instant, OutputSchema, QueryFlag, Text
from server.kernel.paging import PageQuerySchema

MAX_PERMISSIONS = 1000
MAX_ROLES = 50
TOKEN_MAX_LENGTH = 500
CODE_MAX_LENGTH = 64


class Password(Text):
    """A password: kept as typed, white space included."""

    def __init__(self, **options: Any) -> None:
        """Bound the length; the rules say what a new password needs."""
        super().__init__(
            rules.PASSWORD_MAX_LENGTH,
            load_only=True,
            metadata={"format": "password"},
            **options,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = fields.String._deserialize(self, value, attr, data, **options)  # noqa: SLF001
        return text


class SignInSchema(InputSchema):
    """Login and password; ``cookie`` asks for the refresh token as a cookie."""

    login = Text(
        200,
        required=True,
        metadata={"description": "`user@tenant`", "example": "dispatcher@demo"},
    )
    password = Password(required=True)
    cookie = Flag(load_default=False)
    installation_id = Id(load_default=None, allow_none=True)


class RefreshSchema(InputSchema):
    """The refresh token, unless it comes as a cookie."""

    refresh_token = Text(TOKEN_MAX_LENGTH, load_default=None, allow_none=True)
    installation_id = Id(load_default=None, allow_none=True)


class SignOutSchema(InputSchema):
    """The refresh token, unless it comes as a cookie."""

    refresh_token = Text(TOKEN_MAX_LENGTH, load_default=None, allow_none=True)


class SignedInSchema(OutputSchema):
    """Tokens; ``refresh_token`` is null when it was set as a cookie."""

    token_type = fields.String(required=True)
    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    refresh_token = fields.String(required=True, allow_none=True)
    refresh_expires_at = Instant(required=True)


class StreamTokenSchema(OutputSchema):
    """A token for the event stream, and where that is."""

    token = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    stream_url = fields.String(required=True)


class TenantSchema(OutputSchema):
    id = Id(required=True)
    slug = fields.String(required=True)
    name = fields.String(required=True)
    timezone = fields.String(required=True)
    is_demo = fields.Boolean(required=True)


class UserSchema(OutputSchema):
    """A user without anything secret."""

    id = Id(required=True)
    revision = fields.Integer(required=True)
    login = fields.String(required=True)
    display_name = fields.String(required=True)
    email = fields.String(required=True)
    locale = fields.String(required=True)
    timezone = fields.String(required=True)
    is_demo = fields.Boolean(required=True)
    disabled_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    roles = fields.List(fields.String(), required=True)


class MeSchema(UserSchema):
    """The signed-in user, what he or she may do, and where."""

    permissions = fields.List(fields.String(), required=True)
    scopes = fields.List(fields.String(), required=True)
    installation_id = Id(required=True, allow_none=True)
    tenant = fields.Nested(TenantSchema, required=True)


class MeChangeSchema(InputSchema):
    """What users may change about themselves."""

    display_name = Text(200)
    email = Text(200, min_length=0)
    locale = Text(CODE_MAX_LENGTH)
    timezone = Text(CODE_MAX_LENGTH)


class OwnPasswordSchema(InputSchema):
    current_password = Password(required=True)
    new_password = Password(required=True)


class NewPasswordSchema(InputSchema):
    password = Password(required=True)


def _role_names(**options: Any) -> Any:
    limits = validate.Length(max=MAX_ROLES)
    return fields.List(Text(CODE_MAX_LENGTH), validate=limits, **options)


class UserCreateSchema(InputSchema):
    login = Text(CODE_MAX_LENGTH, required=True)
    display_name = Text(200, required=True)
    password = Password(load_default=None, allow_none=True)
    email = Text(200, min_length=0, load_default="")
    locale = Text(CODE_MAX_LENGTH, load_default="en")
    timezone = Text(CODE_MAX_LENGTH, load_default="UTC")
    roles = _role_names(load_default=list)


class UserChangeSchema(MeChangeSchema):
    roles = _role_names()


class UserMoveSchema(InputSchema):
    action = fields.String(required=True, validate=validate.OneOf(["disable", "enable"]))


class UserQuerySchema(PageQuerySchema):
    q = Text(100, load_default=None, metadata={"description": "Begin of login or name."})
    role = Text(CODE_MAX_LENGTH, load_default=None)
    is_disabled = QueryFlag(load_default=None, allow_none=True)


class RoleSchema(OutputSchema):
    id = Id(required=True)
    revision = fields.Integer(required=True)
    name = fields.String(required=True)
    title = fields.String(required=True)
    is_built_in = fields.Boolean(required=True)
    permissions = fields.List(fields.String(), required=True)


class RoleListSchema(OutputSchema):
    """All roles; there are few, so this list has no pages."""

    items = fields.List(fields.Nested(RoleSchema), required=True)
    next = fields.String(required=True, allow_none=True)


def _permissions(**options: Any) -> Any:
    limits = validate.Length(max=MAX_PERMISSIONS)
    return fields.List(Text(CODE_MAX_LENGTH), validate=limits, **options)


class RoleCreateSchema(InputSchema):
    name = Text(rules.ROLE_NAME_MAX_LENGTH, required=True)
    title = Text(200, required=True)
    permissions = _permissions(load_default=list)


class RolePermissionsSchema(InputSchema):
    permissions = _permissions(required=True)


class PermissionSchema(OutputSchema):
    name = fields.String(required=True)
    default_roles = fields.List(fields.String(), required=True)


class PermissionListSchema(OutputSchema):
    items = fields.List(fields.Nested(PermissionSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class AuditEntrySchema(OutputSchema):
    """One record inserted, updated or deleted; ``changes`` maps a field to [old, new]."""

    id = Id(required=True)
    at = Instant(required=True)
    actor_kind = fields.Enum(ActorKind, by_value=True, required=True)
    actor_id = Id(required=True)
    installation_id = Id(required=True, allow_none=True)
    request_id = fields.String(required=True)
    address = fields.String(required=True)
    action = fields.String(required=True)
    entity_kind = fields.String(required=True)
    entity_id = Id(required=True)
    changes = fields.Dict(keys=fields.String(), required=True)


class AuditQuerySchema(PageQuerySchema):
    entity_kind = Text(CODE_MAX_LENGTH, load_default=None)
    entity_id = Id(load_default=None)
    actor_id = Id(load_default=None)
    since = Instant(load_default=None)
    until = Instant(load_default=None)


class LimitsSchema(OutputSchema):
    json_bytes = fields.Integer(required=True)
    upload_chunk_bytes = fields.Integer(required=True)
    upload_bytes = fields.Integer(required=True)
    image_pixels = fields.Integer(required=True)
    page_items = fields.Integer(required=True)
    offline_days = fields.Integer(required=True)


class MapSchema(OutputSchema):
    """The base map to draw; ``url`` is null without one, and may be a path on this origin."""

    kind = fields.String(required=True, validate=validate.OneOf(map_source.KINDS))
    url = fields.String(required=True, allow_none=True)
    attribution = fields.String(required=True)
    max_zoom = fields.Integer(required=True)
    crs = fields.String(
        required=True,
        validate=validate.OneOf(map_source.SYSTEMS),
        metadata={"description": "Of the map alone: positions of records are always WGS 84."},
    )


class ConfigSchema(OutputSchema):
    """What a client must know before anybody has signed in."""

    version = fields.String(required=True)
    public_url = fields.String(required=True)
    stream_url = fields.String(required=True)
    is_demo = fields.Boolean(required=True)
    map = fields.Nested(MapSchema, required=True)
    limits = fields.Nested(LimitsSchema, required=True)
