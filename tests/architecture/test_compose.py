"""The compose file starts the processes that exist, with settings that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from sqlalchemy import URL, Engine, make_url, text

from server.kernel import db, ddl
from server.kernel.settings import VARIABLES, from_environment
from tests.architecture.source import ROOT
from tests.servers import PostGIS

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "truckroll"}
OF_THE_S3_CLIENT = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
REFERENCE = re.compile(r"\$\{(\w+)(?::(?:-(?P<default>[^}]*)|\?[^}]*))?\}")
SECRET = "0123456789abcdef" * 4


def filled_in(text: str) -> str:
    """The value as compose would pass it: its default, else a long enough secret."""
    return REFERENCE.sub(lambda found: found["default"] or SECRET, text)


def test_every_part_of_the_platform_has_a_service() -> None:
    parts = {"api", "stream", "worker", "beat", "gateway", "migrate"}
    servers = {"proxy", "postgis", "valkey", "mosquitto", "minio", "bucket"}

    assert set(SERVICES) == parts | servers
    assert set(OURS) == parts


@pytest.mark.parametrize("service", sorted(OURS))
def test_a_service_is_given_known_settings_only(service: str) -> None:
    given = set(OURS[service]["environment"])

    assert given - set(VARIABLES) - OF_THE_S3_CLIENT == set()


@pytest.mark.parametrize("service", sorted(OURS))
def test_a_service_starts_with_its_settings(service: str) -> None:
    environ = {name: filled_in(value) for name, value in OURS[service]["environment"].items()}

    settings = from_environment(environ)

    assert not settings.is_embedded
    assert settings.broker_url == "redis://valkey:6379/0"
    assert settings.mqtt_broker_url.startswith("mqtt://gateway:")


@pytest.mark.parametrize("service", sorted(OURS))
def test_the_command_of_a_service_exists(service: str) -> None:
    command = [*OURS[service]["command"], "--help"]

    answer = subprocess.run(
        [sys.executable, "-m", "server.cli", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", ["api", "stream", "worker", "beat", "gateway"])
def test_a_process_waits_for_the_newest_schema(name: str) -> None:
    condition = OURS[name]["depends_on"]["migrate"]["condition"]

    assert condition == "service_completed_successfully"


def test_only_the_migration_knows_the_owner_of_the_tables() -> None:
    knowing = {name for name, service in OURS.items() if "truckroll_owner" in str(service)}

    assert knowing == {"migrate"}


def test_every_secret_of_the_compose_file_is_made_by_the_script() -> None:
    script = ROOT / "deploy" / "make-env.sh"
    made = subprocess.run([str(script)], capture_output=True, text=True, check=True).stdout
    text = (ROOT / "docker-compose.yml").read_text()
    wanted = {found[1] for found in REFERENCE.finditer(text)}

    # The port may be moved, and has a default.
    assert wanted - {line.split("=")[0] for line in made.splitlines()} == {"MQTT_PORT"}


def test_every_mounted_file_is_there() -> None:
    mounts = [str(volume) for service in SERVICES.values() for volume in service.get("volumes", [])]
    paths = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]

    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.servers
def test_the_database_starts_with_an_owner_and_a_login_that_row_security_binds(
    postgis: PostGIS,
) -> None:
    superuser = make_url(postgis.new_database("composed"))
    address = {"PGHOST": superuser.host or "", "PGPORT": str(superuser.port)}
    secrets = {"TRUCKROLL_OWNER_PASSWORD": "owner's", "TRUCKROLL_APP_PASSWORD": "app's"}
    names = {"POSTGRES_USER": superuser.username or "", "POSTGRES_DB": "composed"}

    script = ROOT / "deploy" / "postgres" / "init.sh"
    subprocess.run([script], env={**os.environ, **address, **secrets, **names}, check=True)

    owner = superuser.set(username="truckroll_owner", password="owner's")
    with engine_of(owner, as_owner=True) as engine, engine.begin() as connection:
        for statement in ddl.role_statements():
            connection.exec_driver_sql(statement)
        connection.execute(text("create table made_by_the_owner (id int)"))
    login = superuser.set(username="truckroll", password="app's")
    with engine_of(login) as engine:
        db.check_role(engine)


@contextmanager
def engine_of(url: URL, *, as_owner: bool = False) -> Iterator[Engine]:
    """An engine that keeps no connection afterwards."""
    engine = db.make_engine(url.render_as_string(hide_password=False), as_owner=as_owner)
    yield engine
    engine.dispose()
