"""Commands on the catalogue: parts, bills of materials and the parts of fault codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.errors import PartExists
from inventory.events import PartChanged, PartCreated
from inventory.models import BOMLine, FaultCodePart, Part
from server.assets import api as assets
from server.kernel import clock, creation, events
from server.kernel.actors import Actor
from server.kernel.errors import InvalidInput
from server.kernel.ids import new_id
from server.kernel.references import require

WRITE = "parts.write"
PATCHABLE = ("number", "name", "unit", "price_amount", "currency")


class Line(NamedTuple):
    """A part and how much of it, in thousandths of its unit."""

    part_id: UUID
    quantity: int


def create_part(
    session: Session,
    *,
    actor: Actor,
    number: str,
    name: str,
    unit: str = "pcs",
    price_amount: int | None = None,
    currency: str | None = None,
    part_id: UUID | None = None,
) -> Part:
    """Add a part to the catalogue; the same id and content again is the same part.

    The price is an amount of ten-thousandths of the currency. Raises PartExists.
    """
    actor.require(WRITE)
    content = {
        "number": number,
        "name": name,
        "unit": unit,
        "price_amount": price_amount,
        "currency": currency,
    }
    if made := creation.find_made(session, Part, part_id, content):
        return made
    _check_price(price_amount, currency)
    _refuse_number_in_use(session, number)
    part = Part(id=part_id or new_id(), **content)
    session.add(part)
    session.flush()
    events.record(session, PartCreated(entity_id=part.id, number=number))
    return part


def change_part(session: Session, *, actor: Actor, part: Part, changes: Mapping[str, Any]) -> Part:
    """Change fields of a part; ``is_archived`` archives or restores.

    An archived part is not received or planned with any more; what lies there can still be used.
    """
    actor.require(WRITE)
    changed = [
        name for name in PATCHABLE if name in changes and getattr(part, name) != changes[name]
    ]
    if "number" in changed:
        _refuse_number_in_use(session, changes["number"])
    for name in changed:
        setattr(part, name, changes[name])
    _check_price(part.price_amount, part.currency)
    if "is_archived" in changes and changes["is_archived"] != (part.archived_at is not None):
        part.archived_at = clock.now() if changes["is_archived"] else None
        changed.append("archived_at")
    if changed:
        events.record(session, PartChanged(entity_id=part.id, fields=changed))
    return part


def set_bom_lines(session: Session, *, actor: Actor, model_id: UUID, lines: Sequence[Line]) -> None:
    """Say which parts an asset model consists of; replaces what was said before."""
    actor.require(WRITE)
    assets.get_model(session, model_id)
    known = session.scalars(select(BOMLine).where(BOMLine.model_id == model_id)).all()
    _replace(session, known, lines, lambda: BOMLine(model_id=model_id))


def set_fault_code_parts(
    session: Session, *, actor: Actor, fault_code_id: UUID, lines: Sequence[Line]
) -> None:
    """Say which parts a fault usually takes; replaces what was said before.

    Work orders that are open already keep what they have claimed.
    """
    actor.require(WRITE)
    assets.get_fault_code(session, fault_code_id)
    statement = select(FaultCodePart).where(FaultCodePart.fault_code_id == fault_code_id)
    known = session.scalars(statement).all()
    _replace(session, known, lines, lambda: FaultCodePart(fault_code_id=fault_code_id))


def _replace(session: Session, known: Sequence[Any], lines: Sequence[Line], make: Any) -> None:
    """Make the rows say what ``lines`` say, and leave alone those that say it already."""
    wanted = {line.part_id: line.quantity for line in lines}
    if len(wanted) < len(lines):
        raise InvalidInput("A part is named twice.", lines="Name each part once.")
    before = {row.part_id: row for row in known}
    require(session, "part", wanted.keys() - before.keys(), field="lines")
    for part_id, row in before.items():
        if part_id not in wanted:
            session.delete(row)
        elif row.quantity != wanted[part_id]:
            row.quantity = wanted[part_id]
    for part_id in sorted(wanted.keys() - before.keys()):
        row = make()
        row.part_id, row.quantity = part_id, wanted[part_id]
        session.add(row)
    session.flush()


def _check_price(amount: int | None, currency: str | None) -> None:
    if (amount is None) != (currency is None):
        raise InvalidInput("A price needs both.", currency="Give price_amount and currency.")


def _refuse_number_in_use(session: Session, number: str) -> None:
    if known := session.scalar(select(Part.id).where(Part.number == number)):
        raise PartExists(f"There is a part {number!r} already.", part_id=str(known))
