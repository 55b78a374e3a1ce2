from collections.abc import Iterator

import pytest

from tests.iot_gateway.mqtt.harness import MemoryStore, RunningEndpoint


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def running(store: MemoryStore) -> Iterator[RunningEndpoint]:
    with RunningEndpoint(store) as running:
        yield running
