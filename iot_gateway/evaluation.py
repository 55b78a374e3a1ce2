"""Evaluation: readings in the order of ingest → states of rules → alarms, exactly once.

The position is a row that moves in the transaction of what it caused, so a killed gateway goes on
where it was: nothing is evaluated twice, nothing is left out.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from iot_gateway import queries, rules, service
from iot_gateway.models import AlertRule, DeviceState, RuleStateRow
from iot_gateway.rules import Move, Phase, ReadingKind, RuleState
from server.assets import api as assets
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.uow import retrying, unit_of_work

BATCH = 1000
FIRING = frozenset({Phase.ACTIVE, Phase.CLEARING})
# A machine that was just repaired may take so long until its values are good.
RECOVERY = dt.timedelta(minutes=15)
MOST_VALUES = 1000


def evaluate(
    platform: Platform, tenant_id: UUID, *, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Evaluate what a tenant's devices have said since the last time; how many readings.

    ``is_stopping`` is asked between batches; the rest then waits for the next time.
    """
    total, done = 0, BATCH
    while done == BATCH and not is_stopping():
        done = retrying(lambda: _evaluate_batch(platform, tenant_id))
        total += done
    return total


def _evaluate_batch(platform: Platform, tenant_id: UUID) -> int:
    with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
        head = queries.lock_evaluation(session)
        last = queries.last_number(session)
        if head.seq >= last:
            return 0
        # Not beyond ``last``: what is committed from here on is counted by the next batch only.
        found = queries.readings_numbered(session, head.seq, last, BATCH)
        watched = _load(session, {reading.device_id for reading in found})
        for reading in found:
            device = watched.get(reading.device_id)
            if device is not None:
                device.take(session, reading)
        for device in watched.values():
            device.keep(session)
        # Numbers may be missing: a reading that was stored already takes one and leaves it.
        head.seq = found[-1].seq if len(found) == BATCH else last
        return len(found)


def _load(session: Session, device_ids: set[UUID]) -> dict[UUID, _Watched]:
    """Return the devices with the rules of their assets' models."""
    devices = assets.devices_with_assets(session, device_ids)
    active = queries.active_rules(session, {asset.model_id for _, asset in devices.values()})
    standing = queries.rule_states(session, devices.keys())
    states = queries.device_states(session, devices.keys())
    _watch_anew(session, standing)
    return {
        device_id: _Watched(
            device,
            active.get(asset.model_id, ()),
            states[device_id],
            standing.get(device_id, {}),
        )
        for device_id, (device, asset) in devices.items()
    }


def _watch_anew(session: Session, standing: Mapping[UUID, dict[UUID, RuleStateRow]]) -> None:
    """Let rules begin again whose alarm was cleared because its ticket was solved.

    The state follows from the alarms, so it does not matter whether the ticket was solved before
    or while a batch was evaluated.
    """
    firing = {
        device_id: [row for row in rows.values() if row.phase in FIRING]
        for device_id, rows in standing.items()
    }
    device_ids = [device_id for device_id, rows in firing.items() if rows]
    if not device_ids:
        return
    settled = queries.settled_at(session, device_ids)
    for row in itertools.chain.from_iterable(firing.values()):
        at = settled.get((row.device_id, row.rule_id))
        if at is not None:
            row.phase, row.since = Phase.NORMAL, None
            row.last_at = max(row.last_at or at, at + RECOVERY)


class _Watched:
    """One device while a batch is evaluated: its rules, where they stand, what it said last."""

    def __init__(
        self,
        device: Any,
        active: Iterable[AlertRule],
        state: DeviceState,
        rows: dict[UUID, RuleStateRow],
    ) -> None:
        self.device = device
        self.state = state
        self.last_at, self.last_received_at = state.last_at, state.last_received_at
        self.values = dict(state.values)
        self.limits = [(rule, service.threshold_of(rule)) for rule in active if rule.metric]
        self.codes: dict[str, list[AlertRule]] = defaultdict(list)
        for rule in active:
            if rule.event_code:
                self.codes[rule.event_code].append(rule)
        self.rows = rows
        self.standing = {
            rule_id: RuleState(phase=row.phase, since=row.since, last_at=row.last_at)
            for rule_id, row in rows.items()
        }

    def take(self, session: Session, reading: Any) -> None:
        """Take one reading into account.

        What comes too late raises no alarm, but a fault that was reported does: nothing said
        later takes it back.
        """
        document = reading.document
        values = document.get("values") or {}
        if self.last_at is None or reading.at >= self.last_at:
            self.last_at = reading.at
            self.values.update(values)
            if len(self.values) > MOST_VALUES:  # Names without end: only the latest are shown.
                self.values = dict(values)
        self.last_received_at = reading.received_at
        if reading.kind == ReadingKind.FAULT:
            self._fault(session, reading.at, document.get("fault") or {})
        elif reading.kind == ReadingKind.TELEMETRY and not document.get("late"):
            for rule, limit in self.limits:
                number = rules.as_number(values.get(rule.metric))
                if number is not None:
                    hurried = rules.hurried(limit, document.get("meta") or {})
                    self._step(session, rule, hurried, (reading.at, number))

    def keep(self, session: Session) -> None:
        """Write down where everything stands now."""
        self.state.last_at, self.state.last_received_at = self.last_at, self.last_received_at
        self.state.values = self.values
        for rule_id, standing in self.standing.items():
            row = self.rows.get(rule_id)
            if row is None:
                row = RuleStateRow(rule_id=rule_id, device_id=self.device.id)
                session.add(row)
            row.phase, row.since, row.last_at = standing.phase, standing.since, standing.last_at

    def _step(
        self,
        session: Session,
        rule: AlertRule,
        limit: rules.ThresholdRule,
        sample: tuple[dt.datetime, float],
    ) -> None:
        at, number = sample
        before = self.standing.get(rule.id) or RuleState()
        self.standing[rule.id], transition = rules.step(limit, before, at, number)
        if transition is None:
            return
        if transition.move is Move.RAISED:
            message = (
                f"{rule.name}: {rule.metric} {rule.comparator} {rule.raise_at:g}, was {number:g}"
            )
            service.raise_alarm(
                session, rule=rule, device=self.device, at=at, value=number, message=message
            )
        elif alarm := queries.find_open_alarm(session, self.device.id, rule.id):
            service.clear_alarm(session, alarm=alarm, at=at)

    def _fault(self, session: Session, at: dt.datetime, fault: dict[str, Any]) -> None:
        code = fault.get("code", "")
        for rule in self.codes.get(code, ()):
            message = fault.get("text") or code
            service.raise_alarm(session, rule=rule, device=self.device, at=at, message=message)
