"""The stock behind the port through which the server sees parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from inventory import queries, service
from inventory.queries import ClaimedNeed
from server.kernel.actors import Actor
from server.workorders.api import FittedPart, PartAvailability, PartNeed


class StockPartsGate:
    """Parts from the catalogue, claims and consumption from the ledger."""

    def parts_for(self, session: Session, fault_code_id: UUID) -> list[PartNeed]:
        """Return the parts that a fault usually takes."""
        return queries.parts_for(session, fault_code_id)

    def needs_of(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> dict[UUID, list[PartNeed]]:
        """Return what each work order has claimed in all, and how much of it is waiting."""
        return queries.needs_of(session, work_order_ids)

    def availability(
        self, session: Session, needs: Sequence[PartNeed], engineer_ids: Collection[UUID]
    ) -> dict[UUID, list[PartAvailability]]:
        """Return for each engineer what the van holds free, and what all stores hold together.

        Needs that come from ``needs_of`` count their own claims as free for them.
        """
        vans = queries.vans_of(session, engineer_ids)
        part_ids = [need.part_id for need in needs]
        on_vans, in_stores = queries.free_by_place(session, part_ids, list(vans.values()))
        found: dict[UUID, list[PartAvailability]] = {}
        for engineer_id in engineer_ids:
            van_id = vans.get(engineer_id)
            found[engineer_id] = []
            for need in needs:
                held = need.held if isinstance(need, ClaimedNeed) else {}
                on_van = on_vans.get((need.part_id, van_id), 0) if van_id is not None else 0
                own = held.get(van_id, 0) if van_id is not None else 0
                found[engineer_id].append(
                    PartAvailability(
                        part_id=need.part_id,
                        needed=need.quantity,
                        on_van=on_van + own,
                        elsewhere=in_stores.get(need.part_id, 0) + sum(held.values()) - own,
                    )
                )
        return found

    def reserve(
        self, session: Session, *, actor: Actor, work_order_id: UUID, needs: Sequence[PartNeed]
    ) -> None:
        """Claim parts for a work order, as far as there are any; the rest stays short."""
        service.reserve(session, actor=actor, work_order_id=work_order_id, needs=needs)

    def on_engineer_assigned(
        self, session: Session, *, actor: Actor, work_order_id: UUID, engineer_id: UUID | None
    ) -> None:
        """Move claims to the van of whoever is booked now, where it holds the part."""
        service.follow_engineer(
            session, actor=actor, work_order_id=work_order_id, engineer_id=engineer_id
        )

    def release(self, session: Session, *, actor: Actor, work_order_id: UUID) -> None:
        """Give claims back; nothing happens to what was consumed."""
        service.release(session, actor=actor, work_order_id=work_order_id)

    def consume(
        self,
        session: Session,
        *,
        actor: Actor,
        work_order_id: UUID,
        repair_id: UUID,
        part_id: UUID,
        quantity: int,
        engineer_id: UUID | None,
        move_id: UUID | None = None,
    ) -> FittedPart:
        """Book a part fitted on a repair; the same ``move_id`` is booked once."""
        return service.consume(
            session,
            actor=actor,
            work_order_id=work_order_id,
            repair_id=repair_id,
            part_id=part_id,
            quantity=quantity,
            engineer_id=engineer_id,
            move_id=move_id,
        )

    def parts_fitted(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> dict[UUID, list[FittedPart]]:
        """Return what was fitted on each work order."""
        return queries.fitted_parts(session, work_order_ids)
