"""The demonstration: two companies, filled by the rooms, with a week of work behind them."""

from __future__ import annotations

import random
from dataclasses import dataclass

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.auth import api as auth
from server.cli import today, week
from server.kernel import clock
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.kernel.session import enter_tenant
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


def seed_companies(platform: Platform) -> None:
    """Seed each company; what is there stays as it is, and today is added."""
    for company in COMPANIES:
        click.echo(f"Making the demonstration company {company.slug}, or its new day.")
        seed_company(platform, company)


def seed_company(platform: Platform, company: Company) -> bool:
    """Seed one company in one transaction; whether it is new.

    The rooms fill it in the order of the modules. Each has a random source of its own, so that it
    makes the same whatever the others do.
    """
    with unit_of_work(platform, None) as session:
        tenant = session.scalar(select(Tenant).where(Tenant.slug == company.slug))
        is_new = tenant is None
        if tenant is None:
            tenant = auth.create_tenant(
                session,
                slug=company.slug,
                name=company.name,
                timezone=company.timezone,
                is_demo=True,
            )
        context = DemoContext(
            session=session,
            platform=platform,
            tenant=_entered(session, tenant),
            scale=company.scale,
            city=company.city,
            rng=random.Random(),  # noqa: S311 - the same company everywhere, no secret
        )
        for module in platform.modules:
            if module.demo is not None:
                context.rng.seed(f"{SEED} {company.slug} {module.name}")
                module.demo(context)
                session.flush()
        if is_new:
            context.rng.seed(f"{SEED} {company.slug} week")
            week.seed(context)
        context.rng.seed(f"{SEED} {company.slug} {clock.now():%Y-%m-%d}")
        today.seed(context)
        tenant_id = tenant.id
    for module in platform.modules:
        if module.demo_devices is not None:
            module.demo_devices(platform, tenant_id)
    return is_new


def _entered(session: Session, tenant: Tenant) -> Tenant:
    if not tenant.is_demo:
        raise click.ClickException(f"The tenant {tenant.slug} is real and is left alone.")
    enter_tenant(session, tenant.id)
    return tenant
