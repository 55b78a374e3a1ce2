"""What every connection of an endpoint shares."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from iot_gateway.mqtt.committing import Committer
from iot_gateway.mqtt.messages import Credentials, DeviceIdentity
from iot_gateway.mqtt.registry import Registry
from iot_gateway.mqtt.settings import Counters, EndpointSettings


@dataclass(slots=True, kw_only=True)
class Services:
    """The parts of an endpoint a connection works with."""

    settings: EndpointSettings
    counters: Counters
    registry: Registry
    committer: Committer
    admit: Callable[[Credentials], Awaitable[DeviceIdentity | None]]
    now: Callable[[], datetime]
