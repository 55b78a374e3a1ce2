"""``truckroll doctor``: what it says of installations in order, empty, and broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests import servers

Command = Callable[..., Result]


def states(result: Result) -> dict[str, str]:
    """The state of each finding by its name; extras are named by two words."""
    rows = (line.split(maxsplit=1) for line in result.output.splitlines())
    return {rest.split("  ")[0].strip(): state for state, rest in rows}


def test_an_installation_before_its_first_start_is_no_failure(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("PORT", str(servers.free_port()))
    monkeypatch.setenv("MQTT_PORT", str(servers.free_port()))
    monkeypatch.setenv("TRUCKROLL_HOME", f"{tmp_path}/later")

    found = states(command("doctor"))

    assert found["home"] == "off"
    assert found["database"] == "off"
    assert found["queue"] == "ok"
    assert (found["api"], found["mqtt"]) == ("off", "off")


def test_a_database_without_schema_fails_and_says_what_to_do(installed_command: Command) -> None:
    result = installed_command("doctor")

    assert states(result)["database"] == "ok"
    if states(result)["schema"] == "FAILED":  # The tests' database is made without migrations.
        assert "truckroll migrate" in result.output
        assert result.exit_code == 1


@pytest.mark.parametrize(
    ("variable", "value", "name"),
    [
        ("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:{port}/x", "database"),
        ("TRUCKROLL_BROKER_URL", "redis://:secret@127.0.0.1:{port}/0", "queue"),
        ("TRUCKROLL_MQTT_BROKER_URL", "mqtt://gateway:secret@127.0.0.1:{port}", "mqtt"),
        ("TRUCKROLL_FILES_URL", "ftp://127.0.0.1/x", "files"),
    ],
)
def test_what_cannot_be_reached_fails_without_showing_secrets(
    command: Command, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str
) -> None:
    monkeypatch.setenv(variable, value.replace("{port}", str(servers.free_port())))

    result = command("doctor")

    assert states(result)[name] == "FAILED"
    assert result.exit_code == 1
    assert "secret" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("built", "state"), [((), "missing"), (("console", "field"), "ok")])
def test_apps_that_are_not_built_are_told_and_are_no_failure(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    built: tuple[str, ...],
    state: str,
) -> None:
    for app in built:
        (tmp_path / "dist" / app).mkdir(parents=True)
        (tmp_path / "dist" / app / "index.html").touch()
    monkeypatch.setenv("TRUCKROLL_WEB_DIST", str(tmp_path / "dist"))
    monkeypatch.setenv("TRUCKROLL_HOME", str(tmp_path / "later"))

    result = command("doctor")

    assert states(result)["apps"] == state
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("kind", "url", "state"),
    [
        ("none", "", "off"),
        ("raster", "https://tiles.example.org/{z}/{x}/{y}.png?key=secret", "ok"),
        ("pmtiles", "file:///there/is/no.pmtiles", "FAILED"),
    ],
)
def test_the_base_map_is_told_without_its_key(
    command: Command, monkeypatch: pytest.MonkeyPatch, kind: str, url: str, state: str
) -> None:
    monkeypatch.setenv("TRUCKROLL_MAP_KIND", kind)
    monkeypatch.setenv("TRUCKROLL_MAP_URL", url)

    result = command("doctor")

    assert states(result)["map"] == state
    assert "secret" not in result.output


def test_a_setting_that_cannot_be_used_is_named(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "99999")

    result = command("doctor")

    assert result.exit_code == 1
    assert "PORT must be a whole number" in result.output


def test_help_works_when_settings_do_not(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "99999")

    result = command("--help")

    assert result.exit_code == 0
    assert "doctor" in result.output
