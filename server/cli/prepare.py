"""What must be there before the processes start: schema, administrator, demonstration."""

from __future__ import annotations

import os

import click
from sqlalchemy import select

from server import factory
from server.auth import api as auth
from server.cli.demonstration import seed_companies
from server.cli.installation import installed
from server.kernel import schema, settings
from server.kernel.settings import Settings
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema; the first time, make admin@main."""
    configuration = settings.from_environment(os.environ)
    bring_up_to_date(configuration)


@click.command()
def demo() -> None:
    """Seed the demonstration company; its users may sign in while DEMO=1."""
    if not settings.from_environment(os.environ).demo:
        click.echo("DEMO is not set: the users of the demonstration cannot sign in.", err=True)
    with installed() as platform:
        seed_companies(platform)


@click.command(hidden=True)
def prepare() -> None:
    """Do what ``up`` needs done before it starts the processes."""
    configuration = settings.from_environment(os.environ)
    bring_up_to_date(configuration)
    if configuration.demo:
        with installed() as platform:
            seed_companies(platform)


def bring_up_to_date(configuration: Settings) -> None:
    """Migrate, give built-in roles what is new, and print the administrator's password once."""
    configuration.home.mkdir(parents=True, exist_ok=True)
    schema.upgrade(configuration)
    platform = factory.load(configuration, wake=False)
    with unit_of_work(platform, None, write=False) as session:
        tenant_ids = list(session.scalars(select(Tenant.id)))
    for tenant_id in tenant_ids:
        with unit_of_work(platform, tenant_id) as session:
            auth.sync_roles(session)
    with unit_of_work(platform, None) as session:
        password = auth.ensure_admin(session)
    platform.dispose()
    if password:
        click.echo(f"First start: sign in as admin@main with the password {password}")
        click.echo("It is shown only now; `truckroll user passwd admin@main` sets another one.")
