"""Routes of engineers, their skills and their last known position."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from server.kernel.errors import NotFound
from server.kernel.fields import position_document
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    require_match,
    requires,
    signed_in,
)
from server.kernel.paging import Page, PageQuerySchema, fetch_page, page_response, page_schema
from server.kernel.problems import ProblemSchema
from server.workforce import queries, service
from server.workforce.models import Engineer, EngineerPosition, EngineerSkill
from server.workforce.schemas import (
    EngineerCreateSchema,
    EngineerPatchSchema,
    EngineerPositionSchema,
    EngineerQuerySchema,
    EngineerSchema,
    EngineerSkillSchema,
    EngineerSkillSetSchema,
    PositionRecordSchema,
)

blp = ApiBlueprint(
    "engineers", __name__, url_prefix="/api/v1/engineers", description="Who can be booked"
)
NAMES = (
    "id",
    "user_id",
    "name",
    "home_position",
    "territory_id",
    "timezone",
    "archived_at",
    "revision",
    "skills",
)
POSITION_NAMES = (
    "id",
    "engineer_id",
    "position",
    "accuracy_metres",
    "recorded_at",
    "revision",
)


@blp.route("")
class Engineers(MethodView):
    @requires("workforce.read")
    @blp.arguments(EngineerQuerySchema, location="query")
    @blp.response(200, page_schema(EngineerSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List engineers by name"""
        session = current_session()
        statement = queries.engineers_statement(
            is_archived=query["is_archived"],
            territory_id=query["territory_id"],
            skill_id=query["skill_id"],
        )
        page = fetch_page(session, statement, keys=[Engineer.sort_name, Engineer.id], query=query)
        skills = queries.skills_of(session, [row.id for row in page.items])
        rows = [(*row[:-1], skills.get(row.id, [])) for row in page.items]
        return page_response(Page(rows, page.next), NAMES, {"home_position": position_document})

    @requires("workforce.manage")
    @blp.arguments(EngineerCreateSchema)
    @blp.response(201, EngineerSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Engineer:
        """Make a user bookable"""
        return service.create_engineer(current_session(), actor=current_actor(), **args)


@blp.route("/me")
class OwnEngineer(MethodView):
    @signed_in()
    @blp.response(200, EngineerSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self) -> Engineer:
        """Show the engineer who is signed in"""
        engineer = queries.find_engineer_of_user(current_session(), current_actor().id)
        if engineer is None:
            raise NotFound("You are not an engineer.")
        return engineer


@blp.route("/positions")
class EngineerPositions(MethodView):
    @requires("workforce.read")
    @blp.arguments(PageQuerySchema, location="query")
    @blp.response(200, page_schema(EngineerPositionSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List where the engineers' phones last were"""
        page = fetch_page(
            current_session(),
            queries.positions_statement(),
            keys=[EngineerPosition.id],
            query=query,
        )
        return page_response(page, POSITION_NAMES, {"position": position_document})


@blp.route("/<uuid:engineer_id>")
class EngineerById(MethodView):
    @requires("workforce.read")
    @blp.response(200, EngineerSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, engineer_id: UUID) -> Engineer:
        """Show an engineer"""
        return queries.get_engineer(current_session(), engineer_id)

    @requires("workforce.manage")
    @blp.arguments(EngineerPatchSchema)
    @blp.response(200, EngineerSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], engineer_id: UUID) -> Engineer:
        """Change or archive an engineer"""
        session = current_session()
        engineer = queries.lock_engineer(session, engineer_id)
        require_match(engineer)
        return service.update_engineer(
            session, actor=current_actor(), engineer=engineer, values=args
        )


@blp.route("/<uuid:engineer_id>/skills/<uuid:skill_id>")
class EngineerSkillById(MethodView):
    @requires("workforce.manage")
    @blp.arguments(EngineerSkillSetSchema)
    @blp.response(200, EngineerSkillSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def put(self, args: dict[str, Any], engineer_id: UUID, skill_id: UUID) -> EngineerSkill:
        """Say that an engineer holds a skill"""
        return service.set_skill(
            current_session(),
            actor=current_actor(),
            engineer_id=engineer_id,
            skill_id=skill_id,
            **args,
        )

    @requires("workforce.manage")
    @blp.response(204)
    @blp.alt_response(404, schema=ProblemSchema)
    def delete(self, engineer_id: UUID, skill_id: UUID) -> None:
        """Say that an engineer no longer holds a skill"""
        service.remove_skill(
            current_session(), actor=current_actor(), engineer_id=engineer_id, skill_id=skill_id
        )


@blp.route("/<uuid:engineer_id>/position")
class EngineerPositionById(MethodView):
    @requires("positions.record")
    @blp.arguments(PositionRecordSchema)
    @blp.response(200, EngineerPositionSchema)
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def put(self, args: dict[str, Any], engineer_id: UUID) -> EngineerPosition:
        """Record where an engineer's phone is"""
        return service.record_position(
            current_session(), actor=current_actor(), engineer_id=engineer_id, **args
        )
