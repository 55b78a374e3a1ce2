"""Wiring of uploads."""

from __future__ import annotations

from server.kernel.modules import Module
from sync.uploads import jobs
from sync.uploads.routes import blp

MODULE = Module(
    name="uploads",
    blueprints=(blp,),
    jobs={"uploads.finish": jobs.finish, "uploads.remove_expired": jobs.remove_expired},
    periodic={"uploads.remove_expired": 3600},
)
