"""Fixtures of the gateway's tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.iot_gateway.records import Box, Gateway, a_box


@pytest.fixture
def gateway(platform: Platform) -> Gateway:
    """The store side of a gateway."""
    return Gateway(platform)


@pytest.fixture
def box(platform: Platform, tenant: Tenant) -> Box:
    """A device without alert rules."""
    return a_box(platform, tenant)


@pytest.fixture
def watched(platform: Platform, tenant: Tenant) -> Callable[..., Box]:
    """Make a device with a limit on its temperature, or with what is asked for."""

    def make(**changes: Any) -> Box:
        return a_box(platform, tenant, **({} if "code" in changes else {"limit": {}}) | changes)

    return make
