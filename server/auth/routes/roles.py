"""Roles and the permissions they give."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.views import MethodView

from server.auth import queries
from server.auth.queries import RoleDetail
from server.auth.schemas import (
    PermissionListSchema,
    RoleCreateSchema,
    RoleListSchema,
    RolePermissionsSchema,
    RoleSchema,
)
from server.auth.service import roles
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    current_session,
    require_match,
    requires,
)
from server.kernel.problems import ProblemSchema

blp = ApiBlueprint("roles", __name__, url_prefix="/api/v1/roles", description="Roles")
permissions_blp = ApiBlueprint(
    "permissions", __name__, url_prefix="/api/v1/permissions", description="Permissions"
)


@blp.route("")
class Roles(MethodView):
    @requires("users.read")
    @blp.response(200, RoleListSchema)
    def get(self) -> dict[str, Any]:
        """List all roles with their permissions"""
        session = current_session()
        found = queries.list_roles(session)
        return {"items": queries.describe_roles(session, found), "next": None}

    @requires("roles.manage")
    @blp.arguments(RoleCreateSchema)
    @blp.response(201, RoleSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="Name taken")
    def post(self, args: dict[str, Any]) -> RoleDetail:
        """Add a role"""
        session = current_session()
        role = roles.create_role(session, actor=current_actor(), **args)
        return queries.describe_roles(session, [role])[0]


@blp.route("/<uuid:role_id>")
class RoleView(MethodView):
    @requires("users.read")
    @blp.response(200, RoleSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, role_id: UUID) -> RoleDetail:
        """Show a role"""
        session = current_session()
        return queries.describe_roles(session, [queries.get_role(session, role_id)])[0]

    @requires("roles.manage")
    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="Built in, or held by users")
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def delete(self, role_id: UUID) -> None:
        """Remove a role that nobody holds"""
        session = current_session()
        role = queries.lock_role(session, role_id)
        require_match(role)
        roles.remove_role(session, actor=current_actor(), role=role)


@blp.route("/<uuid:role_id>/permissions")
class RolePermissions(MethodView):
    @requires("roles.manage")
    @blp.arguments(RolePermissionsSchema)
    @blp.response(200, RoleSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="The role admin keeps its keys")
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def put(self, args: dict[str, Any], role_id: UUID) -> RoleDetail:
        """Give a role exactly these permissions; felt at the next request of its users"""
        session = current_session()
        role = queries.lock_role(session, role_id)
        require_match(role)
        roles.set_permissions(session, actor=current_actor(), role=role, **args)
        return queries.describe_roles(session, [role])[0]


@permissions_blp.route("")
class Permissions(MethodView):
    @requires("users.read")
    @blp.response(200, PermissionListSchema)
    def get(self) -> dict[str, Any]:
        """List every permission with the built-in roles it comes with"""
        declared = current_platform().permissions
        items = [
            {"name": name, "default_roles": sorted(declared[name])} for name in sorted(declared)
        ]
        return {"items": items, "next": None}
