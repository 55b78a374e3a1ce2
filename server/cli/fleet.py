"""Tokens for the devices of a replay, from the installation's own database."""

from __future__ import annotations

from collections.abc import Sequence

import click

from server.assets import api as assets
from server.cli.installation import in_tenant
from server.kernel.actors import system
from server.kernel.session import tenant_of


def issue_tokens(tenant: str, devices: Sequence[str]) -> dict[str, str]:
    """Give every named device one more token; raises ClickException naming unknown devices."""
    with in_tenant(tenant) as session:
        found = {name: assets.find_device(session, name) for name in devices}
        if missing := [name for name, device in found.items() if device is None]:
            raise click.ClickException(f"No such device in {tenant}: {', '.join(missing)}.")
        actor = system(tenant_of(session))
        return {
            name: assets.issue_credential(session, actor=actor, device=device)
            for name, device in found.items()
            if device is not None
        }
