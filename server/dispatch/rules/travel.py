"""Travel times: the port every road engine fills, and the default that needs no set-up."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from server.dispatch.rules.model import Position

EARTH_RADIUS_METRES = 6_371_008.8  # IUGG mean radius; the same sphere as the geo module.
# Roads are longer than the crow flies: Ballou, Rahardja, Sakai (2002), "Selected country circuity
# factors for road travel distance estimation", gives 1.2 to 1.5 for most countries.
CIRCUITY = 1.35
# Door to door in a town by day, with lights, queues and looking for a place to park.
URBAN_METRES_PER_SECOND = 40 / 3.6


class TravelTimes(Protocol):
    """Whatever knows how long it takes to drive from one place to another."""

    def seconds(self, origin: Position, target: Position, at: datetime) -> int:
        """How long the drive takes when it starts at ``at``; zero between equal places."""
        ...


class CrowFlies:
    """Great-circle distance times a detour factor at town speed: fine for ranking, no promise.

    With the factor fitted to a region it is off by 18 % (greater Porto) to 23 % (Liechtenstein) in
    the mean against road times. Unfitted it is cautious: free-flowing roads of greater Porto let
    the crow fly at 45 km/h (80 % of the pairs between 31 and 59), these constants at 30 km/h.
    """

    def __init__(
        self,
        *,
        circuity: float = CIRCUITY,
        metres_per_second: float = URBAN_METRES_PER_SECOND,
    ) -> None:
        """Set the detour factor and the speed of a region."""
        self._seconds_per_half_chord = 2 * EARTH_RADIUS_METRES * circuity / metres_per_second

    def seconds(self, origin: Position, target: Position, at: datetime) -> int:
        """Give the estimated drive in whole seconds, the same at any time of the day."""
        del at
        if origin == target:
            return 0
        south, north = radians(origin[1]), radians(target[1])
        across = sin((north - south) / 2)
        along = sin(radians(target[0] - origin[0]) / 2)
        chord = across * across + cos(south) * cos(north) * along * along
        return round(self._seconds_per_half_chord * asin(min(1.0, sqrt(chord))))
