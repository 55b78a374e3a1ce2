"""The one Core statement of the room carries the tenant itself."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from server.auth import api as auth
from server.kernel.errors import Unauthenticated
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work
from tests.platforms import Person, make_tenant


def test_a_user_is_nobody_in_another_tenant(
    platform: Platform, sign_in: Callable[..., Person]
) -> None:
    user_id: UUID = sign_in("admin").id
    other = make_tenant(platform)

    with unit_of_work(platform, other.id, write=False) as session, pytest.raises(Unauthenticated):
        auth.user_actor(session, user_id)
