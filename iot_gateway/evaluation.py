"""Evaluation: readings in the order of ingest → states of rules → alarms, exactly once.

The position is a row that moves in the transaction of what it caused, so a killed gateway goes on
where it was: nothing is evaluated twice, nothing is left out.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from iot_gateway import queries, rules, service
from iot_gateway.models import AlertRule, DeviceState, RuleStateRow
from iot_gateway.rules import Move, ReadingKind, RuleState
from server.assets import api as assets
from server.kernel.actors import system
from server.kernel.errors import NotFound
from server.kernel.modules import Platform
from server.kernel.uow import retrying, unit_of_work

BATCH = 500


def evaluate(platform: Platform, tenant_id: UUID) -> int:
    """Evaluate everything a tenant's devices have said since the last time; how many readings."""
    total = 0
    while True:
        done = retrying(lambda: _evaluate_batch(platform, tenant_id))
        total += done
        if done < BATCH:
            return total


def _evaluate_batch(platform: Platform, tenant_id: UUID) -> int:
    with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
        head = queries.lock_head(session)
        if head is None or head.evaluated >= head.seq:
            return 0
        found = queries.readings_after(session, head.evaluated, BATCH)
        devices: dict[UUID, _Device | None] = {}
        for reading in found:
            if reading.device_id not in devices:
                devices[reading.device_id] = _Device.load(session, reading.device_id)
            device = devices[reading.device_id]
            if device is not None:
                device.take(session, reading)
        head.evaluated = found[-1].seq if len(found) == BATCH else head.seq
        return len(found)


class _Device:
    """One device while a batch is evaluated: its rules, where they stand, what it said last."""

    def __init__(self, device: Any, active: list[AlertRule], state: DeviceState) -> None:
        self.device = device
        self.state = state
        self.limits = [(rule, service.threshold_of(rule)) for rule in active if rule.metric]
        self.codes = {rule.event_code: rule for rule in active if rule.event_code}
        self.standing: dict[UUID, RuleStateRow] = {}

    @classmethod
    def load(cls, session: Session, device_id: UUID) -> _Device | None:
        """Return a device with the rules of its asset's model; None when it is not known."""
        try:
            device = assets.get_device(session, device_id)
        except NotFound:
            return None
        asset = assets.get_asset(session, device.asset_id)
        state = session.get(DeviceState, device_id)
        if state is None:
            state = DeviceState(id=device_id, values={}, forbidden_count=0)
            session.add(state)
        loaded = cls(device, list(queries.active_rules(session, asset.model_id)), state)
        if loaded.limits:
            loaded.standing = queries.rule_states(session, device_id)
        return loaded

    def take(self, session: Session, reading: Any) -> None:
        """Take one reading into account."""
        document = reading.document
        values = document.get("values") or {}
        if self.state.last_at is None or reading.at >= self.state.last_at:
            self.state.last_at = reading.at
            if values:
                self.state.values = {**self.state.values, **values}
        self.state.last_received_at = reading.received_at
        if reading.kind == ReadingKind.TELEMETRY and not document.get("late"):
            for rule, limit in self.limits:
                number = rules.as_number(values.get(rule.metric))
                if number is not None:
                    self._step(session, rule, limit, (reading.at, number))
        elif reading.kind == ReadingKind.FAULT:
            self._fault(session, reading.at, document.get("fault") or {})

    def _step(
        self,
        session: Session,
        rule: AlertRule,
        limit: rules.ThresholdRule,
        sample: tuple[dt.datetime, float],
    ) -> None:
        at, number = sample
        row = self.standing.get(rule.id)
        if row is None:
            row = RuleStateRow(rule_id=rule.id, device_id=self.device.id, phase=rules.Phase.NORMAL)
            self.standing[rule.id] = row
            session.add(row)
        before = RuleState(phase=row.phase, since=row.since, last_at=row.last_at)
        after, transition = rules.step(limit, before, at, number)
        row.phase, row.since, row.last_at = after.phase, after.since, after.last_at
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
        rule = self.codes.get(fault.get("code"))
        if rule is not None:
            text = fault.get("text") or fault.get("code") or rule.name
            service.raise_alarm(session, rule=rule, device=self.device, at=at, message=text)
