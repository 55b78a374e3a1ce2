"""Routes of skills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
)
from server.kernel.paging import fetch_page, page_response, page_schema
from server.kernel.problems import ProblemSchema
from server.workforce import queries, service
from server.workforce.models import Skill
from server.workforce.schemas import (
    SkillCreateSchema,
    SkillPatchSchema,
    SkillQuerySchema,
    SkillSchema,
)

blp = ApiBlueprint(
    "skills", __name__, url_prefix="/api/v1/skills", description="What engineers can do"
)
NAMES = ("id", "code", "name", "archived_at", "revision")


@blp.route("")
class Skills(MethodView):
    @requires("skills.read")
    @blp.arguments(SkillQuerySchema, location="query")
    @blp.response(200, page_schema(SkillSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List skills by code"""
        statement = queries.skills_statement(is_archived=query["is_archived"])
        page = fetch_page(current_session(), statement, keys=[Skill.code, Skill.id], query=query)
        return page_response(page, NAMES)

    @requires("workforce.manage")
    @blp.arguments(SkillCreateSchema)
    @blp.response(201, SkillSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Skill:
        """Add a skill"""
        return service.create_skill(current_session(), actor=current_actor(), **args)


@blp.route("/<uuid:skill_id>")
class SkillById(MethodView):
    @requires("skills.read")
    @blp.response(200, SkillSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, skill_id: UUID) -> Skill:
        """Show a skill"""
        return queries.get_skill(current_session(), skill_id)

    @requires("workforce.manage")
    @blp.arguments(SkillPatchSchema)
    @blp.response(200, SkillSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], skill_id: UUID) -> Skill:
        """Rename or archive a skill"""
        session = current_session()
        skill = queries.lock_skill(session, skill_id)
        require_match(skill)
        return service.update_skill(session, actor=current_actor(), skill=skill, values=args)
