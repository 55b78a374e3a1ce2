"""Reads of the gateway's records, scoped to the tenant by the session."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.orm import Session

from iot_gateway.models import (
    Alarm,
    AlertRule,
    DeadLetter,
    DevicePresence,
    DeviceState,
    Episode,
    EpisodeState,
    EvaluationHead,
    IngestHead,
    ReadingRow,
    RuleStateRow,
)
from iot_gateway.rules import ReadingKind
from server.assets import api as assets
from server.kernel import clock
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
# What the limit was that a value went beyond, and for which ticket.
BESIDE_ALARM = (
    Episode.ticket_id,
    AlertRule.name.label("rule_name"),
    AlertRule.metric,
    AlertRule.comparator,
    AlertRule.raise_at,
    AlertRule.clear_at,
    assets.Device.name.label("device_name"),
    assets.Asset.name.label("asset_name"),
)
ALARM_NAMES = (*ALARM_COLUMNS, *(column.key for column in BESIDE_ALARM))
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

_FIRST_EVALUATION = text(
    "INSERT INTO evaluation_head (tenant_id, seq) VALUES (:tenant, 0)"
    " ON CONFLICT (tenant_id) DO NOTHING"
)


def lock_evaluation(session: Session) -> EvaluationHead:
    """Return how far the tenant's readings are evaluated; one evaluation at a time holds it."""
    statement = (
        select(EvaluationHead)
        .where(EvaluationHead.tenant_id == tenant_of(session))
        .with_for_update()
        .execution_options(populate_existing=True, **READINGS)
    )
    head = session.scalar(statement)
    if head is None:
        connection = session.connection()
        tenant_id = tenant_of(session)
        connection.execute(
            _FIRST_EVALUATION,
            {"tenant": tenant_id if connection.dialect.name == "postgresql" else tenant_id.hex},
            execution_options=READINGS,
        )
        head = session.scalars(statement).one()
    return head


def last_number(session: Session) -> int:
    """Return the number of the tenant's latest reading; all up to it can be seen."""
    statement = select(IngestHead.seq).where(IngestHead.tenant_id == tenant_of(session))
    return session.scalar(statement, execution_options=READINGS) or 0


def readings_numbered(session: Session, after: int, up_to: int, limit: int) -> Sequence[Any]:
    """Return the readings numbered above ``after`` and not above ``up_to``, in order."""
    row = ReadingRow
    statement = (
        select(row.seq, row.device_id, row.kind, row.at, row.received_at, row.document)
        .where(row.tenant_id == tenant_of(session), row.seq > after, row.seq <= up_to)
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
        row.id, row.at, row.received_at, row.kind, row.is_suspect, row.document
    ).where(row.tenant_id == tenant_of(session), row.device_id == device_id)
    if since is not None:
        statement = statement.where(row.at >= since)
    if until is not None:
        statement = statement.where(row.at < until)
    return statement.execution_options(**READINGS)


def active_rules(
    session: Session, model_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[AlertRule]]:
    """Return the rules in force for the devices of each model; nobody changes them meanwhile."""
    statement = (
        select(AlertRule)
        .where(AlertRule.model_id.in_(model_ids), AlertRule.is_active.is_(True))
        .order_by(AlertRule.id)
        .with_for_update(read=True)
    )
    found: dict[UUID, list[AlertRule]] = defaultdict(list)
    for rule in session.scalars(statement):
        found[rule.model_id].append(rule)
    return found


def rule_states(
    session: Session, device_ids: Collection[UUID]
) -> Mapping[UUID, dict[UUID, RuleStateRow]]:
    """Return where each rule stands, by device and rule."""
    statement = select(RuleStateRow).where(RuleStateRow.device_id.in_(device_ids))
    found: dict[UUID, dict[UUID, RuleStateRow]] = defaultdict(dict)
    for row in session.scalars(statement):
        found[row.device_id][row.rule_id] = row
    return found


def forget_presence(session: Session) -> None:
    """Take every device for not connected until it connects."""
    statement = update(DevicePresence).where(DevicePresence.is_online.is_(True))
    session.execute(statement.values(is_online=False, online_changed_at=clock.now()))


def forget_rule_states(
    session: Session, *, rule_id: UUID | None = None, device_id: UUID | None = None
) -> None:
    """Let a rule or a device begin anew."""
    session.flush()
    statement = delete(RuleStateRow)
    if rule_id is not None:
        statement = statement.where(RuleStateRow.rule_id == rule_id)
    if device_id is not None:
        statement = statement.where(RuleStateRow.device_id == device_id)
    session.execute(statement)


def device_states(session: Session, device_ids: Collection[UUID]) -> dict[UUID, DeviceState]:
    """Return what devices said last; those that never spoke get an empty state."""
    statement = select(DeviceState).where(DeviceState.id.in_(device_ids))
    found = {state.id: state for state in session.scalars(statement)}
    for device_id in set(device_ids) - found.keys():
        found[device_id] = DeviceState(id=device_id, values={})
        session.add(found[device_id])
    return found


