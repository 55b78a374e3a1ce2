"""Wiring of the inventory."""

from __future__ import annotations

from inventory import demo, feed, routes, service
from inventory.errors import PartExists, StockNotFree, VanExists
from inventory.gate import StockPartsGate
from inventory.service.claims import SHOW_CLAIMS
from server.kernel.creation import IdTaken
from server.kernel.modules import Module
from server.workorders.api import PartsGate

DESK = ("admin", "director", "dispatcher", "agent", "lead", "storekeeper")

MODULE = Module(
    name="inventory",
    blueprints=routes.BLUEPRINTS,
    feed_kinds=feed.FEED_KINDS,
    jobs={SHOW_CLAIMS: service.show_claims},
    permissions={
        "parts.read": (*DESK, "engineer"),
        "parts.write": ("admin", "storekeeper"),
        "stock.read": DESK,
        # An engineer sees the own van.
        "stock.see_own": (*DESK, "engineer"),
        "stock.write": ("admin", "storekeeper"),
        "stock.reserve": ("admin", "storekeeper", "dispatcher", "lead"),
    },
    constraints={
        "uq_part_tenant_id_number": PartExists,
        "uq_stock_location_tenant_id_engineer_id": VanExists,
        "ck_stock_level_reserved_within_on_hand": StockNotFree,
        "pk_part": IdTaken,
        "pk_stock_location": IdTaken,
        "pk_stock_move": IdTaken,
        "pk_reservation": IdTaken,
    },
    ports={PartsGate: StockPartsGate()},
    demo=demo.seed,
)
