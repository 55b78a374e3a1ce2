"""The servers of the tests themselves: what they offer, and that nothing of them is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import psycopg
import pytest
import redis

from tests import servers

ROLE = (
    "SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = 'truckroll_app'"
)


@pytest.mark.servers
def test_a_new_database_has_the_extensions_and_a_role_without_rights(
    postgis: servers.PostGIS,
) -> None:
    url = postgis.new_database("empty").replace("+psycopg", "")

    with psycopg.connect(url, autocommit=True) as connection:
        extensions = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
        row = connection.execute(ROLE).fetchone()

    assert {"postgis", "btree_gist"} <= extensions
    assert row == (False,)


@pytest.mark.servers
def test_redis_answers(redis_server: servers.Redis) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.ping()


def test_a_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(servers.Missing, match="no-such-program is not installed"):
        servers.find_program("no-such-program", "/nowhere/*/no-such-program")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no parent-death signal")
@pytest.mark.servers
def test_a_killed_test_run_leaves_no_server(mosquitto: servers.Mosquitto) -> None:
    script = (
        "import time; from tests.servers import Mosquitto; server = Mosquitto();"
        "print(server._process.pid, server.directory, flush=True); time.sleep(60)"
    )
    run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    number, directory = run.stdout.readline().split()
    broker = int(number)
    assert psutil.pid_exists(broker)

    os.kill(run.pid, signal.SIGKILL)
    run.communicate()

    end = time.monotonic() + 10
    while _runs(broker) and time.monotonic() < end:
        time.sleep(0.05)
    shutil.rmtree(directory)
    assert not _runs(broker)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
