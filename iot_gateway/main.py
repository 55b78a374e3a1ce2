"""The gateway process: takes in what devices say, and turns faults into tickets.

Embedded it is the MQTT endpoint itself; with a broker configured it consumes from there. Either
way a message is acknowledged only after it was committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from uuid import UUID

import structlog
from sqlalchemy import select

from iot_gateway import evaluation, rules
from iot_gateway.consumer import BrokerConsumer
from iot_gateway.ingest import Ingest
from iot_gateway.mqtt import Credentials, DeviceIdentity, Endpoint, EndpointSettings
from server import factory
from server.auth import api as auth
from server.kernel import settings
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work

RETRY_SECONDS = 2.0
log = structlog.get_logger(__name__)


class Evaluator(threading.Thread):
    """Evaluates in a thread of its own, so that a slow ticket never delays a PUBACK."""

    def __init__(self, platform: Platform) -> None:
        """Begin with every tenant: a killed gateway may have left readings unevaluated."""
        super().__init__(name="evaluator", daemon=True)
        self._platform = platform
        self._condition = threading.Condition()
        self._waiting: set[UUID] = set(_tenants(platform))
        self._stopping = False

    def wake(self, tenant_id: UUID) -> None:
        """Say that a tenant has readings to evaluate."""
        with self._condition:
            self._waiting.add(tenant_id)
            self._condition.notify()

    def stop(self) -> None:
        """Finish what is being evaluated, then end; the rest waits for the next start."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self.join(timeout=10)

    def run(self) -> None:
        """Evaluate tenant after tenant; what fails is tried again, and nothing is skipped."""
        while (tenant_id := self._next()) is not None:
            try:
                evaluation.evaluate(self._platform, tenant_id)
            except Exception:
                log.exception("evaluation failed; trying again", tenant_id=str(tenant_id))
                threading.Timer(RETRY_SECONDS, self.wake, (tenant_id,)).start()

    def _next(self) -> UUID | None:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping or self._waiting)
            return None if self._stopping else self._waiting.pop()


def authenticator(platform: Platform) -> Callable[[Credentials], DeviceIdentity | None]:
    """Return how a device proves itself: its token as password, or as user name alone."""

    def authenticate(credentials: Credentials) -> DeviceIdentity | None:
        token = (credentials.password or b"").decode("utf-8", "replace")
        token = token or credentials.username or ""
        if not token:
            return None
        with unit_of_work(platform, None, write=False) as session:
            found = auth.authenticate_device(session, token)
        if found is None:
            return None
        own_name = f"{found.tenant_slug}/{found.device_name}"
        named = {None, "", token, found.device_name, own_name}
        if credentials.username not in named:
            return None  # The token of one device under the name of another.
        return identity_of(found)

    return authenticate


def identity_of(found: auth.DeviceIdentity) -> DeviceIdentity:
    """Return what a proven device may publish and subscribe to."""
    slug, name = found.tenant_slug, found.device_name
    return DeviceIdentity(
        device_id=found.device_id,
        tenant_id=found.tenant_id,
        publish_prefixes=rules.publish_prefixes(slug, name, is_gateway=True),
        subscribe_filters=rules.subscribe_filters(slug, name),
    )


async def serve(platform: Platform) -> None:
    """Run until told to stop; commit and acknowledge what was received before leaving."""
    evaluator = Evaluator(platform)
    evaluator.start()
    ingest = Ingest(platform, evaluator.wake)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    chosen = platform.settings
    if chosen.mqtt_broker_url:
        consumer = BrokerConsumer(platform, ingest)
        consumer.start()
        await stopping.wait()
        await asyncio.to_thread(consumer.stop)
    else:
        endpoint = Endpoint(
            authenticate=authenticator(platform),
            commit=ingest.commit,
            settings=EndpointSettings(host=chosen.mqtt_host, port=chosen.mqtt_port),
        )
        await endpoint.start()
        await stopping.wait()
        await endpoint.stop()
    await asyncio.to_thread(evaluator.stop)


def main() -> None:
    """Start the process from the environment."""
    platform = factory.load(settings.from_environment(os.environ))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(platform))
    platform.dispose()


def _tenants(platform: Platform) -> list[UUID]:
    with unit_of_work(platform, None, write=False) as session:
        return list(session.scalars(select(Tenant.id)))


if __name__ == "__main__":
    main()
