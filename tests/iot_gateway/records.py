"""What tests of the gateway begin with: a watched device, and messages as if it had sent them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from iot_gateway import evaluation, rules, service
from iot_gateway.ingest import Ingest
from iot_gateway.models import Alarm, DeadLetter, Episode, ReadingRow
from iot_gateway.mqtt import DeviceIdentity, InboundMessage, MessageKind, Outcome
from iot_gateway.rules import Comparator, Severity
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.session import tenant_of
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from server.tickets.api import Ticket
from tests.builders import a_device, a_fault_code, a_model, an_asset

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
UNSCOPED = {"unscoped": "readings"}


@dataclass
class Gateway:
    """The store side of a gateway: what the endpoint would call, and the evaluation after it."""

    platform: Platform
    woken: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ingest = Ingest(self.platform, self.woken.append)

    def restart(self) -> None:
        """Lose all that is only in memory."""
        self.ingest = Ingest(self.platform, self.woken.append)

    def take(self, *messages: InboundMessage) -> list[Outcome]:
        return self.ingest.take(messages)

    def evaluate(self, *devices: Box) -> int:
        tenants = {device.tenant_id for device in devices}
        return sum(evaluation.evaluate(self.platform, tenant_id) for tenant_id in tenants)


@dataclass(frozen=True)
class Box:
    """A device of a tenant, with the model and the fault code of what it watches."""

    id: UUID
    name: str
    tenant_id: UUID
    slug: str
    asset_id: UUID
    model_id: UUID
    fault_code_id: UUID

    def says(
        self,
        document: Any,
        *,
        at: dt.datetime = NOON,
        topic: str | None = None,
        channel: str = "telemetry",
        is_duplicate: bool = False,
        kind: MessageKind = MessageKind.PUBLISH,
    ) -> InboundMessage:
        payload = document if isinstance(document, bytes) else orjson.dumps(document)
        return InboundMessage(
            identity=self.identity,
            topic=topic or f"truckroll/v1/{self.slug}/{self.name}/{channel}",
            payload=payload,
            received_at=at,
            qos=1,
            is_duplicate=is_duplicate,
            kind=kind,
        )

    def measures(
        self, value: float, *, at: dt.datetime = NOON, metric: str = "temperature", **options: Any
    ) -> InboundMessage:
        document = {"ts": milliseconds(at), "values": {metric: value}}
        return self.says(document, **{"at": at, **options})

    def reports(self, code: str, *, at: dt.datetime = NOON, **options: Any) -> InboundMessage:
        document = {"ts": milliseconds(at), "code": code, "text": f"{code} happened"}
        return self.says(document, **{"at": at, "channel": "event", **options})

    @property
    def identity(self) -> DeviceIdentity:
        return DeviceIdentity(
            device_id=self.id,
            tenant_id=self.tenant_id,
            publish_prefixes=rules.publish_prefixes(self.slug, self.name),
        )


def a_box(platform: Platform, tenant: Tenant, **changes: Any) -> Box:
    """A device on an asset of its own, committed; ``limit`` and ``code`` give it alert rules."""
    with unit_of_work(platform, tenant.id) as session:
        return make_box(session, tenant, **changes)


def make_box(
    session: Session,
    tenant: Tenant,
    *,
    limit: dict[str, Any] | None = None,
    code: dict[str, Any] | None = None,
    **changes: Any,
) -> Box:
    model = a_model(session)
    fault_code = a_fault_code(session, model.id)
    asset = an_asset(session, model_id=model.id, **changes)
    device = a_device(session, asset_id=asset.id)
    box = Box(
        device.id,
        device.name,
        tenant.id,
        tenant.slug,
        asset.id,
        model.id,
        fault_code.id,
    )
    if limit is not None:
        a_limit(session, box, **limit)
    if code is not None:
        a_code(session, box, **code)
    return box


def a_limit(session: Session, box: Box, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "model_id": box.model_id,
        "name": "Too hot",
        "metric": "temperature",
        "comparator": Comparator.GREATER,
        "raise_at": 80.0,
        "clear_at": 70.0,
        "fault_code_id": box.fault_code_id,
    }
    actor = system(tenant_of(session))
    return service.create_rule(session, actor=actor, **(values | changes))


def a_code(session: Session, box: Box, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "model_id": box.model_id,
        "name": "Machine reports E1",
        "event_code": "E1",
        "severity": Severity.MAJOR,
        "fault_code_id": box.fault_code_id,
    }
    actor = system(tenant_of(session))
    return service.create_rule(session, actor=actor, **(values | changes))


def report(gateway: Gateway, box: Box, *codes: str, start: dt.datetime = NOON) -> None:
    """Let a device report faults, a minute apart, and evaluate them."""
    gateway.take(*(box.reports(code, at=start + n * 60 * SECOND) for n, code in enumerate(codes)))
    gateway.evaluate(box)


def milliseconds(at: dt.datetime) -> int:
    return int(at.timestamp() * 1000)


def readings_of(session: Session, device_id: UUID) -> Sequence[Any]:
    """What is stored of a device, in the order of ingest."""
    statement = (
        select(ReadingRow)
        .where(ReadingRow.tenant_id == tenant_of(session), ReadingRow.device_id == device_id)
        .order_by(ReadingRow.seq)
    )
    return session.scalars(statement, execution_options=UNSCOPED).all()


def letters_of(session: Session, device_id: UUID) -> Sequence[DeadLetter]:
    statement = select(DeadLetter).where(DeadLetter.device_id == device_id)
    return session.scalars(statement.order_by(DeadLetter.id)).all()


def alarms_of(session: Session, device_id: UUID) -> Sequence[Alarm]:
    return session.scalars(
        select(Alarm).where(Alarm.device_id == device_id).order_by(Alarm.id)
    ).all()


def episodes_of(session: Session, asset_id: UUID) -> Sequence[Episode]:
    statement = select(Episode).where(Episode.asset_id == asset_id).order_by(Episode.id)
    return session.scalars(statement).all()


def tickets_of(session: Session, asset_id: UUID) -> Sequence[Ticket]:
    statement = select(Ticket).where(Ticket.asset_id == asset_id).order_by(Ticket.id)
    return session.scalars(statement).all()


def count(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0
