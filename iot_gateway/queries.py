"""Reads of the gateway's records, scoped to the tenant by the session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from iot_gateway.models import (
    Alarm,
    AlertRule,
    DeadLetter,
    Episode,
    EpisodeState,
    IngestHead,
    ReadingRow,
    RuleStateRow,
)
from server.kernel.errors import NotFound
from server.kernel.session import tenant_of

READINGS = {"unscoped": "readings"}
ALARM_COLUMNS = (
    "id",
    "rule_id",
    "device_id",
    "asset_id",
    "episode_id",
    "state",
    "severity",
    "message",
    "value",
    "occurrences",
    "raised_at",
    "last_at",
    "cleared_at",
    "acknowledged_at",
    "acknowledged_by",
    "revision",
)
RULE_COLUMNS = (
    "id",
    "model_id",
    "name",
    "metric",
    "comparator",
    "raise_at",
    "clear_at",
    "on_delay_seconds",
    "off_delay_seconds",
    "event_code",
    "severity",
    "fault_code_id",
    "is_active",
    "revision",
)


def lock_head(session: Session) -> IngestHead | None:
    """Return how far the tenant's readings are evaluated; one evaluation at a time holds it."""
    statement = (
        select(IngestHead)
        .where(IngestHead.tenant_id == tenant_of(session))
        .with_for_update()
        .execution_options(populate_existing=True, **READINGS)
    )
    return session.scalar(statement)


def readings_after(session: Session, after: int, limit: int) -> Sequence[Any]:
    """Return the readings that were ingested after ``after``, in order."""
    row = ReadingRow
    statement = (
        select(row.seq, row.device_id, row.kind, row.at, row.received_at, row.document)
        .where(row.tenant_id == tenant_of(session), row.seq > after)
        .order_by(row.seq)
        .limit(limit)
    )
    return session.execute(statement, execution_options=READINGS).all()


def readings_statement(
    session: Session, device_id: UUID, since: dt.datetime | None, until: dt.datetime | None
) -> Select[Any]:
    """Select the readings of a device within a time; the caller pages them."""
    row = ReadingRow
    statement = select(
        row.at, row.received_at, row.kind, row.key, row.is_suspect, row.document
    ).where(row.tenant_id == tenant_of(session), row.device_id == device_id)
    if since is not None:
        statement = statement.where(row.at >= since)
    if until is not None:
        statement = statement.where(row.at < until)
    return statement.execution_options(**READINGS)


def active_rules(session: Session, model_id: UUID) -> Sequence[AlertRule]:
    """Return the rules in force for the devices of a model."""
    statement = select(AlertRule).where(
        AlertRule.model_id == model_id, AlertRule.is_active.is_(True)
    )
    return session.scalars(statement.order_by(AlertRule.id)).all()


def rule_states(session: Session, device_id: UUID) -> dict[UUID, RuleStateRow]:
    """Return where each rule stands for a device."""
    statement = select(RuleStateRow).where(RuleStateRow.device_id == device_id)
    return {row.rule_id: row for row in session.scalars(statement)}


def find_open_alarm(session: Session, device_id: UUID, rule_id: UUID) -> Alarm | None:
    """Return the alarm of a rule for a device that is not cleared."""
    return session.scalar(
        select(Alarm).where(
            Alarm.device_id == device_id, Alarm.rule_id == rule_id, Alarm.cleared_at.is_(None)
        )
    )


def find_open_episode(session: Session, asset_id: UUID, fault_class: str) -> Episode | None:
    """Return the open episode of a fault of an asset."""
    return session.scalar(
        select(Episode).where(
            Episode.asset_id == asset_id,
            Episode.fault_class == fault_class,
            Episode.state == EpisodeState.OPEN,
        )
    )


def open_episodes_of(session: Session, ticket_id: UUID) -> Sequence[Episode]:
    """Return the open episodes whose ticket it is."""
    statement = select(Episode).where(
        Episode.ticket_id == ticket_id, Episode.state == EpisodeState.OPEN
    )
    return session.scalars(statement).all()


def open_alarms_of(session: Session, episode_id: UUID) -> Sequence[Alarm]:
    """Return the alarms of an episode that are not cleared."""
    statement = select(Alarm).where(Alarm.episode_id == episode_id, Alarm.cleared_at.is_(None))
    return session.scalars(statement).all()


def get_rule(session: Session, rule_id: UUID) -> AlertRule:
    """Return an alert rule; raises NotFound."""
    rule = session.get(AlertRule, rule_id)
    if rule is None:
        raise NotFound("There is no such alert rule.", rule_id=str(rule_id))
    return rule


def lock_rule(session: Session, rule_id: UUID) -> AlertRule:
    """Return an alert rule that nobody else can change until the commit; raises NotFound."""
    get_rule(session, rule_id)
    statement = select(AlertRule).where(AlertRule.id == rule_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def get_alarm(session: Session, alarm_id: UUID) -> Alarm:
    """Return an alarm; raises NotFound."""
    alarm = session.get(Alarm, alarm_id)
    if alarm is None:
        raise NotFound("There is no such alarm.", alarm_id=str(alarm_id))
    return alarm


def rules_statement(filters: Mapping[str, Any]) -> Select[Any]:
    """Select the columns of a list of alert rules."""
    statement = select(*(getattr(AlertRule, name) for name in RULE_COLUMNS))
    if filters.get("model_id"):
        statement = statement.where(AlertRule.model_id == filters["model_id"])
    return statement


def alarms_statement(filters: Mapping[str, Any]) -> Select[Any]:
    """Select the columns of a list of alarms."""
    statement = select(*(getattr(Alarm, name) for name in ALARM_COLUMNS))
    for name in ("state", "device_id", "asset_id", "episode_id"):
        if filters.get(name):
            statement = statement.where(getattr(Alarm, name) == filters[name])
    if filters.get("ticket_id"):
        statement = statement.where(
            Alarm.episode_id.in_(
                select(Episode.id).where(Episode.ticket_id == filters["ticket_id"])
            )
        )
    return statement


def letters_statement(filters: Mapping[str, Any]) -> Select[tuple[DeadLetter]]:
    """Select dead letters."""
    statement = select(DeadLetter)
    if filters.get("device_id"):
        statement = statement.where(DeadLetter.device_id == filters["device_id"])
    return statement
