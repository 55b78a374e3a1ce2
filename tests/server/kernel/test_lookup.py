from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from server.assets.models import FaultCode
from server.kernel import geo
from server.kernel.ids import new_id
from server.kernel.lookup import find_record, find_values
from server.kernel.modules import Platform
from server.kernel.uow import unit_of_work
from server.places.models import Site
from tests import builders
from tests.platforms import make_tenant


def test_a_record_is_found_by_its_id(session: Session) -> None:
    site = builders.a_site(session)

    assert find_record(session, Site, site.id) is site


def test_what_is_pending_is_found_too(session: Session) -> None:
    customer = builders.a_customer(session)
    site = Site(
        id=new_id(),
        number=7,
        name="Depot",
        customer_id=customer.id,
        address="",
        position=geo.point(*builders.PORTO),
        timezone="UTC",
    )
    session.add(site)

    assert find_record(session, Site, site.id) is site


def test_an_unknown_id_finds_nothing(session: Session) -> None:
    assert find_record(session, Site, new_id()) is None
    assert find_values(session, Site, new_id(), "name") is None


def test_values_are_those_of_now(session: Session) -> None:
    site = builders.a_site(session)
    site.name = "Renamed"

    assert find_values(session, Site, site.id, "name", "id") == ("Renamed", site.id)


def test_each_tenant_finds_its_own_records_only(
    platform: Platform, working: Callable[..., Any]
) -> None:
    with working() as session:
        site_id = builders.a_site(session).id
    with working() as session:
        assert find_record(session, Site, site_id) is not None

    with unit_of_work(platform, make_tenant(platform).id, write=False) as foreign:
        assert find_record(foreign, Site, site_id) is None
        assert find_values(foreign, Site, site_id, "name") is None


def test_a_model_that_brings_other_records_along_is_refused(session: Session) -> None:
    with pytest.raises(TypeError, match="FaultCode"):
        find_record(session, FaultCode, new_id())
