"""HTTP of the gateway: rules, alarms, what devices said."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView

from iot_gateway import queries, rules, service
from iot_gateway.models import Alarm, AlertRule, DeadLetter, DevicePresence, DeviceState, ReadingRow
from iot_gateway.schemas import (
    AlarmQuerySchema,
    AlarmSchema,
    AlertRuleChangeSchema,
    AlertRuleCreateSchema,
    AlertRuleQuerySchema,
    AlertRuleSchema,
    DeadLetterQuerySchema,
    DeadLetterSchema,
    DeviceStateSchema,
    ReadingQuerySchema,
    ReadingSchema,
    SeriesQuerySchema,
    SeriesSchema,
)
from server.assets import api as assets
from server.kernel import clock
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_session,
    document_response,
    require_match,
    requires,
)
from server.kernel.paging import (
    Page,
    fetch_page,
    json_response,
    page_response,
    page_schema,
)
from server.kernel.problems import ProblemSchema

# A chart of more readings than this begins later than was asked for, and says so.
MOST_READINGS = 20_000
DEFAULT_SPAN = dt.timedelta(days=1)
blp = ApiBlueprint("gateway", __name__, url_prefix="/api/v1", description="Devices and alarms")


@blp.route("/alert-rules")
class AlertRules(MethodView):
    @requires("alert_rules.read")
    @blp.arguments(AlertRuleQuerySchema, location="query")
    @blp.response(200, page_schema(AlertRuleSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List alert rules"""
        statement = queries.rules_statement(query)
        page = fetch_page(current_session(), statement, keys=[AlertRule.id], query=query)
        return page_response(page, queries.RULE_COLUMNS)

    @requires("alert_rules.write")
    @blp.arguments(AlertRuleCreateSchema)
    @blp.response(201, AlertRuleSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> AlertRule:
        """Put an alert rule in force"""
        return service.create_rule(current_session(), actor=current_actor(), **args)


@blp.route("/alert-rules/<uuid:rule_id>")
class AlertRuleById(MethodView):
    @requires("alert_rules.read")
    @blp.response(200, AlertRuleSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, rule_id: UUID) -> AlertRule:
        """Show an alert rule"""
        return queries.get_rule(current_session(), rule_id)

    @requires("alert_rules.write")
    @blp.arguments(AlertRuleChangeSchema)
    @blp.response(200, AlertRuleSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def patch(self, args: dict[str, Any], rule_id: UUID) -> AlertRule:
        """Change an alert rule"""
        rule = queries.lock_rule(current_session(), rule_id)
        require_match(rule)
        return service.change_rule(
            current_session(), actor=current_actor(), rule=rule, changes=args
        )


@blp.route("/alarms")
class Alarms(MethodView):
    @requires("alarms.read")
    @blp.arguments(AlarmQuerySchema, location="query")
    @blp.response(200, page_schema(AlarmSchema))
    def get(self, query: dict[str, Any]) -> Response:
        """List alarms, the newest first"""
        statement = queries.alarms_statement(query)
        page = fetch_page(
            current_session(), statement, keys=[Alarm.id], query=query, descending=True
        )
        return page_response(page, queries.ALARM_NAMES)


@blp.route("/alarms/<uuid:alarm_id>")
class AlarmById(MethodView):
    @requires("alarms.read")
    @blp.response(200, AlarmSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, alarm_id: UUID) -> Response:
        """Show an alarm with the limit of its rule"""
        return _alarm(queries.get_alarm(current_session(), alarm_id))


@blp.route("/alarms/<uuid:alarm_id>/acknowledgement")
class AlarmAcknowledgements(MethodView):
    @requires("alarms.acknowledge")
    @blp.response(200, AlarmSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    def post(self, alarm_id: UUID) -> Response:
        """Say that somebody has seen an alarm"""
        alarm = queries.get_alarm(current_session(), alarm_id)
        service.acknowledge_alarm(current_session(), actor=current_actor(), alarm=alarm)
        current_session().flush()
        return _alarm(alarm)


@blp.route("/devices/<uuid:device_id>/readings")
class DeviceReadings(MethodView):
    @requires("readings.read")
    @blp.arguments(ReadingQuerySchema, location="query")
    @blp.response(200, page_schema(ReadingSchema))
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], device_id: UUID) -> Response:
        """List what a device said, the newest first"""
        session = current_session()
        assets.get_device(session, device_id)
        statement = queries.readings_statement(
            session, device_id, query.get("since"), query.get("until")
        )
        page = fetch_page(
            session,
            statement,
            keys=[ReadingRow.at, ReadingRow.id],
            query=query,
            descending=True,
        )
        items = [_reading(row) for row in page.items]
        return json_response({"items": items, "next": page.next})


@blp.route("/devices/<uuid:device_id>/series")
class DeviceSeries(MethodView):
    @requires("readings.read")
    @blp.arguments(SeriesQuerySchema, location="query")
    @blp.response(200, SeriesSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], device_id: UUID) -> Response:
        """Give one metric of a device over time, as a chart draws it"""
        session = current_session()
        assets.get_device(session, device_id)
        until = query.get("until") or clock.now()
        since = query.get("since") or until - DEFAULT_SPAN
        found = queries.readings_between(session, device_id, since, until, MOST_READINGS + 1)
        samples = rules.samples_of(reversed(found[:MOST_READINGS]), query["metric"])
        return json_response(
            {
                "device_id": device_id,
                "metric": query["metric"],
                "since": since,
                "until": until,
                "is_cut": len(found) > MOST_READINGS,
                "points": rules.thinned(samples, query["points"]),
            }
        )


@blp.route("/devices/<uuid:device_id>/state")
class DeviceStates(MethodView):
    @requires("readings.read")
    @blp.response(200, DeviceStateSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, device_id: UUID) -> dict[str, Any]:
        """Show what a device said last, and whether it is connected"""
        session = current_session()
        assets.get_device(session, device_id)
        state = session.get(DeviceState, device_id)
        presence = session.get(DevicePresence, device_id)
        return {
            "device_id": device_id,
            "is_online": presence is not None and presence.is_online,
            "online_changed_at": presence and presence.online_changed_at,
            "forbidden_count": presence.forbidden_count if presence else 0,
            "last_at": state and state.last_at,
            "last_received_at": state and state.last_received_at,
            "values": state.values if state else {},
        }


@blp.route("/dead-letters")
class DeadLetters(MethodView):
    @requires("readings.read")
    @blp.arguments(DeadLetterQuerySchema, location="query")
    @blp.response(200, page_schema(DeadLetterSchema))
    def get(self, query: dict[str, Any]) -> Page:
        """List messages that were no readings, the newest first"""
        return fetch_page(
            current_session(),
            queries.letters_statement(query),
            keys=[DeadLetter.received_at, DeadLetter.id],
            query=query,
            descending=True,
        )


def _alarm(alarm: Alarm) -> Response:
    return document_response(queries.alarm_documents(current_session(), [alarm.id])[alarm.id])


def _reading(row: Any) -> dict[str, Any]:
    document = row.document
    return {
        "id": row.id,
        "at": row.at,
        "received_at": row.received_at,
        "kind": row.kind,
        "is_suspect": row.is_suspect,
        "values": document.get("values") or {},
        "fault": document.get("fault"),
        "meta": document.get("meta") or {},
    }
