"""What the rooms share while they seed the demonstration company."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from server.kernel.actors import Actor, system
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant


@dataclass(kw_only=True)
class DemoContext:
    """One tenant being seeded, room after room in the order of the modules.

    ``scale`` is 1.0 for the whole company and 0.1 for a tenth of it. ``city`` is ``porto`` or
    ``shanghai``. ``rng`` is seeded, so that every installation shows the same company. ``made``
    holds what the rooms below have made, by the plural of the noun: ``made["sites"]``.
    """

    session: Session
    platform: Platform
    tenant: Tenant
    scale: float
    city: str
    rng: random.Random
    made: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """The platform itself, which seeds."""
        return system(self.tenant.id)

    def count(self, full: int) -> int:
        """Return how many of ``full`` records this tenant gets; at least one."""
        return max(1, round(full * self.scale))
