"""What the probes say of the queue."""

from __future__ import annotations

import dataclasses

import pytest

from server.kernel import queue
from server.kernel.modules import Platform
from tests.servers import Redis


@pytest.mark.servers
def test_a_queue_that_answers_is_ok(platform: Platform, redis_server: Redis) -> None:
    settings = dataclasses.replace(platform.settings, broker_url=redis_server.url)

    assert queue.state(settings) == "ok"


def test_a_queue_that_is_away_is_named_by_its_error(platform: Platform) -> None:
    settings = dataclasses.replace(platform.settings, broker_url="redis://127.0.0.1:1/0")

    assert queue.state(settings) == "ConnectionError"


@pytest.mark.parametrize("url", ["", "memory://", "filesystem://"])
def test_without_redis_there_is_no_queue_to_ask(platform: Platform, url: str) -> None:
    assert queue.state(dataclasses.replace(platform.settings, broker_url=url)) == "off"
