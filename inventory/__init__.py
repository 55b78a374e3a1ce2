"""Inventory: parts, bills of materials, stock locations, levels, moves and reservations."""
