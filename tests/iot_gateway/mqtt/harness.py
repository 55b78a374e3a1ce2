"""An endpoint in a thread of its own, and a store in memory that can fail or hang."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Self
from uuid import UUID

from iot_gateway.mqtt import (
    Credentials,
    DeviceIdentity,
    Endpoint,
    EndpointSettings,
    InboundMessage,
    MessageKind,
    Outcome,
)

TENANT = UUID(int=1)
PUMP = UUID(int=7)
FAN = UUID(int=8)
_NAMES = {"pump-7": PUMP, "fan-8": FAN}


def identity_of(name: str) -> DeviceIdentity:
    return DeviceIdentity(
        device_id=_NAMES[name],
        tenant_id=TENANT,
        publish_prefixes=(f"truckroll/v1/acme/{name}/", "v1/devices/me/"),
        subscribe_filters=frozenset(
            {
                f"truckroll/v1/acme/{name}/cmd",
                "v1/devices/me/rpc/request/+",
            }
        ),
    )


async def authenticate(credentials: Credentials) -> DeviceIdentity | None:
    """The user name is the device; its password is always the same."""
    if credentials.username in _NAMES and credentials.password == b"secret":
        return identity_of(credentials.username)
    return None


class MemoryStore:
    """Keeps what is committed; ``failures`` commits fail first, ``open`` can be cleared."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []
        self.batches: list[int] = []
        self.failures = 0
        self.open = threading.Event()
        self.open.set()
        self.judge: Callable[[InboundMessage], Outcome] = lambda _: Outcome.ACCEPTED

    def commit(self, batch: list[InboundMessage]) -> list[Outcome]:
        self.open.wait(20)
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the database is away")
        self.messages += batch
        self.batches.append(len(batch))
        return [self.judge(message) for message in batch]

    def of_kind(self, kind: MessageKind) -> list[InboundMessage]:
        return [message for message in self.messages if message.kind is kind]

    @property
    def payloads(self) -> list[bytes]:
        return [message.payload for message in self.of_kind(MessageKind.PUBLISH)]


class RunningEndpoint:
    """An endpoint on a free port, with its loop in a thread."""

    def __init__(self, store: MemoryStore, **overrides: Any) -> None:
        parts: dict[str, Any] = {"authenticate": authenticate, "tls": None}
        parts |= {name: overrides.pop(name) for name in parts if name in overrides}
        limits: dict[str, Any] = {"port": 0, "retry_seconds": 0.02, "linger_seconds": 0.2}
        parts |= {"commit": store.commit, "settings": EndpointSettings(**limits | overrides)}
        self._parts = parts
        self.endpoint: Endpoint
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._is_stopped = False

    def __enter__(self) -> Self:
        self._thread.start()
        self.endpoint = self.call(self._start())
        self.port = self.endpoint.port
        return self

    async def _start(self) -> Endpoint:
        endpoint = Endpoint(**self._parts)
        await endpoint.start()
        return endpoint

    def submit(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.submit(work).result(30)

    def run(self, work: Callable[[], object]) -> None:
        """Do something in the loop's thread."""
        self._loop.call_soon_threadsafe(work)

    def stop(self) -> bool:
        self._is_stopped = True
        return bool(self.call(self.endpoint.stop()))

    def __exit__(self, *_: object) -> None:
        if not self._is_stopped:
            self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


def wait_until(condition: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.005)
