"""Wiring of the sync package."""

from __future__ import annotations

from server.kernel import changes
from server.kernel.modules import Module
from sync import routes

EVERYBODY = (
    "admin",
    "director",
    "dispatcher",
    "agent",
    "lead",
    "engineer",
    "storekeeper",
)

MODULE = Module(
    name="sync",
    blueprints=(routes.blp,),
    jobs={"sync.restamp_missing": changes.restamp_missing},
    periodic={"sync.restamp_missing": 3600},
    permissions={"sync.use": EVERYBODY, "sync.manage": ("admin", "dispatcher", "lead")},
)
