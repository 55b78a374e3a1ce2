"""The commands by name; a command's module is imported only when the command is called.

So ``up`` stays small for as long as it runs, and ``--help`` works when a setting does not.
"""

from __future__ import annotations

import importlib
from typing import Any, cast

import click

from server.kernel.errors import DomainError
from server.kernel.settings import SettingsError

COMMANDS = {
    "up": ("server.cli.up", "Start the whole platform; ctrl-C stops it."),
    "run": ("server.cli.run", "Run one process: api, stream, worker, beat or gateway."),
    "migrate": ("server.cli.prepare", "Bring the database to the newest schema."),
    "demo": ("server.cli.prepare", "Seed the demonstration company."),
    "prepare": ("server.cli.prepare", ""),
    "user": ("server.cli.user", "Add users, disable them, set passwords."),
    "device": ("server.cli.device", "Register devices and print their tokens."),
    "replay": ("server.cli.replay", "Publish readings from a folder, or made up, over MQTT."),
    "doctor": ("server.cli.doctor", "Say what is configured, reachable and missing."),
}


class LazyGroup(click.Group):
    """A group that knows the names and summaries of commands it has not imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        return cast("click.Command", getattr(module, cmd_name))

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, summary) for name, (_, summary) in COMMANDS.items() if summary]
            )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        except DomainError as error:
            raise click.ClickException(f"{error.detail} ({error.code})") from error


@click.group(cls=LazyGroup)
def cli() -> None:
    """Truckroll: field service, self-hosted. Settings come from the environment."""
