"""The parts and the stock of the demonstration company: a warehouse and a van for each engineer."""

from __future__ import annotations

from sqlalchemy import select

from inventory import service
from inventory.demo.catalogue import FAULT_PARTS, MODEL_MARKS, PARTS, DemoPart
from inventory.models import Part, StockLocation
from inventory.rules import LocationKind
from inventory.service import Line
from server.kernel import geo
from server.kernel.demo import DemoContext
from server.kernel.types import MONEY_SCALE, QUANTITY_SCALE

# The yuan of the Shanghai company buys about an eighth of a euro.
YUAN_PER_EURO = 8
WAREHOUSE_SETS = 12
VAN_SETS = 2
# A van carries the cheap half of what may be needed; dear parts wait in the warehouse.
VAN_PRICE_LIMIT = 110
VAN_SHARE = 0.6
WAREHOUSES = {
    "porto": ("Central Warehouse Maia", (-8.6163, 41.2357)),
    "shanghai": ("嘉定中心仓库", (121.2653, 31.3747)),
}


def seed(ctx: DemoContext) -> None:
    """Make the catalogue, the locations and what lies there, unless the tenant has parts already.

    Leaves ``made["parts"]`` and ``made["stock_locations"]``.
    """
    if ctx.session.scalar(select(Part.id).limit(1)) is None:
        parts = {part.number: _make_part(ctx, part) for part in PARTS}
        _set_lines(ctx, parts)
        _fill_warehouse(ctx, parts)
        _fill_vans(ctx, parts)
        ctx.session.flush()
    ctx.made["parts"] = list(ctx.session.scalars(select(Part).order_by(Part.number)))
    statement = select(StockLocation).order_by(StockLocation.id)
    ctx.made["stock_locations"] = list(ctx.session.scalars(statement))


def mark_of(model_name: str) -> str | None:
    """Return which of our models an asset model is, by the letters in its name."""
    return next((mark for text, mark in MODEL_MARKS.items() if text in model_name), None)


def _make_part(ctx: DemoContext, part: DemoPart) -> Part:
    is_chinese = ctx.city == "shanghai"
    price = part.price * (YUAN_PER_EURO if is_chinese else 1)
    return service.create_part(
        ctx.session,
        actor=ctx.actor,
        number=part.number,
        name=part.name_zh if is_chinese else part.name,
        unit=part.unit,
        price_amount=price * MONEY_SCALE,
        currency="CNY" if is_chinese else "EUR",
    )


def _set_lines(ctx: DemoContext, parts: dict[str, Part]) -> None:
    """Write the bills of materials, and the parts of every fault code that is known here."""
    marks = {model.id: mark_of(model.name) for model in ctx.made.get("asset_models", [])}
    for model_id, mark in marks.items():
        lines = [
            Line(parts[part.number].id, part.quantity * QUANTITY_SCALE)
            for part in PARTS
            if part.model == mark
        ]
        service.set_bom_lines(ctx.session, actor=ctx.actor, model_id=model_id, lines=lines)
    for fault_code in ctx.made.get("fault_codes", []):
        needed = FAULT_PARTS.get((marks.get(fault_code.model_id) or "", fault_code.code), ())
        service.set_fault_code_parts(
            ctx.session,
            actor=ctx.actor,
            fault_code_id=fault_code.id,
            lines=[Line(parts[number].id, n * QUANTITY_SCALE) for number, n in needed],
        )


def _fill_warehouse(ctx: DemoContext, parts: dict[str, Part]) -> None:
    name, position = WAREHOUSES[ctx.city]
    warehouse = service.create_location(
        ctx.session,
        actor=ctx.actor,
        name=name,
        kind=LocationKind.WAREHOUSE,
        position=geo.point(*position),
    )
    for part in PARTS:
        sets = ctx.rng.randint(WAREHOUSE_SETS // 2, WAREHOUSE_SETS)
        _receive(ctx, parts[part.number], warehouse, sets * _dose(part))


def _fill_vans(ctx: DemoContext, parts: dict[str, Part]) -> None:
    word = "的服务车" if ctx.city == "shanghai" else "Van"
    for engineer in ctx.made.get("engineers", []):
        is_chinese = ctx.city == "shanghai"
        van = service.create_location(
            ctx.session,
            actor=ctx.actor,
            name=f"{engineer.name}{word}" if is_chinese else f"{word} of {engineer.name}",
            kind=LocationKind.VAN,
            engineer_id=engineer.id,
        )
        for part in PARTS:
            if part.price <= VAN_PRICE_LIMIT and ctx.rng.random() < VAN_SHARE:
                _receive(ctx, parts[part.number], van, ctx.rng.randint(1, VAN_SETS) * _dose(part))


def _dose(part: DemoPart) -> int:
    """Return how much of a part one repair takes at most."""
    uses = [n for needed in FAULT_PARTS.values() for number, n in needed if number == part.number]
    return max(uses, default=1)


def _receive(ctx: DemoContext, part: Part, location: StockLocation, quantity: int) -> None:
    service.receive_stock(
        ctx.session,
        actor=ctx.actor,
        part_id=part.id,
        location_id=location.id,
        quantity=quantity * QUANTITY_SCALE,
    )
