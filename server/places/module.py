"""Wiring of places."""

from __future__ import annotations

from server.kernel.creation import IdTaken
from server.kernel.history import NoSubjects, Subjects
from server.kernel.modules import Module
from server.places import demo, feed, routes, tasks
from server.places.events import TerritoryDrawn

DESK = ("admin", "director", "dispatcher", "agent", "lead")

MODULE = Module(
    name="places",
    blueprints=(routes.customers, routes.sites, routes.territories),
    feed_kinds=feed.FEED_KINDS,
    deferred={TerritoryDrawn: (tasks.DERIVE_TERRITORIES,)},
    jobs={tasks.DERIVE_TERRITORIES: tasks.derive_territories},
    permissions={
        "customers.read": DESK,
        "customers.write": ("admin", "dispatcher", "agent", "lead"),
        "sites.read": (*DESK, "engineer", "storekeeper"),
        "sites.write": ("admin", "dispatcher", "agent", "lead"),
        "territories.write": ("admin", "dispatcher"),
    },
    constraints={
        "pk_customer": IdTaken,
        "pk_site": IdTaken,
        "pk_territory": IdTaken,
    },
    ports={Subjects: NoSubjects()},
    demo=demo.seed,
)
