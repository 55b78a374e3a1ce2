"""Commands of the inventory: the catalogue, locations, moves of stock, claims and consumption."""

from inventory.service.catalogue import (
    Line,
    change_part,
    create_part,
    set_bom_lines,
    set_fault_code_parts,
)
from inventory.service.claims import (
    follow_engineer,
    release,
    release_claim,
    reserve,
    reserve_part,
    show_claims,
)
from inventory.service.discrepancies import resolve_discrepancy
from inventory.service.fitting import consume
from inventory.service.locations import change_location, create_location, ensure_van
from inventory.service.moves import adjust_stock, count_stock, receive_stock, return_stock
from inventory.service.transfers import Transfer, transfer_of, transfer_stock

__all__ = [
    "Line",
    "Transfer",
    "adjust_stock",
    "change_location",
    "change_part",
    "consume",
    "count_stock",
    "create_location",
    "create_part",
    "ensure_van",
    "follow_engineer",
    "receive_stock",
    "release",
    "release_claim",
    "reserve",
    "reserve_part",
    "resolve_discrepancy",
    "return_stock",
    "set_bom_lines",
    "set_fault_code_parts",
    "show_claims",
    "transfer_of",
    "transfer_stock",
]
