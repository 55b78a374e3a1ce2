"""Commands on discrepancies."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inventory.errors import AlreadyExplained
from inventory.events import DiscrepancyResolved
from inventory.models import Discrepancy
from inventory.rules import DiscrepancyState
from server.kernel import clock, events
from server.kernel.actors import Actor


def resolve_discrepancy(
    session: Session, *, actor: Actor, discrepancy: Discrepancy, resolution: str
) -> Discrepancy:
    """Say why more was taken than was known to be there; levels are put right by a count.

    Raises AlreadyExplained when somebody has said it already.
    """
    actor.require("stock.write")
    if discrepancy.state is DiscrepancyState.RESOLVED:
        raise AlreadyExplained("It is explained already.", resolution=discrepancy.resolution)
    discrepancy.state = DiscrepancyState.RESOLVED
    discrepancy.resolution = resolution
    discrepancy.resolved_at, discrepancy.resolved_by = clock.now(), actor.id
    events.record(session, DiscrepancyResolved(entity_id=discrepancy.id, resolution=resolution))
    return discrepancy
