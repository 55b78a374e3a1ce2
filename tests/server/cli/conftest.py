"""Commands run in this process, on the database that the tests of a kind share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli.root import cli
from server.kernel.modules import Platform

Command = Callable[..., Result]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Run a command of the command line with the environment of a private home folder."""
    monkeypatch.setenv("TRUCKROLL_HOME", str(tmp_path))
    monkeypatch.setenv("TRUCKROLL_SECRET_KEYS", "k" * 40)

    def run(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=stdin)

    return run


@pytest.fixture
def installed_command(
    command: Command, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command on the platform's database."""
    monkeypatch.setenv("DATABASE_URL", platform.settings.database_url)
    monkeypatch.setenv("TRUCKROLL_MODULES", ",".join(platform.settings.modules))
    return command
