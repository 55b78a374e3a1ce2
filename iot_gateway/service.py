"""Commands of the gateway: alert rules, alarms, episodes and the tickets they open."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from iot_gateway import queries
from iot_gateway.errors import AlarmCleared as AlarmIsCleared
from iot_gateway.events import AlarmAcknowledged, AlarmCleared, AlarmRaised
from iot_gateway.models import Alarm, AlarmState, AlertRule, Episode, EpisodeState
from iot_gateway.rules import Severity, ThresholdRule
from server.assets import api as assets
from server.kernel import clock, events
from server.kernel.actors import Actor
from server.kernel.creation import find_made
from server.kernel.errors import DomainError, InvalidInput
from server.kernel.priority import Priority
from server.kernel.session import actor_of, occurred_at, unit_of
from server.tickets import api as tickets

PRIORITIES = {
    Severity.INFO: Priority.LOW,
    Severity.WARNING: Priority.NORMAL,
    Severity.MAJOR: Priority.HIGH,
    Severity.CRITICAL: Priority.URGENT,
}
# With another condition, what a rule has found so far means nothing any more.
CONDITION = frozenset({"metric", "comparator", "event_code"})
TITLE_LENGTH = 200
log = structlog.get_logger(__name__)


def create_rule(
    session: Session,
    *,
    actor: Actor,
    id: UUID | None = None,
    **fields: Any,
) -> AlertRule:
    """Put an alert rule in force for the devices of a model; raises InvalidInput by field."""
    actor.require("alert_rules.write")
    if made := find_made(session, AlertRule, id, fields):
        return made
    rule = AlertRule(**fields)
    if id is not None:
        rule.id = id
    _check_rule(session, rule)
    session.add(rule)
    session.flush()
    return rule


def change_rule(
    session: Session, *, actor: Actor, rule: AlertRule, changes: dict[str, Any]
) -> AlertRule:
    """Change an alert rule; raises InvalidInput by field.

    With another condition, or out of force, it begins anew: its alarms are cleared, because
    nothing would clear them any more.
    """
    actor.require("alert_rules.write")
    with session.no_autoflush:
        changed = {name for name, value in changes.items() if getattr(rule, name) != value}
        for name in changed:
            setattr(rule, name, changes[name])
        # What is taken out of force may refer to what is archived meanwhile.
        _check_rule(session, rule, with_references=rule.is_active)
    if changed & CONDITION or not rule.is_active:
        _begin_anew(session, rule_id=rule.id)
    return rule


def raise_alarm(
    session: Session,
    *,
    rule: AlertRule,
    device: Any,
    at: dt.datetime,
    value: float | None = None,
    message: str = "",
) -> Alarm:
    """Raise the alarm of a rule for a device, or count one more occurrence of it.

    It joins the open episode of its fault on the asset, or opens one with its ticket. All in the
    caller's transaction; what happened carries the reading's own time.
    """
    alarm = queries.find_open_alarm(session, device.id, rule.id)
    if alarm is not None:
        alarm.occurrences += 1
        alarm.last_at, alarm.value = max(at, alarm.last_at), value
        return alarm
    unit = unit_of(session)
    outer, unit.occurred_at = unit.occurred_at, at
    try:
        text = message or rule.name
        episode = _episode(session, rule=rule, device=device, at=at, message=text)
        alarm = Alarm(
            rule_id=rule.id,
            device_id=device.id,
            asset_id=device.asset_id,
            episode_id=episode.id,
            severity=rule.severity,
            message=text,
            value=value,
            raised_at=at,
            last_at=at,
        )
        session.add(alarm)
        session.flush()
        _record(session, AlarmRaised, alarm, value=value)
    finally:
        unit.occurred_at = outer
    return alarm


def clear_alarm(session: Session, *, alarm: Alarm, at: dt.datetime) -> Alarm:
    """Clear an alarm; its ticket stays open, because somebody may be on the way."""
    if alarm.cleared_at is None:
        alarm.state, alarm.cleared_at = AlarmState.CLEARED, max(at, alarm.raised_at)
        _record(session, AlarmCleared, alarm)
    return alarm


def acknowledge_alarm(session: Session, *, actor: Actor, alarm: Alarm) -> Alarm:
    """Say that somebody has seen an alarm; raises AlarmCleared when that is not needed any more."""
    if alarm.state is AlarmState.CLEARED:
        raise AlarmIsCleared("The alarm is cleared.", alarm_id=str(alarm.id))
    if alarm.state is AlarmState.ACTIVE:
        alarm.state = AlarmState.ACKNOWLEDGED
        alarm.acknowledged_at, alarm.acknowledged_by = clock.now(), actor.id
        _record(session, AlarmAcknowledged, alarm)
    return alarm


def close_episodes(session: Session, event: Any) -> None:
    """End the episodes of a ticket that is settled; the next alarm opens a new ticket.

    Faults that a device merely reported are cleared with it: nothing else would ever clear them.
    So are values that are still bad when the ticket is solved: the evaluation watches them anew
    after a while, and what was not solved after all gets a ticket again. Of a ticket that was
    called off nobody wants to hear again before the value has been good.
    """
    at = occurred_at(session)
    is_solved = not isinstance(event, tickets.TicketCancelled)
    for episode in queries.lock_episodes_of(session, event.entity_id):
        episode.state, episode.closed_at = EpisodeState.CLOSED, clock.now()
        for alarm in queries.open_alarms(session, episode_id=episode.id):
            if is_solved or queries.get_rule(session, alarm.rule_id).event_code is not None:
                clear_alarm(session, alarm=alarm, at=at)


def reopen_episodes(session: Session, event: Any) -> None:
    """Go on with the episodes of a ticket that was not solved, unless a newer one took over."""
    for episode in queries.lock_episodes_of(session, event.entity_id, EpisodeState.CLOSED):
        if queries.find_open_episode(session, episode.asset_id, episode.fault_class) is None:
            episode.state, episode.closed_at = EpisodeState.OPEN, None
            session.flush()


def begin_device_anew(session: Session, event: Any) -> None:
    """Clear what a device had raised for the asset it was taken from."""
    if event.from_asset_id is not None:
        _begin_anew(session, device_id=event.entity_id)


def _begin_anew(
    session: Session, *, rule_id: UUID | None = None, device_id: UUID | None = None
) -> None:
    for alarm in queries.open_alarms(session, rule_id=rule_id, device_id=device_id):
        clear_alarm(session, alarm=alarm, at=clock.now())
    queries.forget_rule_states(session, rule_id=rule_id, device_id=device_id)


def _episode(
    session: Session, *, rule: AlertRule, device: Any, at: dt.datetime, message: str
) -> Episode:
    """Return the open episode of the rule's fault on the device's asset, with its ticket."""
    fault_code = assets.get_fault_code(session, rule.fault_code_id)
    episode = queries.find_open_episode(session, device.asset_id, fault_code.code)
    if episode is not None and _join(session, episode, rule, device, message):
        return episode
    episode = Episode(
        asset_id=device.asset_id,
        fault_class=fault_code.code,
        fault_code_id=fault_code.id,
        opened_at=at,
    )
    session.add(episode)
    session.flush()
    _open_ticket(session, episode, rule, message)
    return episode


def _join(session: Session, episode: Episode, rule: AlertRule, device: Any, message: str) -> bool:
    """Let an alarm join an open episode; False when its ticket was settled in the meantime."""
    if episode.ticket_id is None:
        _open_ticket(session, episode, rule, message)
        return True
    actor, ticket_id = actor_of(session), episode.ticket_id
    # The ticket first, then its episode: whoever settles a ticket takes them in the same order.
    tickets.raise_priority(
        session,
        actor=actor,
        ticket_id=ticket_id,
        priority=PRIORITIES[rule.severity],
        reason=rule.name,
    )
    if queries.lock_episode(session, episode.id).state is EpisodeState.CLOSED:
        return False
    if not queries.has_raised(session, episode.id, device.id, rule.id):
        tickets.add_note(session, actor=actor, ticket_id=ticket_id, body=message)
    return True


def _open_ticket(session: Session, episode: Episode, rule: AlertRule, message: str) -> None:
    """Open the one ticket of an episode.

    Where that is refused (the asset was archived, say) the alarm stays without: the readings
    behind it must not wait for somebody to notice. The next alarm tries again.
    """
    asset = assets.get_asset(session, episode.asset_id)
    fault_code = assets.get_fault_code(session, episode.fault_code_id)
    priority = max(
        PRIORITIES[rule.severity], Priority(fault_code.priority), key=lambda one: one.rank
    )
    try:
        with session.begin_nested():
            ticket = tickets.open_ticket(
                session,
                actor=actor_of(session),
                title=f"{asset.name}: {fault_code.title}"[:TITLE_LENGTH],
                description=message,
                priority=priority,
                channel=tickets.TicketChannel.DEVICE,
                asset_id=asset.id,
                fault_code_id=fault_code.id,
                source_key=f"episode:{episode.id}",
                opened_at=unit_of(session).occurred_at,
            )
    except DomainError as refusal:
        log.warning("an episode has no ticket", episode_id=str(episode.id), code=refusal.code)
        return
    episode.ticket_id = ticket.id


def _check_rule(session: Session, rule: AlertRule, *, with_references: bool = True) -> None:
    if with_references:
        fault_code = assets.get_usable_fault_code(session, rule.fault_code_id)
        assets.get_usable_model(session, rule.model_id)
        if fault_code.model_id != rule.model_id:
            message = "not a fault code of the model"
            raise InvalidInput("The fault code is for another model.", fault_code_id=message)
    if (rule.metric is None) == (rule.event_code is None):
        message = "give either a metric or an event_code"
        raise InvalidInput("A rule has one condition.", metric=message, event_code=message)
    if rule.metric is None:
        return
    missing = [n for n in ("comparator", "raise_at", "clear_at") if getattr(rule, n) is None]
    if missing:
        raise InvalidInput("A limit is whole.", **dict.fromkeys(missing, "required"))
    try:
        threshold_of(rule)
    except ValueError as error:
        raise InvalidInput("The limits contradict each other.", clear_at=str(error)) from None


def threshold_of(rule: AlertRule) -> ThresholdRule:
    """Return the limit of a rule on a metric as a value; raises ValueError when it is none."""
    if rule.comparator is None or rule.raise_at is None or rule.clear_at is None:
        msg = "The rule has no limit."
        raise ValueError(msg)
    return ThresholdRule(
        comparator=rule.comparator,
        raise_at=rule.raise_at,
        clear_at=rule.clear_at,
        on_delay_seconds=rule.on_delay_seconds or 0.0,
        off_delay_seconds=rule.off_delay_seconds or 0.0,
    )


def _record(session: Session, event: Any, alarm: Alarm, **payload: Any) -> None:
    events.record(
        session,
        event(
            entity_id=alarm.id,
            device_id=alarm.device_id,
            rule_id=alarm.rule_id,
            episode_id=alarm.episode_id,
            **payload,
        ),
    )
