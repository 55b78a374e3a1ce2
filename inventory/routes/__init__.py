"""HTTP of the inventory."""

from inventory.routes.catalogue import lines, parts
from inventory.routes.claims import discrepancies, needs, reservations
from inventory.routes.stock import counts, levels, locations, moves, transfers

BLUEPRINTS = (
    parts,
    lines,
    locations,
    levels,
    moves,
    counts,
    transfers,
    reservations,
    needs,
    discrepancies,
)

__all__ = ["BLUEPRINTS"]
