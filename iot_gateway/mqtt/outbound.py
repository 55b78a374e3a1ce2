"""Messages on their way to one device, and the topic filters it subscribed to."""

import asyncio

from iot_gateway.mqtt.codec import Acknowledgement
from iot_gateway.mqtt.messages import Delivery
from iot_gateway.mqtt.publish import Publish
from iot_gateway.mqtt.reasons import REFUSED_FROM

_LAST_PACKET_ID = 0xFFFF


def topic_matches(topic_filter: str, topic: str) -> bool:
    """Whether ``topic`` is covered by ``topic_filter`` with its wildcards (MQTT 4.7)."""
    wanted, levels = topic_filter.split("/"), topic.split("/")
    for place, level in enumerate(wanted):
        if level == "#":
            return True
        if place >= len(levels) or level not in {"+", levels[place]}:
            return False
    return len(wanted) == len(levels)


def is_topic_filter(text: str) -> bool:
    """Whether wildcards stand only where MQTT 4.7.1 allows them."""
    levels = text.split("/")
    if not text or any("#" in level and level != "#" for level in levels):
        return False
    return "#" not in levels[:-1] and not any("+" in level and level != "+" for level in levels)


class Outbound:
    """Remembers which messages a device has not acknowledged yet, at most ``window`` of them."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._last_id = 0
        self._waiting: dict[int, asyncio.Future[Delivery]] = {}
        self._granted: dict[str, int] = {}

    @property
    def is_full(self) -> bool:
        """Whether the device must first acknowledge something."""
        return len(self._waiting) >= self._window

    def grant(self, topic_filter: str, qos: int) -> None:
        """Let messages under ``topic_filter`` through, at most with ``qos``."""
        self._granted[topic_filter] = qos

    def withdraw(self, topic_filter: str) -> bool:
        """Take a filter back; False when it was never granted."""
        return self._granted.pop(topic_filter, None) is not None

    def granted_qos(self, topic: str) -> int | None:
        """The highest QoS the device subscribed to ``topic`` with, or None."""
        fitting = [qos for topic_filter, qos in self._granted.items()
                   if topic_matches(topic_filter, topic)]  # fmt: skip
        return max(fitting, default=None)

    def start(self, topic: str, payload: bytes) -> tuple[Publish, asyncio.Future[Delivery]]:
        """A QoS 1 message with a free packet identifier, and what will become of it."""
        packet_id = self._last_id
        while True:
            packet_id = packet_id % _LAST_PACKET_ID + 1
            if packet_id not in self._waiting:
                break
        self._last_id = packet_id
        outcome = asyncio.get_running_loop().create_future()
        self._waiting[packet_id] = outcome
        return Publish(topic=topic, payload=payload, qos=1, packet_id=packet_id), outcome

    def finish(self, acknowledgement: Acknowledgement) -> None:
        """Take the device's word on a message; an identifier that waits for nothing is ignored."""
        packet_id = int.from_bytes(acknowledgement.packet_id, "big")
        outcome = self._waiting.pop(packet_id, None)
        if outcome is not None and not outcome.done():
            is_refused = acknowledgement.reason >= REFUSED_FROM
            outcome.set_result(Delivery.REFUSED if is_refused else Delivery.DELIVERED)

    def forget(self, packet_id: int) -> None:
        """Take back a message that was never sent."""
        del self._waiting[packet_id]

    def lose(self) -> None:
        """The connection is gone: whether the rest arrived is unknown."""
        waiting, self._waiting = self._waiting, {}
        for outcome in waiting.values():
            if not outcome.done():
                outcome.set_result(Delivery.LOST)
