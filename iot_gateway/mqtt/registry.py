"""Which connections are open, and which device each of them speaks for."""

import asyncio
from collections.abc import Collection, Iterator
from typing import Protocol
from uuid import UUID

from iot_gateway.mqtt.connection import Hold
from iot_gateway.mqtt.messages import Delivery
from iot_gateway.mqtt.reasons import Reason


class Member(Protocol):
    """An open connection, as the registry sees it."""

    @property
    def credential_id(self) -> UUID | None: ...

    def hold(self, reason: int) -> None: ...
    def release(self, reason: int) -> None: ...
    def end(self, reason: Reason | None, *, has_will: bool = True) -> None: ...
    def stop(self, reason: Reason) -> None: ...
    def abort(self) -> None: ...
    async def deliver(self, topic: str, payload: bytes, qos: int) -> Delivery: ...


class Registry:
    """The open connections.

    A client id names one connection per device: whoever could take over another device's
    connection by its client id could keep it silent.
    """

    def __init__(self) -> None:
        self._open: set[Member] = set()
        self._by_client: dict[tuple[UUID, str], Member] = {}
        self._by_device: dict[UUID, list[Member]] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, member: Member) -> None:
        """Count a connection whose device is not known yet."""
        self._open.add(member)
        self._empty.clear()

    def discard(self, member: Member) -> None:
        """Stop counting a connection."""
        self._open.discard(member)
        if not self._open:
            self._empty.set()

    def enter(self, member: Member, device_id: UUID, client_id: str) -> Member | None:
        """Let a device in; returns the connection that it takes over."""
        previous = self._by_client.get((device_id, client_id))
        self._by_client[device_id, client_id] = member
        self._by_device.setdefault(device_id, []).append(member)
        return previous

    def leave(self, member: Member, device_id: UUID, client_id: str) -> None:
        """Forget a device's connection, unless another has already taken its place."""
        if self._by_client.get((device_id, client_id)) is member:
            del self._by_client[device_id, client_id]
        members = self._by_device.get(device_id, [])
        if member in members:
            members.remove(member)
        if not members:
            self._by_device.pop(device_id, None)

    def of_device(self, device_id: UUID) -> Iterator[Member]:
        """The connections of a device, the newest first."""
        return reversed(list(self._by_device.get(device_id, [])))

    def end_proven_by(self, credential_ids: Collection[UUID], reason: Reason) -> int:
        """End the connections that these credentials let in; how many there were."""
        found = [member for member in self._open if member.credential_id in credential_ids]
        for member in found:
            member.end(reason)
        return len(found)

    def is_online(self, device_id: UUID) -> bool:
        """Whether a device has an open connection."""
        return device_id in self._by_device

    def hold_all(self) -> None:
        """Read from nobody for now."""
        for member in list(self._open):
            member.hold(Hold.GATE)

    def release_all(self) -> None:
        """Read from everybody again."""
        for member in list(self._open):
            member.release(Hold.GATE)

    def stop_all(self, reason: Reason) -> None:
        """End every connection for a reason of ours."""
        for member in list(self._open):
            member.stop(reason)

    async def wait_empty(self, seconds: float) -> None:
        """Wait until the last connection is gone; after ``seconds`` cut off what is left."""
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            for member in list(self._open):
                member.abort()
