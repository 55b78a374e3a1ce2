"""What must be there before the processes start: the schema, an administrator, the demonstration."""

from __future__ import annotations

import os
import random

import click
from sqlalchemy import select

from server import factory
from server.auth import api as auth
from server.cli.installation import installed
from server.kernel import schema, settings
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.kernel.settings import Settings
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work

# Slug, name, zone, city and share of the full size of the two companies that are shown.
COMPANIES = (
    ("demo", "Douro Field Service", "Europe/Lisbon", "porto", 1.0),
    ("demo-cn", "浦江现场服务", "Asia/Shanghai", "shanghai", 0.1),
)
SEED = 20260115


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


def seed_companies(platform: Platform) -> None:
    """Seed each company once; the rooms fill it in the order of the modules."""
    for company in COMPANIES:
        seed_company(platform, *company)


def seed_company(
    platform: Platform, slug: str, name: str, timezone: str, city: str, scale: float
) -> None:
    """Seed one company in one transaction, so that it is there whole or not at all."""
    with unit_of_work(platform, None) as session:
        if session.scalar(select(Tenant.id).where(Tenant.slug == slug)) is not None:
            return
        tenant = auth.create_tenant(session, slug=slug, name=name, timezone=timezone, is_demo=True)
        context = DemoContext(
            session=session,
            platform=platform,
            tenant=tenant,
            scale=scale,
            city=city,
            rng=random.Random(SEED),  # noqa: S311 - the same company everywhere, no secret
        )
        for module in platform.modules:
            if module.demo is not None:
                module.demo(context)
                session.flush()
    click.echo(f"The demonstration company {slug} is ready.")
