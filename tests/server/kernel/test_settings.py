"""Settings: what is wrong is named, what is secret stays so, and the first start makes its key."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from server.kernel.settings import SettingsError, _kept_secret, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("STREAM_PORT", "8.5"),
        ("MQTT_PORT", "99999"),
        ("TRUCKROLL_API_THREADS", "many"),
        ("TRUCKROLL_SECRET_KEYS", "short"),
        ("TRUCKROLL_SECRET_KEYS", "k" * 40 + ",short"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("DATABASE_URL", "truckroll.db"),
        ("TRUCKROLL_MIGRATION_URL", "oracle://somewhere"),
        ("TRUCKROLL_PUBLIC_URL", "truckroll.example"),
        ("TRUCKROLL_BROKER_URL", "amqp://somewhere"),
        ("TRUCKROLL_MQTT_BROKER_URL", "http://somewhere"),
        ("DEMO", "perhaps"),
        ("TRUCKROLL_LOG_JSON", "2"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({"TRUCKROLL_HOME": str(tmp_path), name: value})


def test_a_server_database_needs_keys_of_its_own(tmp_path: Path) -> None:
    environ = {"TRUCKROLL_HOME": str(tmp_path), "DATABASE_URL": "postgresql://db/truckroll"}

    with pytest.raises(SettingsError, match="TRUCKROLL_SECRET_KEYS"):
        from_environment(environ)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_the_same(tmp_path: Path, scheme: str) -> None:
    made = from_environment(
        {
            "TRUCKROLL_HOME": str(tmp_path),
            "DATABASE_URL": f"{scheme}://u:p@db/truckroll",
            "TRUCKROLL_MIGRATION_URL": f"{scheme}://owner:p@db/truckroll",
            "TRUCKROLL_SECRET_KEYS": "k" * 40,
        }
    )

    assert made.database_url == "postgresql+psycopg://u:p@db/truckroll"
    assert made.migration_url == "postgresql+psycopg://owner:p@db/truckroll"


def test_without_any_setting_the_embedded_platform_runs(tmp_path: Path) -> None:
    made = from_environment({"TRUCKROLL_HOME": str(tmp_path)})

    assert made.is_embedded
    assert (made.port, made.stream_port, made.demo) == (8080, 8081, False)
    assert made.public_url == "http://127.0.0.1:8080"


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path) -> None:
    made = from_environment({"TRUCKROLL_HOME": str(tmp_path)})

    assert made.secret_keys[0] not in repr(made)


def test_the_first_start_makes_a_key_that_only_its_owner_reads_and_later_starts_keep(
    tmp_path: Path,
) -> None:
    first = from_environment({"TRUCKROLL_HOME": str(tmp_path)})
    second = from_environment({"TRUCKROLL_HOME": str(tmp_path)})

    assert first.secret_keys == second.secret_keys
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_processes_that_start_at_once_agree_on_one_whole_key(tmp_path: Path) -> None:
    # The processes of the embedded platform read the settings at the same moment.
    paths = [tmp_path / str(turn) / "secret-key" for turn in range(40)]
    with multiprocessing.get_context("fork").Pool(4) as pool:
        found = [pool.apply_async(_kept_secret, (path,)) for path in paths for _ in range(4)]
        secrets = [one.get(30) for one in found]

    for turn in range(40):
        four = set(secrets[turn * 4 : turn * 4 + 4])
        assert len(four) == 1
        assert len(four.pop()) == 64
