"""``truckroll user``: who may sign in, for the operator who has no browser at hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import click

from server.auth import api as auth
from server.auth.rules import BuiltInRole
from server.cli.installation import NAME_IN_TENANT, in_tenant
from server.kernel.actors import system
from server.kernel.session import tenant_of

PASSWORD_BYTES = 15


@click.group()
def user() -> None:
    """Add users, disable them, set passwords."""


@user.command()
@click.argument("login", type=NAME_IN_TENANT)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    help=f"{', '.join(BuiltInRole)}, or a role of the tenant's own.",
)
@click.option("--name", "display_name", help="The name people see. Default: the login.")
@click.option("--prompt", "is_asked", is_flag=True, help="Ask for the password.")
def add(
    login: tuple[str, str], roles: tuple[str, ...], display_name: str | None, *, is_asked: bool
) -> None:
    """Add a user; without --prompt a password is made and printed once."""
    name, tenant = login
    password = _password(is_asked=is_asked)
    with in_tenant(tenant) as session:
        auth.create_user(
            session,
            actor=system(tenant_of(session)),
            login=name,
            display_name=display_name or name,
            password=password,
            roles=list(roles),
        )
    _show(f"{name}@{tenant} may sign in", password, is_asked=is_asked)


@user.command()
@click.argument("login", type=NAME_IN_TENANT)
def disable(login: tuple[str, str]) -> None:
    """Refuse a user from the next request on."""
    _change(login, auth.disable_user)
    click.echo(f"{'@'.join(login)} is disabled.")


@user.command()
@click.argument("login", type=NAME_IN_TENANT)
def enable(login: tuple[str, str]) -> None:
    """Let a disabled user sign in again."""
    _change(login, auth.enable_user)
    click.echo(f"{'@'.join(login)} may sign in again.")


@user.command()
@click.argument("login", type=NAME_IN_TENANT)
@click.option("--prompt", "is_asked", is_flag=True, help="Ask for the password.")
def passwd(login: tuple[str, str], *, is_asked: bool) -> None:
    """Set a password and end every session of the user."""
    password = _password(is_asked=is_asked)
    _change(login, auth.set_password, password=password)
    _show(f"{'@'.join(login)} has a new password", password, is_asked=is_asked)


def _change(login: tuple[str, str], change: Callable[..., object], **arguments: str) -> None:
    name, tenant = login
    with in_tenant(tenant) as session:
        found = auth.find_user_by_login(session, name)
        if found is None:
            raise click.ClickException(f"There is no user {'@'.join(login)}.")
        change(session, actor=system(tenant_of(session)), user=found, **arguments)


def _password(*, is_asked: bool) -> str:
    if not is_asked:
        return secrets.token_urlsafe(PASSWORD_BYTES)
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _show(sentence: str, password: str, *, is_asked: bool) -> None:
    click.echo(f"{sentence}." if is_asked else f"{sentence}: {password}")
