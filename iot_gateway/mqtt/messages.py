"""What passes between the endpoint and whoever authenticates devices and commits messages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a device shows at its CONNECT; the certificate is DER, present with mutual TLS only."""

    client_id: str
    username: str | None
    password: bytes | None
    peer: str
    certificate: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceIdentity:
    """Who a connection speaks for, and under which topics.

    Every prefix ends with a slash: without it the prefix of ``pump-7`` would cover ``pump-70``.
    Subscriptions are granted to exactly these filters. ``credential_id`` is what it was proven by.
    """

    device_id: UUID
    tenant_id: UUID
    publish_prefixes: tuple[str, ...]
    subscribe_filters: frozenset[str] = frozenset()
    credential_id: UUID | None = None

    def __post_init__(self) -> None:
        if not all(prefix.endswith("/") for prefix in self.publish_prefixes):
            raise ValueError("A publish prefix must end with a slash.")


class MessageKind(StrEnum):
    """Why a message is handed over.

    ``forbidden`` was published under a topic that is not the device's own: it is handed over to
    be counted and kept as evidence, never as a reading, and is refused whatever the outcome says.
    ``online`` and ``offline`` are the endpoint's own words about the connection, without payload,
    in order with the device's messages; ``offline`` is not said when the endpoint itself stops.
    """

    PUBLISH = "publish"
    WILL = "will"
    FORBIDDEN = "forbidden"
    ONLINE = "online"
    OFFLINE = "offline"


class InboundMessage(NamedTuple):
    """One message of a device, in the order in which its connection received it.

    ``is_duplicate`` is the sender's hint that it has sent the message before, then under the same
    ``packet_id``, which it uses again for other messages; neither is a key. A tuple, because one
    is made per message.
    """

    identity: DeviceIdentity
    topic: str
    payload: bytes
    received_at: datetime
    qos: int = 0
    is_duplicate: bool = False
    is_retained: bool = False
    kind: MessageKind = MessageKind.PUBLISH
    packet_id: bytes = b""


class Outcome(Enum):
    """What became of a committed message; every one of them is acknowledged, none comes again."""

    ACCEPTED = "accepted"
    NOT_AUTHORISED = "not_authorised"
    PAYLOAD_INVALID = "payload_invalid"


class Delivery(StrEnum):
    """What became of a message to a device: only ``delivered`` means the device has it.

    With QoS 0 it means no more than written to the connection. ``lost`` leaves it open.
    """

    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_CONNECTED = "not_connected"
    NOT_SUBSCRIBED = "not_subscribed"
    BUSY = "busy"
    LOST = "lost"


Authenticate = Callable[[Credentials], "DeviceIdentity | Awaitable[DeviceIdentity | None] | None"]
"""Who shows these credentials, or None. A plain function runs in a thread of its own pool."""

Commit = Callable[[list[InboundMessage]], Sequence[Outcome]]
"""Makes a batch durable and says what became of each message; runs in the one writer thread.

Raising means that nothing was committed, because the store cannot be reached: the same batch
comes again. A message that cannot be stored must therefore be an outcome, never an exception.
"""
