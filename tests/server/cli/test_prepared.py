"""When the preparation may be skipped: only where it is sure to find nothing to do."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from pathlib import Path

import pytest

from server.cli import prepared
from server.cli.prepared import is_prepared, note_prepared
from server.kernel import settings
from server.kernel.settings import Settings


@pytest.fixture
def configuration(tmp_path: Path) -> Settings:
    made = settings.from_environment({"TRUCKROLL_HOME": str(tmp_path)})
    write_revision(made, "r1")
    return made


def write_revision(configuration: Settings, revision: str) -> None:
    with contextlib.closing(sqlite3.connect(configuration.home / "truckroll.db")) as file, file:
        file.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        file.execute("DELETE FROM alembic_version")
        file.execute("INSERT INTO alembic_version VALUES (?)", (revision,))


def test_what_has_been_prepared_needs_it_no_more(configuration: Settings) -> None:
    before = is_prepared(configuration)

    note_prepared(configuration)

    assert (before, is_prepared(configuration)) == (False, True)


def test_another_schema_is_prepared_again(configuration: Settings) -> None:
    note_prepared(configuration)

    write_revision(configuration, "r0")

    assert not is_prepared(configuration)


def test_a_file_that_has_gone_is_prepared_again(configuration: Settings) -> None:
    note_prepared(configuration)

    (configuration.home / "truckroll.db").unlink()

    assert not is_prepared(configuration)
    assert not (configuration.home / "truckroll.db").exists()


@pytest.mark.parametrize(
    "change", [{"demo": True}, {"modules": ("server.auth.module",)}], ids=("demo", "modules")
)
def test_other_settings_are_prepared_again(
    configuration: Settings, change: dict[str, object]
) -> None:
    note_prepared(configuration)

    assert not is_prepared(dataclasses.replace(configuration, **change))  # type: ignore[arg-type]


def test_changed_code_is_prepared_again(
    configuration: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "code" / "server" / "room.py"
    source.parent.mkdir(parents=True)
    source.write_text("A = 1\n")
    monkeypatch.setattr(prepared, "ROOT", tmp_path / "code")
    note_prepared(configuration)
    assert is_prepared(configuration)

    source.write_text("A = 12\n")

    assert not is_prepared(configuration)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"code": 1}'])
def test_a_note_that_is_none_is_ignored(configuration: Settings, text: str) -> None:
    (configuration.home / "prepared.json").write_text(text)

    assert not is_prepared(configuration)


def test_postgresql_is_always_prepared(configuration: Settings) -> None:
    elsewhere = dataclasses.replace(
        configuration, database_url="postgresql+psycopg://app@127.0.0.1/x"
    )
    note_prepared(elsewhere)

    assert not is_prepared(elsewhere)
