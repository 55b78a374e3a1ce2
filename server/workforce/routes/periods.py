"""Routes of shifts and absences."""

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
from server.workforce.models import Absence, Shift
from server.workforce.schemas import (
    AbsenceAddSchema,
    AbsenceSchema,
    PeriodQuerySchema,
    ShiftAddSchema,
    ShiftSchema,
)

shifts = ApiBlueprint(
    "shifts", __name__, url_prefix="/api/v1/shifts", description="When engineers work"
)
absences = ApiBlueprint(
    "absences", __name__, url_prefix="/api/v1/absences", description="When engineers are away"
)
SHIFT_NAMES = ("id", "engineer_id", "starts_at", "ends_at", "revision")
ABSENCE_NAMES = ("id", "engineer_id", "starts_at", "ends_at", "reason", "revision")


def _period(query: dict[str, Any]) -> dict[str, Any]:
    return {name: query[name] for name in ("engineer_id", "from_at", "until_at")}


@shifts.route("")
class Shifts(MethodView):
    @requires("workforce.read")
    @shifts.arguments(PeriodQuerySchema, location="query")
    @shifts.response(200, page_schema(ShiftSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List shifts that touch a stretch of time"""
        statement = queries.shifts_statement(**_period(query))
        keys = [Shift.starts_at, Shift.id]
        page = fetch_page(current_session(), statement, keys=keys, query=query)
        return page_response(page, SHIFT_NAMES)

    @requires("workforce.manage")
    @shifts.arguments(ShiftAddSchema)
    @shifts.response(201, ShiftSchema)
    @shifts.alt_response(404, schema=ProblemSchema)
    @shifts.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Shift:
        """Plan a shift"""
        return service.add_shift(current_session(), actor=current_actor(), **args)


@shifts.route("/<uuid:shift_id>")
class ShiftById(MethodView):
    @requires("workforce.manage")
    @shifts.response(204)
    @shifts.alt_response(404, schema=ProblemSchema)
    @shifts.alt_response(412, schema=ProblemSchema)
    @shifts.alt_response(428, schema=ProblemSchema)
    def delete(self, shift_id: UUID) -> None:
        """Take a shift back"""
        session = current_session()
        shift = queries.lock_shift(session, shift_id)
        require_match(shift)
        service.remove_shift(session, actor=current_actor(), shift=shift)


@absences.route("")
class Absences(MethodView):
    @requires("workforce.read")
    @absences.arguments(PeriodQuerySchema, location="query")
    @absences.response(200, page_schema(AbsenceSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List absences that touch a stretch of time"""
        statement = queries.absences_statement(**_period(query))
        keys = [Absence.starts_at, Absence.id]
        page = fetch_page(current_session(), statement, keys=keys, query=query)
        return page_response(page, ABSENCE_NAMES)

    @requires("workforce.manage")
    @absences.arguments(AbsenceAddSchema)
    @absences.response(201, AbsenceSchema)
    @absences.alt_response(404, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Absence:
        """Record an absence"""
        return service.add_absence(current_session(), actor=current_actor(), **args)


@absences.route("/<uuid:absence_id>")
class AbsenceById(MethodView):
    @requires("workforce.manage")
    @absences.response(204)
    @absences.alt_response(404, schema=ProblemSchema)
    @absences.alt_response(412, schema=ProblemSchema)
    @absences.alt_response(428, schema=ProblemSchema)
    def delete(self, absence_id: UUID) -> None:
        """Take an absence back"""
        session = current_session()
        absence = queries.lock_absence(session, absence_id)
        require_match(absence)
        service.remove_absence(session, actor=current_actor(), absence=absence)
