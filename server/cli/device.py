"""``truckroll device``: sensor boxes and their tokens."""

from __future__ import annotations

from uuid import UUID

import click

from server.assets import api as assets
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
        actor = system(tenant_of(session))
        found = assets.find_device(session, device_name)
        if found is None:
            if asset_id is None:
                raise click.UsageError("A new device needs --asset, the id of its asset.")
            found = assets.create_device(session, actor=actor, asset_id=asset_id, name=device_name)
            session.flush()
        token = assets.issue_credential(session, actor=actor, device=found)
    click.echo(f"Topic:    truckroll/v1/{tenant}/{device_name}/telemetry")
    click.echo(f"User:     {device_name}")
    click.echo(f"Password: {token}")
