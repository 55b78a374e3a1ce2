"""The audit trail, newest first."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from server.auth.queries import AUDIT_COLUMNS, audit_statement
from server.auth.schemas import AuditEntrySchema, AuditQuerySchema
from server.kernel.audit import AuditEntry
from server.kernel.http import ApiBlueprint, current_session, requires
from server.kernel.paging import fetch_page, page_response, page_schema

NAMES = tuple(column.key for column in AUDIT_COLUMNS)

blp = ApiBlueprint("audit", __name__, url_prefix="/api/v1/audit", description="Audit trail")


@blp.route("")
class Audit(MethodView):
    @requires("audit.read")
    @blp.arguments(AuditQuerySchema, location="query")
    @blp.response(200, page_schema(AuditEntrySchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List who changed what, newest first"""
        filters = {
            name: query[name] for name in ("entity_kind", "entity_id", "actor_id", "since", "until")
        }
        page = fetch_page(
            current_session(),
            audit_statement(**filters),
            keys=[AuditEntry.at, AuditEntry.id],
            query=query,
            descending=True,
        )
        return page_response(page, NAMES)
