from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.kernel import geo
from server.kernel.demo import DemoContext
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.places import demo
from server.places.models import Customer, Site


def a_context(platform: Platform, tenant: Tenant, session: Session, **changes: Any) -> DemoContext:
    rng = random.Random(7)  # noqa: S311 - the same company each time.
    given: dict[str, Any] = {"scale": 0.1, "city": "porto", "rng": rng, **changes}
    return DemoContext(session=session, platform=platform, tenant=tenant, **given)


def test_the_demonstration_company_has_its_size(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    ctx = a_context(platform, tenant, session)

    demo.seed(ctx)

    assert {name: len(records) for name, records in ctx.made.items()} == {
        "territories": 5,
        "customers": 6,
        "sites": 20,
    }
    assert all(site.territory_id is not None for site in ctx.made["sites"])
    assert {site.timezone for site in ctx.made["sites"]} == {"Europe/Lisbon"}


def test_seeding_again_changes_nothing(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    demo.seed(a_context(platform, tenant, session))
    again = a_context(platform, tenant, session)

    demo.seed(again)

    assert session.scalar(select(func.count(Customer.id))) == 6
    assert len(again.made["sites"]) == session.scalar(select(func.count(Site.id))) == 20


def test_the_company_in_shanghai_speaks_chinese(
    platform: Platform, tenant: Tenant, session: Session
) -> None:
    ctx = a_context(platform, tenant, session, city="shanghai")

    demo.seed(ctx)

    for site in ctx.made["sites"]:
        lon, lat = geo.lon_lat(site.position)
        assert 121 < lon < 122
        assert 30.9 < lat < 31.5
        assert "上海市" in site.address
        assert site.territory_id is not None


@given(st.integers(0, 10_000), st.sampled_from(sorted(demo.PORTO.districts)))
def test_positions_in_porto_lie_within_the_map_and_on_land(seed: int, district: str) -> None:
    centre = demo.PORTO.districts[district]
    rng = random.Random(seed)  # noqa: S311

    lon, lat = demo.position_near(rng, demo.PORTO, centre)

    assert -8.795 < lon < -8.358
    assert 40.981 - 0.03 < lat < 41.399
    assert demo.is_on_land(demo.PORTO, lon, lat)


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (-8.611, 41.152, True),  # The city.
        (-8.75, 41.15, False),  # The Atlantic.
        (-8.615, 41.140, False),  # The Douro.
        (-8.615, 41.120, True),  # Its southern bank.
    ],
)
def test_water_is_told_from_land(
    lon: float,
    lat: float,
    expected: bool,  # noqa: FBT001
) -> None:
    assert demo.is_on_land(demo.PORTO, lon, lat) is expected
