"""What must be there before the processes start: schema, administrator, demonstration."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from server import factory
from server.auth import api as auth
from server.cli.installation import installed
from server.kernel import schema, settings
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.kernel.session import enter_tenant
from server.kernel.settings import Settings
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work

SEED = 20260115


@dataclass(frozen=True)
class Company:
    """A company that is shown; ``scale`` is its share of the full size."""

    slug: str
    name: str
    timezone: str
    city: str
    scale: float


COMPANIES = (
    Company("demo", "Douro Field Service", "Europe/Lisbon", "porto", 1.0),
    Company("demo-cn", "浦江现场服务", "Asia/Shanghai", "shanghai", 0.1),
)


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
    """Seed each company; what is there already stays as it is."""
    for company in COMPANIES:
        seed_company(platform, company)
        click.echo(f"The demonstration company {company.slug} is ready.")


def seed_company(platform: Platform, company: Company) -> None:
    """Seed one company in one transaction; the rooms fill it in the order of the modules.

    Each room has a random source of its own, so that it makes the same whatever the others do.
    """
    with unit_of_work(platform, None) as session:
        context = DemoContext(
            session=session,
            platform=platform,
            tenant=_tenant_of(session, company),
            scale=company.scale,
            city=company.city,
            rng=random.Random(),  # noqa: S311 - the same company everywhere, no secret
        )
        for module in platform.modules:
            if module.demo is not None:
                context.rng.seed(f"{SEED} {company.slug} {module.name}")
                module.demo(context)
                session.flush()


def _tenant_of(session: Session, company: Company) -> Tenant:
    tenant = session.scalar(select(Tenant).where(Tenant.slug == company.slug))
    if tenant is None:
        return auth.create_tenant(
            session, slug=company.slug, name=company.name, timezone=company.timezone, is_demo=True
        )
    if not tenant.is_demo:
        raise click.ClickException(f"The tenant {company.slug} is real and is left alone.")
    enter_tenant(session, tenant.id)
    return tenant
