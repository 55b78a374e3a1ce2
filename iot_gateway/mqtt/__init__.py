"""The embedded MQTT endpoint: devices publish, and a PUBACK means committed.

It is no broker: no stored sessions, no retained messages, no device-to-device traffic. It knows
neither the database nor the server; it is given two callables, one that authenticates and one
that commits.
"""

from iot_gateway.mqtt.endpoint import Endpoint
from iot_gateway.mqtt.messages import (
    Authenticate,
    Commit,
    Credentials,
    Delivery,
    DeviceIdentity,
    InboundMessage,
    MessageKind,
    Outcome,
)
from iot_gateway.mqtt.settings import Counters, EndpointSettings

__all__ = [
    "Authenticate",
    "Commit",
    "Counters",
    "Credentials",
    "Delivery",
    "DeviceIdentity",
    "Endpoint",
    "EndpointSettings",
    "InboundMessage",
    "MessageKind",
    "Outcome",
]
