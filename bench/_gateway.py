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


def main(role: str, number: int, port: int) -> None:
    """Take ``number`` messages and say what that cost."""
    {"noop": noop, "endpoint": endpoint, "consumer": consumer}[role](number, port)


def noop(number: int, port: int) -> None:
    """Receive and acknowledge, as paho does by itself."""
    count = 0

    def on_message(client: Client, _data: Any, _message: Any) -> None:
        nonlocal count
        count += 1
        if count == number:
            client.disconnect()

    client = Client(
        CallbackAPIVersion.VERSION2, client_id="noop", protocol=MQTTProtocolVersion.MQTTv5
    )
    client.on_message = on_message
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 3600
    start = cpu()
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.loop_forever()
    say(took=cpu() - start)


def endpoint(number: int, port: int) -> None:
    """Serve devices until so many messages are acknowledged."""
    from iot_gateway.ingest import Ingest  # noqa: PLC0415 - the no-op must not pay for them
    from iot_gateway.main import BATCH_MESSAGES, authenticator  # noqa: PLC0415
    from iot_gateway.mqtt import Endpoint, EndpointSettings  # noqa: PLC0415

    platform = loaded()
    tenants: set[UUID] = set()

    async def serve() -> None:
        served = Endpoint(
            authenticate=authenticator(platform),
            commit=Ingest(platform, tenants.add).commit,
            settings=EndpointSettings(port=port, batch_messages=BATCH_MESSAGES),
        )
        await served.start()
        start = cpu()
        say(ready=True)
        while served.counters.acknowledged < number:
            await asyncio.sleep(0.05)
        say(took=cpu() - start, batches=served.counters.batches)
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
    start = cpu()
    taker.start()
    wait_until(lambda: taker.counters.acknowledged >= number)
    say(took=cpu() - start, batches=taker.counters.batches)
    taker.stop()


def evaluate(platform: Any, tenants: set[UUID]) -> None:
    """Evaluate what was stored."""
    from iot_gateway import evaluation  # noqa: PLC0415

    start = cpu()
    for tenant_id in tenants:
        evaluation.evaluate(platform, tenant_id)
    say(took=cpu() - start)


def loaded() -> Any:
    """Return the platform of the environment."""
    from server import factory  # noqa: PLC0415
    from server.kernel import settings  # noqa: PLC0415

    return factory.load(settings.from_environment(os.environ), wake=False)


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
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
