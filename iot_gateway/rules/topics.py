"""The topics devices use: the platform's own and those of the ThingsBoard device API."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

_OWN = "truckroll/v1/"
_ME = "v1/devices/me/"
CHILDREN = "v1/gateway/"
"""What the topics begin with under which a gateway speaks for other devices."""
_OWN_LEVELS = 2  # tenant and device, before the channel


class ReadingKind(StrEnum):
    """What a message of a device is about."""

    TELEMETRY = "telemetry"
    FAULT = "event"
    STATE = "state"
    ATTRIBUTES = "attributes"
    COMMAND_ACK = "cmd/ack"


_OWN_CHANNELS = {
    kind.value: kind
    for kind in (
        ReadingKind.TELEMETRY,
        ReadingKind.FAULT,
        ReadingKind.STATE,
        ReadingKind.COMMAND_ACK,
    )
}
_THINGSBOARD_CHANNELS = {
    "telemetry": ReadingKind.TELEMETRY,
    "attributes": ReadingKind.ATTRIBUTES,
}


class Address(NamedTuple):
    """Who a topic speaks for: a named device, the connection's own (no name) or its children."""

    kind: ReadingKind
    tenant_slug: str | None = None
    device: str | None = None
    is_for_children: bool = False


@lru_cache(maxsize=65_536)
def address_of(topic: str) -> Address | None:
    """What ``topic`` is for, or None for a topic the gateway does not know."""
    if topic.startswith(_OWN):
        return _own_address(topic.removeprefix(_OWN))
    if topic.startswith(_ME):
        channel = topic.removeprefix(_ME)
        if channel.startswith("rpc/response/"):
            return Address(ReadingKind.COMMAND_ACK)
        kind = _THINGSBOARD_CHANNELS.get(channel)
        return Address(kind) if kind else None
    if topic.startswith(CHILDREN):
        kind = _THINGSBOARD_CHANNELS.get(topic.removeprefix(CHILDREN))
        return Address(kind, is_for_children=True) if kind else None
    return None


def _own_address(rest: str) -> Address | None:
    levels = rest.split("/", _OWN_LEVELS)
    if len(levels) <= _OWN_LEVELS or not all(levels):
        return None
    tenant_slug, device, channel = levels
    kind = _OWN_CHANNELS.get(channel)
    return Address(kind, tenant_slug, device) if kind else None


def publish_prefixes(tenant_slug: str, device: str, *, is_gateway: bool = False) -> tuple[str, ...]:
    """The topic prefixes a device may publish under; a gateway also speaks for its children."""
    own = f"{_device_topic(tenant_slug, device)}/"
    return (own, _ME, CHILDREN) if is_gateway else (own, _ME)


def subscribe_filters(tenant_slug: str, device: str) -> frozenset[str]:
    """The topic filters a device may subscribe to: its commands and its attributes."""
    return frozenset(
        {
            command_topic(tenant_slug, device),
            f"{_ME}rpc/request/+",
            f"{_ME}attributes",
            f"{_ME}attributes/response/+",
        }
    )


def command_topic(tenant_slug: str, device: str) -> str:
    """The topic on which a device receives its commands."""
    return f"{_device_topic(tenant_slug, device)}/cmd"


def _device_topic(tenant_slug: str, device: str) -> str:
    for level in (tenant_slug, device):
        if not level or any(sign in level for sign in "/+#\0"):
            raise ValueError(f"{level!r} cannot be a level of a topic.")
    return f"{_OWN}{tenant_slug}/{device}"
