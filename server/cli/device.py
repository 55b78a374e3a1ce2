"""``truckroll device``: sensor boxes and their tokens."""

from __future__ import annotations

from uuid import UUID

import click

from server.assets import api as assets
from server.auth import api as auth
from server.cli.installation import NAME_IN_TENANT, in_tenant
from server.kernel.actors import system
from server.kernel.session import tenant_of


@click.group()
def device() -> None:
    """Register devices and print their tokens."""


@device.command()
@click.argument("name", type=NAME_IN_TENANT)
@click.option("--asset", "asset_id", type=click.UUID, help="The asset a new device reports for.")
def add(name: tuple[str, str], asset_id: UUID | None) -> None:
    """Register a device, or give a known one another token; the token is printed once."""
    device_name, tenant = name
    with in_tenant(tenant) as session:
        found = assets.find_device(session, device_name)
        if found is None and asset_id is None:
            raise click.UsageError(
                "A new device needs --asset, the id of the asset it reports for."
            )
        if found is None and asset_id is not None:
            found = assets.create_device(
                session, actor=system(tenant_of(session)), asset_id=asset_id, name=device_name
            )
            session.flush()
        token = auth.issue_device_credential(session, device_id=found.id, device_name=device_name)
    click.echo(f"Topic:    truckroll/v1/{tenant}/{device_name}/telemetry")
    click.echo(f"Token:    {token}")
