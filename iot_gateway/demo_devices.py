"""What the demonstration's machines have said since yesterday: most are well, two are not."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import select

from iot_gateway import evaluation, rules
from iot_gateway.ingest import Ingest
from iot_gateway.models import DeviceState
from iot_gateway.mqtt import DeviceIdentity, InboundMessage
from server.assets import api as assets
from server.auth import api as auth
from server.kernel import clock
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work

STEP = dt.timedelta(minutes=10)
SPAN = dt.timedelta(hours=24)
SPEAKING = 12
BATCH = 500
# Where a healthy machine runs, and how far its values scatter.
USUAL = {"vibration": (40.0, 2.5), "pressure": (100.0, 5.0), "rotate": (450.0, 18.0)}
USUAL |= {"volt": (170.0, 6.0)}
# Which machines have drifted for hours, in what, and to which value by now.
DRIFTS = {2: ("vibration", 78.0), 5: ("pressure", 161.0)}
DRIFTING = dt.timedelta(hours=5)


@dataclass(frozen=True, slots=True)
class Machine:
    """A device that speaks, and from when on."""

    number: int
    identity: DeviceIdentity
    topic: str
    since: dt.datetime


def speak(platform: Platform, tenant_id: UUID) -> None:
    """Let the machines say what they measured since yesterday or since they last spoke."""
    now = clock.now()
    machines = _machines(platform, tenant_id, now)
    messages = [message for machine in machines for message in _messages(machine, now)]
    messages.sort(key=lambda message: message.received_at)
    ingest = Ingest(platform, lambda _tenant_id: None)
    for start in range(0, len(messages), BATCH):
        ingest.take(messages[start : start + BATCH])
    evaluation.evaluate(platform, tenant_id)


def _machines(platform: Platform, tenant_id: UUID, now: dt.datetime) -> list[Machine]:
    """The first machines, each with a token that the guide names."""
    with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
        slug = auth.get_tenant(session).slug
        statement = select(assets.Device).where(assets.Device.archived_at.is_(None))
        devices = session.scalars(statement.order_by(assets.Device.name).limit(SPEAKING)).all()
        ids = [device.id for device in devices]
        states = session.scalars(select(DeviceState).where(DeviceState.id.in_(ids)))
        spoke = {state.id: state.last_at for state in states}
        machines = []
        for number, device in enumerate(devices):
            auth.give_demo_token(session, device_id=device.id, device_name=device.name)
            identity = DeviceIdentity(
                device_id=device.id,
                tenant_id=tenant_id,
                publish_prefixes=rules.publish_prefixes(slug, device.name),
            )
            topic = f"truckroll/v1/{slug}/{device.name}/telemetry"
            since = max(now - SPAN, spoke.get(device.id) or now - SPAN)
            machines.append(Machine(number, identity, topic, since))
    return machines


def _messages(machine: Machine, now: dt.datetime) -> Iterator[InboundMessage]:
    """One message for each step since the machine last spoke; the same on every installation."""
    rng = random.Random(machine.number)  # noqa: S311 - a machine, no secret
    at = machine.since + STEP
    while at < now:
        payload = {"ts": int(at.timestamp() * 1000), "values": _values(machine, at, now, rng)}
        yield InboundMessage(
            identity=machine.identity,
            topic=machine.topic,
            payload=orjson.dumps(payload),
            received_at=at,
            qos=1,
            is_duplicate=False,
        )
        at += STEP


def _values(
    machine: Machine, at: dt.datetime, now: dt.datetime, rng: random.Random
) -> dict[str, float]:
    """What is measured: around the usual value, with the rhythm of a shift, and the drift."""
    metric, target = DRIFTS.get(machine.number, ("", 0.0))
    share = max(0.0, 1 - (now - at) / DRIFTING)
    rhythm = math.sin(at.timestamp() / 3600)
    found = {}
    for name, (usual, spread) in USUAL.items():
        value = usual + spread * (0.4 * rhythm + rng.uniform(-0.6, 0.6))
        if name == metric:
            value += (target - usual) * share
        found[name] = round(value, 1)
    return found
