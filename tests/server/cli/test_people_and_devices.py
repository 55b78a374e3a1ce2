"""``truckroll user`` and ``truckroll device`` on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from server.auth import api as auth
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.builders import an_asset

Command = Callable[..., Result]


def test_a_new_user_signs_in_with_the_printed_password(
    installed_command: Command, tenant: Tenant, client: Any
) -> None:
    result = installed_command("user", "add", f"ines@{tenant.slug}", "--role", "dispatcher")

    password = result.output.strip().rpartition(" ")[2]
    assert result.exit_code == 0, result.output
    assert _signs_in(client, f"ines@{tenant.slug}", password) == 200


def test_a_disabled_user_is_refused_until_enabled(
    installed_command: Command, tenant: Tenant, client: Any
) -> None:
    login = f"ines@{tenant.slug}"
    added = installed_command("user", "add", login, "--role", "agent")
    password = added.output.strip().rpartition(" ")[2]

    installed_command("user", "disable", login)

    assert _signs_in(client, login, password) in {401, 403}
    installed_command("user", "enable", login)
    assert _signs_in(client, login, password) == 200


def test_a_new_password_replaces_the_old(
    installed_command: Command, tenant: Tenant, client: Any
) -> None:
    login = f"ines@{tenant.slug}"
    installed_command("user", "add", login, "--role", "agent")

    chosen = "a very long secret"
    result = installed_command("user", "passwd", login, "--prompt", stdin=f"{chosen}\n{chosen}\n")

    assert chosen not in result.output
    assert _signs_in(client, login, chosen) == 200


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("user", "passwd", "nobody@{slug}"), "There is no user nobody@"),
        (("user", "add", "x@nowhere", "--role", "agent"), "There is no tenant 'nowhere'"),
        (("user", "add", "x@{slug}", "--role", "king"), "role"),
        (("user", "add", "@{slug}", "--role", "agent"), "is not NAME@TENANT"),
        (("device", "add", "box-1@{slug}"), "needs --asset"),
    ],
)
def test_what_cannot_be_done_is_said(
    installed_command: Command, tenant: Tenant, arguments: tuple[str, ...], says: str
) -> None:
    result = installed_command(*(part.replace("{slug}", tenant.slug) for part in arguments))

    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_device_gets_a_token_that_proves_it(
    installed_command: Command, platform: Platform, tenant: Tenant
) -> None:
    with unit_of_work(platform, tenant.id) as session:
        asset_id = an_asset(session).id

    result = installed_command("device", "add", f"box-1@{tenant.slug}", "--asset", str(asset_id))

    token = result.output.strip().rpartition(" ")[2]
    assert result.exit_code == 0, result.output
    assert f"truckroll/v1/{tenant.slug}/box-1/telemetry" in result.output
    with unit_of_work(platform, None, write=False) as session:
        identity = auth.authenticate_device(session, token)
    assert identity is not None
    assert (identity.device_name, identity.tenant_id) == ("box-1", tenant.id)


def test_a_known_device_gets_another_token(
    installed_command: Command, platform: Platform, tenant: Tenant
) -> None:
    with unit_of_work(platform, tenant.id) as session:
        asset_id = an_asset(session).id
    first = installed_command("device", "add", f"box-1@{tenant.slug}", "--asset", str(asset_id))

    second = installed_command("device", "add", f"box-1@{tenant.slug}")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.splitlines()[-1] != second.output.splitlines()[-1]


def _signs_in(client: Any, login: str, password: str) -> int:
    body = {"login": login, "password": password}
    status: int = client.post("/api/v1/auth/tokens", json=body).status_code
    return status
