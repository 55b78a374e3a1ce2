"""The door of the inventory: what other packages may use."""

from inventory.gate import StockPartsGate
from inventory.models import Part, Reservation, StockLevel, StockLocation, StockMove
from inventory.queries import find_van as van_of
from inventory.queries import get_location, get_part
from inventory.service import (
    Line,
    Transfer,
    count_stock,
    create_location,
    create_part,
    receive_stock,
    return_stock,
    set_bom_lines,
    set_fault_code_parts,
    transfer_stock,
)

__all__ = [
    "Line",
    "Part",
    "Reservation",
    "StockLevel",
    "StockLocation",
    "StockMove",
    "StockPartsGate",
    "Transfer",
    "count_stock",
    "create_location",
    "create_part",
    "get_location",
    "get_part",
    "receive_stock",
    "return_stock",
    "set_bom_lines",
    "set_fault_code_parts",
    "transfer_stock",
    "van_of",
]
