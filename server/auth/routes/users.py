"""Users: list, add, change, disable."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.auth import queries
from server.auth.models import User
from server.auth.queries import UserDetail
from server.auth.schemas import (
    NewPasswordSchema,
    UserChangeSchema,
    UserCreateSchema,
    UserMoveSchema,
    UserQuerySchema,
    UserSchema,
)
from server.auth.service import users
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.paging import fetch_page, json_response, page_schema
from server.kernel.problems import ProblemSchema

NAMES = tuple(column.key for column in queries.USER_COLUMNS)
MOVES = {"disable": users.disable_user, "enable": users.enable_user}

blp = ApiBlueprint("users", __name__, url_prefix="/api/v1/users", description="Users")


@blp.route("")
class Users(MethodView):
    @requires("users.read")
    @blp.arguments(UserQuerySchema, location="query")
    @blp.response(200, page_schema(UserSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List users, oldest first"""
        session = current_session()
        statement = queries.users_statement(
            q=query["q"], role=query["role"], is_disabled=query["is_disabled"]
        )
        page = fetch_page(session, statement, keys=[User.id], query=query)
        roles = queries.roles_of(session, [row.id for row in page.items])
        items = [
            {**dict(zip(NAMES, row, strict=True)), "roles": roles.get(row.id, [])}
            for row in page.items
        ]
        return json_response({"items": items, "next": page.next})

    @requires("users.manage")
    @blp.arguments(UserCreateSchema)
    @blp.response(201, UserSchema)
    @blp.alt_response(403, schema=ProblemSchema, description="More than the own permissions")
    @blp.alt_response(409, schema=ProblemSchema, description="Login taken")
    def post(self, args: dict[str, Any]) -> UserDetail:
        """Add a user with roles"""
        session = current_session()
        user = users.create_user(session, actor=current_actor(), **args)
        return queries.describe_user(session, user)


@blp.route("/<uuid:user_id>")
class UserView(MethodView):
    @requires("users.read")
    @blp.response(200, UserSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, user_id: UUID) -> UserDetail:
        """Show a user"""
        session = current_session()
        return queries.describe_user(session, queries.get_user(session, user_id))

    @requires("users.manage")
    @blp.arguments(UserChangeSchema)
    @blp.response(200, UserSchema)
    @blp.alt_response(403, schema=ProblemSchema, description="More than the own permissions")
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="Last administrator")
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], user_id: UUID) -> UserDetail:
        """Change the profile and the roles of a user"""
        session = current_session()
        user = queries.lock_user(session, user_id)
        require_match(user)
        users.change_user(session, actor=current_actor(), user=user, **args)
        return queries.describe_user(session, user)


@blp.route("/<uuid:user_id>/moves")
class UserMoves(MethodView):
    @requires("users.manage")
    @blp.arguments(UserMoveSchema)
    @blp.response(200, UserSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema, description="Last administrator")
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def post(self, args: dict[str, Any], user_id: UUID) -> UserDetail:
        """Disable a user at once, or enable a disabled one"""
        session = current_session()
        user = queries.lock_user(session, user_id)
        require_match(user)
        MOVES[args["action"]](session, actor=current_actor(), user=user)
        return queries.describe_user(session, user)


@blp.route("/<uuid:user_id>/password")
class UserPassword(MethodView):
    @requires("users.manage")
    @blp.arguments(NewPasswordSchema)
    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def put(self, args: dict[str, Any], user_id: UUID) -> None:
        """Set the password of a user; every session of that user ends"""
        session = current_session()
        user = queries.lock_user(session, user_id)
        require_match(user)
        users.set_password(session, actor=current_actor(), user=user, **args)
