"""The stock of the demonstration company."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory import demo
from inventory.demo.catalogue import FAULT_PARTS, PARTS
from inventory.models import BOMLine, FaultCodePart, Part, StockLevel, StockLocation
from inventory.rules import LocationKind
from server.assets.demo.catalogue import BUILDING_SERVICES, MACHINE_MODELS
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.inventory.records import assert_sound


@pytest.fixture(params=["porto", "shanghai"])
def seeded(request: Any, session: Session, platform: Platform, tenant: Tenant) -> DemoContext:
    """A tenth of the company, all rooms below included."""
    ctx = DemoContext(
        session=session,
        platform=platform,
        tenant=tenant,
        scale=0.1,
        city=request.param,
        rng=random.Random(7),  # noqa: S311 - the same company each time.
    )
    for module in platform.modules:
        if module.demo is not None:
            module.demo(ctx)
        if module.name == "inventory":
            break
    return ctx


def test_forty_parts_with_bills_of_materials(session: Session, seeded: DemoContext) -> None:
    models = {model.id for model in seeded.made["asset_models"]}

    assert len(seeded.made["parts"]) == 40
    assert set(session.scalars(select(BOMLine.model_id))) == models


def test_every_fault_code_takes_one_or_two_parts(session: Session, seeded: DemoContext) -> None:
    statement = select(FaultCodePart.fault_code_id, func.count()).group_by(
        FaultCodePart.fault_code_id
    )

    counts = {row[0]: row[1] for row in session.execute(statement)}

    assert counts.keys() == {fault_code.id for fault_code in seeded.made["fault_codes"]}
    assert set(counts.values()) <= {1, 2}


def test_every_engineer_has_a_van_and_the_books_are_sound(
    session: Session, seeded: DemoContext
) -> None:
    vans = session.scalars(
        select(StockLocation.engineer_id).where(StockLocation.kind == LocationKind.VAN)
    )

    assert set(vans) == {engineer.id for engineer in seeded.made["engineers"]}
    assert session.scalar(select(func.count(StockLevel.id))) >= 40  # type: ignore[operator]
    assert_sound(session)


def test_seeding_twice_changes_nothing(session: Session, seeded: DemoContext) -> None:
    demo.seed(seeded)

    assert session.scalar(select(func.count(Part.id))) == 40


def test_the_catalogue_names_only_parts_and_faults_that_exist() -> None:
    numbers = {part.number for part in PARTS}
    used = {number for needed in FAULT_PARTS.values() for number, _ in needed}
    faults = {
        (demo.mark_of(model.name), fault.code)
        for model in (*BUILDING_SERVICES, *MACHINE_MODELS)
        for fault in model.faults
    }

    assert len(numbers) == len(PARTS)
    assert used <= numbers
    assert faults == FAULT_PARTS.keys()