def presences(session: Session, device_ids: Collection[UUID]) -> dict[UUID, DevicePresence]:
    """Return whether devices are connected; those that never were get a row that says so."""
    statement = select(DevicePresence).where(DevicePresence.id.in_(device_ids))
    found = {presence.id: presence for presence in session.scalars(statement)}
    for device_id in set(device_ids) - found.keys():
        found[device_id] = DevicePresence(id=device_id, is_online=False, forbidden_count=0)
        session.add(found[device_id])
    return found


def find_open_alarm(session: Session, device_id: UUID, rule_id: UUID) -> Alarm | None:
    """Return the alarm of a rule for a device that is not cleared."""
    return session.scalar(
        select(Alarm).where(
            Alarm.device_id == device_id, Alarm.rule_id == rule_id, Alarm.cleared_at.is_(None)
        )
    )


def settled_at(
    session: Session, device_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], dt.datetime]:
    """Return by device and rule when the last alarm was cleared, where none is open."""
    statement = (
        select(Alarm.device_id, Alarm.rule_id, func.max(Alarm.cleared_at))
        .where(Alarm.device_id.in_(device_ids))
        .group_by(Alarm.device_id, Alarm.rule_id)
        .having(func.count(Alarm.id) == func.count(Alarm.cleared_at))
    )
    rows = session.execute(statement)
    return {(device_id, rule_id): at for device_id, rule_id, at in rows if at is not None}


def find_open_episode(session: Session, asset_id: UUID, fault_class: str) -> Episode | None:
    """Return the open episode of a fault of an asset."""
    return session.scalar(
        select(Episode).where(
            Episode.asset_id == asset_id,
            Episode.fault_class == fault_class,
            Episode.state == EpisodeState.OPEN,
        )
    )


def lock_episode(session: Session, episode_id: UUID) -> Episode:
    """Return an episode that nobody else closes until the commit. Its ticket is locked first."""
    statement = select(Episode).where(Episode.id == episode_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def lock_episodes_of(
    session: Session, ticket_id: UUID, state: EpisodeState = EpisodeState.OPEN
) -> Sequence[Episode]:
    """Return the episodes in a state whose ticket it is; nobody else changes them."""
    statement = (
        select(Episode)
        .where(Episode.ticket_id == ticket_id, Episode.state == state)
        .order_by(Episode.id)
        .with_for_update()
    )
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def open_alarms(
    session: Session,
    *,
    episode_id: UUID | None = None,
    rule_id: UUID | None = None,
    device_id: UUID | None = None,
) -> Sequence[Alarm]:
    """Return the alarms that are not cleared, of an episode, a rule or a device."""
    statement = select(Alarm).where(Alarm.cleared_at.is_(None)).order_by(Alarm.id)
    if episode_id is not None:
        statement = statement.where(Alarm.episode_id == episode_id)
    if rule_id is not None:
        statement = statement.where(Alarm.rule_id == rule_id)
    if device_id is not None:
        statement = statement.where(Alarm.device_id == device_id)
    return session.scalars(statement).all()


def has_raised(session: Session, episode_id: UUID, device_id: UUID, rule_id: UUID) -> bool:
    """Whether a rule has raised an alarm for a device in an episode before."""
    statement = select(Alarm.id).where(
        Alarm.episode_id == episode_id, Alarm.device_id == device_id, Alarm.rule_id == rule_id
    )
    return session.scalar(statement.limit(1)) is not None


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
    """Select the columns of a list of alarms, with rule, device, asset and ticket beside them."""
    columns = (getattr(Alarm, name) for name in ALARM_COLUMNS)
    statement = (
        select(*columns, *BESIDE_ALARM)
        .join(Episode, Episode.id == Alarm.episode_id)
        .join(AlertRule, AlertRule.id == Alarm.rule_id)
        .join(assets.Device, assets.Device.id == Alarm.device_id)
        .join(assets.Asset, assets.Asset.id == Alarm.asset_id)
    )
    for name in ("state", "device_id", "asset_id", "episode_id"):
        if filters.get(name):
            statement = statement.where(getattr(Alarm, name) == filters[name])
    if filters.get("ticket_id"):
        statement = statement.where(Episode.ticket_id == filters["ticket_id"])
    return statement


def alarm_documents(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return alarms as lists and the feed show them."""
    rows = session.execute(alarms_statement({}).where(Alarm.id.in_(ids)))
    return {row.id: dict(zip(ALARM_NAMES, row, strict=True)) for row in rows}


def readings_between(
    session: Session, device_id: UUID, since: dt.datetime, until: dt.datetime, limit: int
) -> Sequence[Any]:
    """Return time and content of a device's readings within a time, the newest first."""
    row = ReadingRow
    statement = (
        select(row.at, row.document)
        .where(
            row.tenant_id == tenant_of(session),
            row.device_id == device_id,
            row.at >= since,
            row.at < until,
            row.kind == ReadingKind.TELEMETRY,
        )
        .order_by(row.at.desc())
        .limit(limit)
    )
    return session.execute(statement, execution_options=READINGS).all()


def letters_statement(filters: Mapping[str, Any]) -> Select[DeadLetter]:
    """Select dead letters."""
    statement = select(DeadLetter)
    if filters.get("device_id"):
        statement = statement.where(DeadLetter.device_id == filters["device_id"])
    return statement
