"""The asset models, assets and devices of the demonstration company.

Building services (pumps, chillers, lifts, compressors) stand at the sites; a hundred machines of
``model1`` to ``model4`` carry devices ``machine-001`` onwards, the names that a replay of readings
reports under.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import select

from server.assets import service
from server.assets.demo.catalogue import (
    BUILDING_SERVICES,
    CHILLER,
    COMPRESSOR,
    LIFT,
    MACHINE_MODELS,
    PUMP,
    Fault,
    Model,
)
from server.assets.models import Asset, AssetModel, Device, FaultCode
from server.assets.rules import ChecklistKind, TaskDefinition
from server.kernel import clock
from server.kernel.demo import DemoContext

EQUIPMENT = 300
MACHINES = 100
HOUR_SECONDS = 3600
# What the machines call their error events, and the fault each of them announces.
ERROR_FAULT_CODES = {
    "error1": "comp1",
    "error2": "comp2",
    "error3": "comp2",
    "error4": "comp3",
    "error5": "comp4",
}


def seed(ctx: DemoContext) -> None:
    """Make models, assets and devices, unless the tenant has asset models already.

    ``made["fault_code_skills"]`` tells a room that knows the skills which fault code calls for
    which of them, as pairs of id and levels by skill code.
    """
    ctx.made["fault_code_skills"] = []
    ctx.made["error_fault_codes"] = list(ERROR_FAULT_CODES.items())
    if ctx.session.scalar(select(AssetModel.id).limit(1)) is None:
        by_model = {model.name: _make_model(ctx, model) for model in BUILDING_SERVICES}
        machines = {model.name: _make_model(ctx, model) for model in MACHINE_MODELS}
        _make_equipment(ctx, by_model)
        _make_machines(ctx, machines)
        ctx.session.flush()
    for name, model in (
        ("asset_models", AssetModel),
        ("fault_codes", FaultCode),
        ("assets", Asset),
        ("devices", Device),
    ):
        ctx.made[name] = list(ctx.session.scalars(select(model).order_by(model.id)))


def _make_model(ctx: DemoContext, model: Model) -> UUID:
    is_chinese = ctx.city == "shanghai"
    made = service.create_model(
        ctx.session,
        actor=ctx.actor,
        name=model.name_zh if is_chinese else model.name,
        manufacturer="示范机械" if is_chinese else "Demo Works",
    )
    for fault in model.faults:
        fault_code = service.create_fault_code(
            ctx.session,
            actor=ctx.actor,
            model_id=made.id,
            code=fault.code,
            title=fault.title_zh if is_chinese else fault.title,
            priority=fault.priority,
            estimated_minutes=fault.minutes,
            needs_visit=fault.needs_visit,
            tasks=_checklist(fault, is_chinese=is_chinese),
        )
        ctx.made["fault_code_skills"].append((fault_code.id, list(fault.skills.items())))
    return made.id


def _checklist(fault: Fault, *, is_chinese: bool) -> list[TaskDefinition]:
    what, what_zh, unit, low, high = fault.reading
    words = (
        ("断电并挂牌", f"维修后{what_zh}", "测试运行正常", "备注")
        if is_chinese
        else ("Switched off and locked out", f"{what} after the repair", "Test run good", "Remarks")
    )
    return [
        TaskDefinition(title=words[0]),
        TaskDefinition(title=words[1], kind=ChecklistKind.READING, unit=unit, low=low, high=high),
        TaskDefinition(title=words[2]),
        TaskDefinition(title=words[3], kind=ChecklistKind.TEXT, is_required=False),
    ]


def _make_equipment(ctx: DemoContext, model_ids: dict[str, UUID]) -> None:
    """Spread equipment over the sites; a pump at a site with a chiller is often a part of it."""
    chillers: dict[UUID, UUID] = {}
    sites = ctx.made["sites"]
    for n in range(1, ctx.count(EQUIPMENT) + 1):
        model = ctx.rng.choices((CHILLER, PUMP, LIFT, COMPRESSOR), weights=(30, 35, 20, 15))[0]
        # Every site has something before some have more.
        site = sites[n - 1] if n <= len(sites) else ctx.rng.choice(sites)
        parent_id = chillers.get(site.id) if model is PUMP else None
        asset = _make_asset(ctx, model, model_ids[model.name], site.id, n=n, parent_id=parent_id)
        if model is CHILLER:
            chillers.setdefault(site.id, asset.id)


def _make_machines(ctx: DemoContext, model_ids: dict[str, UUID]) -> None:
    for n in range(1, ctx.count(MACHINES) + 1):
        model = ctx.rng.choice(MACHINE_MODELS)
        site = ctx.rng.choice(ctx.made["sites"])
        asset = _make_asset(ctx, model, model_ids[model.name], site.id, n=n)
        service.create_device(
            ctx.session,
            actor=ctx.actor,
            asset_id=asset.id,
            name=f"machine-{n:03d}",
            expected_interval_seconds=HOUR_SECONDS,
        )


def _make_asset(
    ctx: DemoContext,
    model: Model,
    model_id: UUID,
    site_id: UUID,
    *,
    n: int,
    parent_id: UUID | None = None,
) -> Asset:
    word = model.asset_name_zh if ctx.city == "shanghai" else model.asset_name
    age = dt.timedelta(days=ctx.rng.randint(60, 15 * 365))
    return service.create_asset(
        ctx.session,
        actor=ctx.actor,
        model_id=model_id,
        site_id=site_id,
        name=f"{word} {n}",
        serial=f"{model.serial}-{n:05d}",
        installed_on=(clock.now() - age).date(),
        parent_id=parent_id,
    )
