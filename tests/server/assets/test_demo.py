from __future__ import annotations

import random

from sqlalchemy.orm import Session

from server.assets import api, demo
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.places import demo as places_demo
from server.workforce import demo as workforce_demo


def seeded(platform: Platform, tenant: Tenant, session: Session, city: str) -> DemoContext:
    ctx = DemoContext(
        session=session,
        platform=platform,
        tenant=tenant,
        scale=0.1,
        city=city,
        rng=random.Random(7),  # noqa: S311 - the same company each time.
    )
    places_demo.seed(ctx)
    demo.seed(ctx)
    return ctx


def test_the_demonstration_company_has_its_assets_and_devices(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    ctx = seeded(platform, tenant, session, "porto")

    assert len(ctx.made["assets"]) == 40
    assert [device.name for device in ctx.made["devices"]] == [
        f"machine-{n:03d}" for n in range(1, 11)
    ]
    assert {asset.site_id for asset in ctx.made["assets"]} == {
        site.id for site in ctx.made["sites"]
    }


def test_a_replay_finds_a_fault_code_for_every_failure_and_error(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    ctx = seeded(platform, tenant, session, "porto")
    known = {"comp1", "comp2", "comp3", "comp4", "vibration", "pressure", "rotation", "voltage"}

    for device in ctx.made["devices"]:
        model_id = api.get_asset(session, device.asset_id).model_id
        codes = {fault_code.code for fault_code in api.list_fault_codes(session, [model_id])}
        assert codes == known
    assert {code for _, code in ctx.made["error_fault_codes"]} <= known


def test_every_fault_code_names_skills_and_has_a_checklist(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    ctx = seeded(platform, tenant, session, "shanghai")
    fault_code_ids = {fault_code_id for fault_code_id, _ in ctx.made["fault_code_skills"]}
    skills = {code for _, levels in ctx.made["fault_code_skills"] for code, _ in levels}

    assert fault_code_ids == {fault_code.id for fault_code in ctx.made["fault_codes"]}
    assert skills == {code for code, *_ in workforce_demo.SKILLS} - {"boilers"}
    assert all(len(fault_code.tasks) == 4 for fault_code in ctx.made["fault_codes"])


def test_seeding_again_changes_nothing(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    first = seeded(platform, tenant, session, "porto")
    again = seeded(platform, tenant, session, "porto")

    for name in ("asset_models", "fault_codes", "assets", "devices"):
        assert [one.id for one in again.made[name]] == [one.id for one in first.made[name]]
    assert again.made["fault_code_skills"] == []
