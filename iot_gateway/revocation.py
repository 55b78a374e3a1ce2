"""Devices whose token was revoked lose their connection, not only their next one."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection
from typing import Protocol
from uuid import UUID

import structlog

from server.auth import api as auth
from server.kernel import clock
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work

INTERVAL_SECONDS = 3.0
# A revocation is dated before its commit, and a device may come in just before that.
OVERLAP = dt.timedelta(minutes=2)
log = structlog.get_logger(__name__)


class Door(Protocol):
    """Whatever holds the connections of devices."""

    def shut_out(self, credential_ids: Collection[UUID]) -> int:
        """End the connections that these credentials let in."""


async def shut_out_revoked(
    platform: Platform, door: Door, *, interval_seconds: float = INTERVAL_SECONDS
) -> None:
    """End connections until cancelled, soon after their credential was revoked."""
    since = clock.now() - OVERLAP
    while True:
        await asyncio.sleep(interval_seconds)
        asked_at = clock.now()
        try:
            revoked = await asyncio.to_thread(_revoked, platform, since)
        except Exception:  # The database is away: the time is asked about again.
            log.exception("revoked credentials cannot be read")
            continue
        since = asked_at - OVERLAP
        if revoked and (ended := door.shut_out(revoked)):
            log.info("devices shut out", connections=ended)


def _revoked(platform: Platform, since: dt.datetime) -> set[UUID]:
    with unit_of_work(platform, None, write=False) as session:
        return auth.credentials_revoked_since(session, since)
