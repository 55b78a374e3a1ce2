"""The platform behind the commands that read or change records."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from server import factory
from server.kernel import settings
from server.kernel.modules import Platform
from server.kernel.session import enter_tenant
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work


@contextmanager
def installed() -> Iterator[Platform]:
    """Load the platform of the environment's settings for the time of one command."""
    platform = factory.load(settings.from_environment(os.environ), wake=False)
    try:
        yield platform
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0]
        raise click.ClickException(f"{reason}. Has `truckroll migrate` been run?") from error
    finally:
        platform.dispose()


@contextmanager
def in_tenant(slug: str) -> Iterator[Session]:
    """Open the one writing unit of work of a command, in the tenant with this slug."""
    with installed() as platform, unit_of_work(platform, None) as session:
        tenant_id = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
        if tenant_id is None:
            raise click.ClickException(f"There is no tenant {slug!r}.")
        enter_tenant(session, tenant_id)
        yield session


class NameInTenant(click.ParamType[tuple[str, str]]):
    """``name@tenant``, as people write it at sign-in; without a tenant it is ``main``."""

    name = "NAME@TENANT"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        name, _, tenant = value.rpartition("@") if "@" in value else (value, "", "main")
        if not name or not tenant:
            self.fail(f"{value!r} is not NAME@TENANT.", param, ctx)
        return name, tenant


NAME_IN_TENANT = NameInTenant()
