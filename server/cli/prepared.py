"""Whether ``up`` may skip the preparation, which costs seconds and mostly finds nothing to do.

Standard library only: the question must cost less than its answer saves.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
from pathlib import Path

from server.kernel.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("server", "inventory", "iot_gateway", "sync")
SQLITE = "sqlite:///"


def is_prepared(settings: Settings) -> bool:
    """Whether this code has prepared this SQLite file with these settings before.

    False wherever that is not sure; PostgreSQL is always prepared, others may use it too.
    """
    revision = _revision(settings)
    if revision is None:
        return False
    try:
        noted = json.loads(_note(settings).read_text())
    except (OSError, ValueError):
        return False
    return bool(noted == _facts(settings, revision))


def note_prepared(settings: Settings) -> None:
    """Remember that the preparation has succeeded."""
    if (revision := _revision(settings)) is not None:
        _note(settings).write_text(json.dumps(_facts(settings, revision)))


def _note(settings: Settings) -> Path:
    return settings.home / "prepared.json"


def _facts(settings: Settings, revision: str) -> dict[str, str | bool]:
    return {
        "code": _code(),
        "database": settings.database_url,
        "modules": ",".join(settings.modules),
        "demo": settings.demo,
        # The demonstration gets a new day each day.
        "day": time.strftime("%Y-%m-%d", time.gmtime()) if settings.demo else "",
        "revision": revision,
    }


def _revision(settings: Settings) -> str | None:
    """The revision of the SQLite file's schema; a file put in its place has another one."""
    if not settings.database_url.startswith(SQLITE):
        return None
    path = Path(settings.database_url.removeprefix(SQLITE))
    try:
        # Read and write, because only a writer may open a write-ahead log; it creates no file.
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as file:
            row = file.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, ValueError):
        return None
    return None if row is None else str(row[0])


def _code() -> str:
    """A digest that changes with every source file, and costs no reading."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            facts = path.stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
