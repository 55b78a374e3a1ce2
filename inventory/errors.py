"""Refusals of the inventory."""

from __future__ import annotations

from server.kernel.errors import DomainError


class PartExists(DomainError):
    """The tenant has a part with that number already."""

    code = "part-exists"
    title = "Part exists"


class VanExists(DomainError):
    """The engineer has a van already."""

    code = "van-exists"
    title = "Van exists"


class StockNotFree(DomainError):
    """There is not that much at the location that nobody has claimed."""

    code = "stock-not-free"
    title = "Stock not free"


class LocationNotEmpty(DomainError):
    """Something still lies at the location; transfer it before archiving."""

    code = "location-not-empty"
    title = "Location not empty"


class ReservationClosed(DomainError):
    """The claim was consumed or released already."""

    code = "reservation-closed"
    title = "Reservation closed"


class AlreadyExplained(DomainError):
    """The discrepancy was explained already."""

    code = "discrepancy-resolved"
    title = "Discrepancy resolved"


class WorkOrderFinished(DomainError):
    """Nothing can be claimed for work that is done or called off."""

    code = "work-order-finished"
    title = "Work order finished"
