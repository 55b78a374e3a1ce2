"""The endpoint itself: listens, lets devices in, stops without losing what it received."""

import asyncio
import ssl
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from inspect import isawaitable, iscoroutinefunction
from time import time
from typing import Any
from uuid import UUID

import structlog

from iot_gateway.mqtt.committing import Committer
from iot_gateway.mqtt.messages import (
    Authenticate,
    Commit,
    Credentials,
    Delivery,
    DeviceIdentity,
)
from iot_gateway.mqtt.reasons import Reason
from iot_gateway.mqtt.registry import Registry
from iot_gateway.mqtt.services import Services
from iot_gateway.mqtt.session import Session
from iot_gateway.mqtt.settings import Counters, EndpointSettings

logger = structlog.get_logger(__name__)

_LOGIN_THREADS = 4
_BACKLOG = 1024


def _utc_now() -> datetime:
    return datetime.fromtimestamp(time(), UTC)


class Endpoint:
    """MQTT for devices: authenticate, take messages, acknowledge what ``commit`` made durable.

    Lives in one event loop; ``publish`` is called there. ``commit`` runs in a thread of its own,
    ``authenticate`` in a small pool unless it is a coroutine function.
    """

    def __init__(
        self,
        *,
        authenticate: Authenticate,
        commit: Commit,
        settings: EndpointSettings | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.settings = settings or EndpointSettings()
        self.counters = Counters()
        self._authenticate: Callable[[Credentials], Any] = authenticate
        self._asks_in_loop = iscoroutinefunction(authenticate)
        self._commit = commit
        self._tls = tls
        self._now = now
        self._registry = Registry()
        self._logins: ThreadPoolExecutor | None = None
        self._committer: Committer | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port listened on; differs from the settings when those say 0."""
        if self._server is None:
            raise RuntimeError("The endpoint is not started.")
        return int(self._server.sockets[0].getsockname()[1])

    def is_online(self, device_id: UUID) -> bool:
        """Whether a device is connected now."""
        return self._registry.is_online(device_id)

    def shut_out(self, credential_ids: Collection[UUID]) -> int:
        """End the connections of devices whose credentials were revoked; how many there were."""
        return self._registry.end_proven_by(credential_ids, Reason.NOT_AUTHORISED)

    async def start(self) -> None:
        """Listen."""
        self._logins = ThreadPoolExecutor(_LOGIN_THREADS, "mqtt-login")
        self._committer = Committer(self._commit, self.settings, self.counters, self._registry)
        services = Services(
            settings=self.settings,
            counters=self.counters,
            registry=self._registry,
            committer=self._committer,
            admit=self._admit,
            now=self._now,
        )
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Session(services),
            self.settings.host,
            self.settings.port,
            ssl=self._tls,
            backlog=_BACKLOG,
        )
        logger.info("mqtt endpoint listens", host=self.settings.host, port=self.port)

    async def stop(self) -> bool:
        """Stop listening and reading, commit and acknowledge what was received, then close.

        False when the store did not take everything in time: that was not acknowledged, and the
        devices will send it again.
        """
        if self._server is None or self._committer is None or self._logins is None:
            return True
        self._server.close()
        self._registry.hold_all()
        is_drained = await self._committer.drain(self.settings.stop_seconds)
        await self._committer.close()
        self._registry.stop_all(Reason.SERVER_SHUTTING_DOWN)
        await self._registry.wait_empty(2 * self.settings.linger_seconds)
        self._logins.shutdown(wait=False, cancel_futures=True)
        await self._server.wait_closed()
        self._server = None
        logger.info("mqtt endpoint stopped", is_drained=is_drained)
        return is_drained

    async def publish(self, device_id: UUID, topic: str, payload: bytes, qos: int = 1) -> Delivery:
        """Send a message to a device that is connected now; nothing is kept for later.

        With QoS 1 it returns when the device has acknowledged or its connection is lost.
        """
        outcome = Delivery.NOT_CONNECTED
        for session in self._registry.of_device(device_id):
            outcome = await session.deliver(topic, payload, qos)
            if outcome is not Delivery.NOT_SUBSCRIBED:
                break
        return outcome

    async def _admit(self, credentials: Credentials) -> DeviceIdentity | None:
        if self._asks_in_loop:
            found = self._authenticate(credentials)
        else:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._logins, self._authenticate, credentials)
        identity: DeviceIdentity | None = await found if isawaitable(found) else found
        return identity
