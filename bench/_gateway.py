"""The processes that ``bench.ingest`` compares; each says in lines of text what it has done.

``noop``: a paho subscriber that does nothing with what it gets. ``endpoint``: our MQTT endpoint
with its ingest. ``consumer``: our consumer behind a broker with the same ingest. The evaluation
runs afterwards, so that its CPU time is a number of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from paho.mqtt.client import Client, MQTTProtocolVersion
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

SECONDS = 300.0
WARM_UP = 0.2
"""The part of the messages that is not measured: connecting, first statements, new devices."""


def main(role: str, number: int, port: int) -> None:
    """Take ``number`` messages and say what each of them cost."""
    {"noop": noop, "endpoint": endpoint, "consumer": consumer}[role](number, port)


class Meter:
    """CPU time a message, after the warm-up."""

    def __init__(self, number: int) -> None:
        """Expect so many messages."""
        self._number = number
        self._began: tuple[int, float] | None = None

    def is_done(self, count: int) -> bool:
        """Take note that ``count`` messages are done; whether that is all."""
        if self._began is None and count >= WARM_UP * self._number:
            self._began = (count, cpu())
        if count < self._number:
            return False
        assert self._began is not None
        say(micros=1e6 * (cpu() - self._began[1]) / (count - self._began[0]))
        return True


def noop(number: int, port: int) -> None:
    """Receive and acknowledge, as paho does by itself."""
    count, warm, meter = 0, int(number * WARM_UP), Meter(number)

    def on_message(client: Client, _data: Any, _message: Any) -> None:
        nonlocal count
        count += 1
        if count in {warm, number} and meter.is_done(count):
            client.disconnect()

    client = Client(
        CallbackAPIVersion.VERSION2, client_id="noop", protocol=MQTTProtocolVersion.MQTTv5
    )
    client.on_message = on_message
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.loop_forever()


def endpoint(number: int, port: int) -> None:
    """Serve devices until so many messages are acknowledged."""
    from iot_gateway.ingest import Ingest  # noqa: PLC0415 - the no-op must not pay for them
    from iot_gateway.main import BATCH_MESSAGES, authenticator  # noqa: PLC0415
    from iot_gateway.mqtt import Endpoint, EndpointSettings  # noqa: PLC0415

    platform = loaded()
    tenants: set[UUID] = set()
    meter = Meter(number)

    async def serve() -> None:
        served = Endpoint(
            authenticate=authenticator(platform),
            commit=Ingest(platform, tenants.add).take,
            settings=EndpointSettings(port=port, batch_messages=BATCH_MESSAGES),
        )
        await served.start()
        say(ready=True)
        while not meter.is_done(served.counters.acknowledged):  # noqa: ASYNC110 - nobody tells it
            await asyncio.sleep(0.02)
        await served.stop()

    asyncio.run(serve())
    evaluate(platform, tenants)


def consumer(number: int, port: int) -> None:
    """Take what a broker has kept for us."""
    from iot_gateway.consumer import BrokerConsumer  # noqa: PLC0415
    from iot_gateway.ingest import Ingest  # noqa: PLC0415

    os.environ["TRUCKROLL_MQTT_BROKER_URL"] = f"mqtt://127.0.0.1:{port}"
    platform = loaded()
    tenants: set[UUID] = set()
    taker = BrokerConsumer(platform, Ingest(platform, tenants.add))
    meter = Meter(number)
    taker.start()
    wait_until(lambda: meter.is_done(taker.counters.acknowledged))
    taker.stop()


def evaluate(platform: Any, tenants: set[UUID]) -> None:
    """Evaluate what was stored."""
    from iot_gateway import evaluation  # noqa: PLC0415

    start = cpu()
    count = sum(evaluation.evaluate(platform, tenant_id) for tenant_id in tenants)
    say(micros=1e6 * (cpu() - start) / count)


def loaded() -> Any:
    """Return the platform of the environment."""
    from iot_gateway.main import spare_the_collector  # noqa: PLC0415
    from server import factory  # noqa: PLC0415
    from server.kernel import settings  # noqa: PLC0415

    platform = factory.load(settings.from_environment(os.environ), wake=False)
    spare_the_collector()
    return platform


def cpu() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def say(**facts: Any) -> None:
    """Tell the measurement."""
    print(json.dumps(facts), flush=True)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait without costing much."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
