"""The gateway process: takes in what devices say, and turns faults into tickets.

Embedded it is the MQTT endpoint itself; with a broker configured it consumes from there. Either
way a message is acknowledged only after it was committed.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import select

from iot_gateway import queries, rules
from iot_gateway.consumer import BrokerConsumer
from iot_gateway.evaluator import Evaluator
from iot_gateway.health import give_signs_of_life
from iot_gateway.ingest import Ingest
from iot_gateway.mqtt import Credentials, DeviceIdentity, Endpoint, EndpointSettings
from iot_gateway.revocation import shut_out_revoked
from server import factory
from server.auth import api as auth
from server.kernel import settings
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work

BATCH_MESSAGES = 2000
YOUNG_OBJECTS = 50_000


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
        credential_id=found.credential_id,
    )


async def serve(platform: Platform) -> None:
    """Run until told to stop; commit and acknowledge what was received before leaving."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    evaluator = Evaluator(platform, await asyncio.to_thread(_tenants, platform))
    evaluator.start()
    ingest = Ingest(platform, evaluator.wake)
    serve_source = _consume if platform.settings.mqtt_broker_url else _listen
    await serve_source(platform, ingest, evaluator, stopping)
    await asyncio.to_thread(evaluator.stop)


async def _listen(
    platform: Platform, ingest: Ingest, evaluator: Evaluator, stopping: asyncio.Event
) -> None:
    """Be the devices' MQTT endpoint."""
    await asyncio.to_thread(_forget_presence, platform)
    endpoint = Endpoint(
        authenticate=authenticator(platform),
        commit=ingest.take,
        settings=EndpointSettings(
            host=platform.settings.mqtt_host,
            port=platform.settings.mqtt_port,
            batch_messages=BATCH_MESSAGES,
        ),
    )
    await endpoint.start()
    async with (
        _alive(platform, lambda: asdict(endpoint.counters) | _counted(evaluator)),
        _running(shut_out_revoked(platform, endpoint)),
    ):
        await stopping.wait()
        await endpoint.stop()


async def _consume(
    platform: Platform, ingest: Ingest, evaluator: Evaluator, stopping: asyncio.Event
) -> None:
    """Take what a broker has for us."""
    consumer = BrokerConsumer(platform, ingest)
    consumer.start()
    async with _alive(platform, lambda: asdict(consumer.counters) | _counted(evaluator)):
        await stopping.wait()
        await asyncio.to_thread(consumer.stop)


def _alive(
    platform: Platform, counters: Callable[[], Mapping[str, int]]
) -> contextlib.AbstractAsyncContextManager[None]:
    return _running(give_signs_of_life(platform, counters))


@contextlib.asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _counted(evaluator: Evaluator) -> dict[str, int]:
    return {"evaluated": evaluator.evaluated, "evaluation_failures": evaluator.failures}


def main() -> None:
    """Start the process from the environment."""
    platform = factory.load(settings.from_environment(os.environ))
    spare_the_collector()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(platform))
    platform.dispose()


def _forget_presence(platform: Platform) -> None:
    """Nobody is connected yet: those who were when a gateway was killed would stay so for ever."""
    for tenant_id in _tenants(platform):
        with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
            queries.forget_presence(session)


def spare_the_collector() -> None:
    """Keep garbage collection from walking what stays: a third of the ingest's time otherwise."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _tenants(platform: Platform) -> list[UUID]:
    with unit_of_work(platform, None, write=False) as session:
        return list(session.scalars(select(Tenant.id)))


if __name__ == "__main__":
    main()
