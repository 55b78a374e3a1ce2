"""A device whose token is revoked loses the connection it has."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import pytest

from iot_gateway.main import authenticator
from iot_gateway.mqtt import Credentials
from iot_gateway.revocation import shut_out_revoked
from server.auth import api as auth
from server.kernel.modules import Platform
from tests.builders import a_device
from tests.iot_gateway.mqtt.device import RawDevice, connect
from tests.iot_gateway.mqtt.harness import MemoryStore, RunningEndpoint, wait_until

Working = Callable[..., Any]


@pytest.fixture
def tokens(working: Working) -> dict[str, tuple[Any, str]]:
    """Two devices with a token each."""
    with working() as session:
        devices = [a_device(session) for _ in range(2)]
        session.flush()
        return {
            name: (
                device.id,
                auth.issue_device_credential(session, device_id=device.id, device_name=device.name),
            )
            for name, device in zip(("lost", "kept"), devices, strict=True)
        }


def test_only_the_connection_of_the_revoked_token_ends(
    platform: Platform, working: Working, tokens: dict[str, tuple[Any, str]]
) -> None:
    store = MemoryStore()
    with RunningEndpoint(store, authenticate=authenticator(platform)) as running:
        watch = running.submit(shut_out_revoked(platform, running.endpoint, interval_seconds=0.05))
        ids = {name: device_id for name, (device_id, _) in tokens.items()}
        with contextlib.ExitStack() as stack:
            for name, (_, token) in tokens.items():
                device = stack.enter_context(RawDevice(running.port))
                device.send(connect(client_id=name, username=token, password=None))
            wait_until(lambda: all(running.endpoint.is_online(one) for one in ids.values()))

            with working() as session:
                auth.revoke_device_credentials(session, device_id=ids["lost"])

            wait_until(lambda: not running.endpoint.is_online(ids["lost"]))
            assert running.endpoint.is_online(ids["kept"])
        watch.cancel()


def test_a_proven_device_says_by_which_credential(
    platform: Platform, tokens: dict[str, tuple[Any, str]]
) -> None:
    device_id, token = tokens["kept"]

    found = authenticator(platform)(
        Credentials(client_id="x", username=token, password=None, peer="127.0.0.1")
    )

    assert found is not None
    assert (found.device_id, found.credential_id is None) == (device_id, False)


def test_a_database_that_is_away_is_asked_again(platform: Platform) -> None:
    class Door:
        def shut_out(self, credential_ids: Any) -> int:
            raise AssertionError(credential_ids)

    async def watch() -> None:
        broken: Any = object()
        task = asyncio.create_task(shut_out_revoked(broken, Door(), interval_seconds=0.01))
        await asyncio.sleep(0.1)
        assert not task.done()
        task.cancel()

    asyncio.run(watch())
