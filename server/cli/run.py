"""``truckroll run``: become one of the platform's processes, as in a container."""

from __future__ import annotations

import os

import click

from server.cli import processes
from server.kernel import settings


@click.command()
@click.argument("process", type=click.Choice(processes.PROCESSES))
def run(process: str) -> None:
    """Run one process in the foreground."""
    argv = processes.argv(process, settings.from_environment(os.environ))
    # The process takes the place of this one, and so gets the signals meant for it.
    os.execv(argv[0], argv)  # noqa: S606 - no shell is wanted
