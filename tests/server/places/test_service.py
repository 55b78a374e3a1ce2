from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel import geo, outbox
from server.kernel.actors import Actor
from server.kernel.creation import IdTaken
from server.kernel.errors import Forbidden, InvalidInput
from server.kernel.events import EventRecord
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.reference_data import StillInUse
from server.places import queries, service
from server.places.models import Site
from tests.builders import a_customer, a_ring, a_site, a_territory

INNER = (-8.62, 41.14, -8.60, 41.16)
OUTER = (-8.70, 41.10, -8.50, 41.20)
FAR = (-8.40, 41.30)


def types_of(session: Session, record: Any) -> list[str]:
    session.flush()
    statement = select(EventRecord.type).where(EventRecord.entity_id == record.id)
    return list(session.scalars(statement.order_by(EventRecord.id)))


def test_customers_are_numbered_from_one_without_gaps(session: Session) -> None:
    numbers = [a_customer(session).number for _ in range(3)]

    assert numbers == [1, 2, 3]


def test_a_site_lies_in_the_smallest_territory_that_covers_it(session: Session) -> None:
    a_territory(session, box=OUTER)
    inner = a_territory(session, box=INNER)
    a_territory(session, box=OUTER)

    site = a_site(session)

    assert site.territory_id == inner.id


def test_a_site_outside_every_territory_has_none(session: Session) -> None:
    a_territory(session, box=OUTER)

    assert a_site(session, at=FAR).territory_id is None


def test_an_archived_territory_takes_no_sites(session: Session, actor: Actor) -> None:
    territory = a_territory(session)
    service.change_territory(
        session, actor=actor, territory=territory, changes={"is_archived": True}
    )
    session.flush()

    assert a_site(session).territory_id is None


def test_a_chosen_territory_stays_when_the_site_moves(session: Session, actor: Actor) -> None:
    chosen = a_territory(session, box=(10, 10, 11, 11))
    a_territory(session, box=OUTER)
    site = a_site(session, territory_id=chosen.id)

    service.change_site(session, actor=actor, site=site, changes={"position": geo.point(*FAR)})

    assert site.territory_id == chosen.id


def test_a_site_that_moves_gets_the_territory_there(session: Session, actor: Actor) -> None:
    a_territory(session, box=INNER)
    there = a_territory(session, box=(-8.41, 41.29, -8.39, 41.31))
    site = a_site(session)

    service.change_site(session, actor=actor, site=site, changes={"position": geo.point(*FAR)})

    assert site.territory_id == there.id


def test_giving_up_the_choice_derives_the_territory_again(session: Session, actor: Actor) -> None:
    chosen, derived = a_territory(session, box=(10, 10, 11, 11)), a_territory(session)
    site = a_site(session, territory_id=chosen.id)

    service.change_site(session, actor=actor, site=site, changes={"territory_id": None})

    assert (site.territory_id, site.is_territory_chosen) == (derived.id, False)


def test_a_site_lives_by_the_clock_of_the_tenant_unless_it_says_otherwise(
    session: Session,
) -> None:
    zones = [a_site(session, timezone=zone).timezone for zone in (None, "Asia/Shanghai")]

    assert zones == ["UTC", "Asia/Shanghai"]


def test_an_unknown_time_zone_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_site(session, timezone="Mars/Olympus")

    assert "timezone" in refused.value.params["errors"]


@pytest.mark.parametrize("field", ["customer_id", "territory_id"])
def test_a_site_refers_to_what_exists(session: Session, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_site(session, **cast("Any", {field: new_id()}))

    assert refused.value.params["errors"] == {field: ["unknown"]}


def test_an_archived_customer_gets_no_new_site(session: Session, actor: Actor) -> None:
    customer = a_customer(session)
    service.change_customer(session, actor=actor, customer=customer, changes={"is_archived": True})

    with pytest.raises(InvalidInput) as refused:
        a_site(session, customer_id=customer.id)

    assert refused.value.params["errors"] == {"customer_id": ["archived"]}


def test_a_customer_with_sites_is_not_archived(session: Session, actor: Actor) -> None:
    customer = a_customer(session)
    site = a_site(session, customer_id=customer.id)

    with pytest.raises(StillInUse):
        service.change_customer(
            session, actor=actor, customer=customer, changes={"is_archived": True}
        )

    service.change_site(session, actor=actor, site=site, changes={"is_archived": True})
    session.flush()
    service.change_customer(session, actor=actor, customer=customer, changes={"is_archived": True})
    assert customer.archived_at is not None


def test_a_territory_somebody_chose_is_not_archived(session: Session, actor: Actor) -> None:
    territory = a_territory(session)
    a_site(session, territory_id=territory.id)

    with pytest.raises(StillInUse):
        service.change_territory(
            session, actor=actor, territory=territory, changes={"is_archived": True}
        )


def test_the_same_id_and_content_is_the_same_record(session: Session) -> None:
    site_id, customer = new_id(), a_customer(session)
    given = {"name": "Plant", "customer_id": customer.id, "site_id": site_id}

    first, second = a_site(session, **given), a_site(session, **given)

    assert (second.id, second.number) == (first.id, first.number)
    assert types_of(session, first) == ["site.created"]


def test_the_same_id_with_other_content_is_refused(session: Session) -> None:
    customer_id = new_id()
    a_customer(session, customer_id=customer_id, name="One")

    with pytest.raises(IdTaken) as refused:
        a_customer(session, customer_id=customer_id, name="Two")

    assert refused.value.params == {"fields": ["name"]}


def test_changes_are_told_as_facts(session: Session, actor: Actor) -> None:
    customer = a_customer(session)

    for changes in ({"phone": "1"}, {}, {"is_archived": True}, {"is_archived": False}):
        service.change_customer(session, actor=actor, customer=customer, changes=changes)
        session.flush()

    assert types_of(session, customer) == [
        "customer.created",
        "customer.changed",
        "customer.archived",
        "customer.restored",
    ]


def test_who_may_not_change_sites_is_refused(session: Session, actor: Actor) -> None:
    engineer = Actor(id=new_id(), kind=actor.kind.USER, tenant_id=actor.tenant_id)

    with pytest.raises(Forbidden):
        service.create_customer(session, actor=engineer, name="No")


def test_sites_follow_when_a_territory_is_drawn(
    platform: Platform, working: Callable[..., Any]
) -> None:
    with working() as session:
        chosen = a_territory(session, box=(10, 10, 11, 11))
        inside, outside = a_site(session).id, a_site(session, at=FAR).id
        picked = a_site(session, territory_id=chosen.id).id
        chosen_id = chosen.id
    outbox.run_due(platform)

    with working() as session:
        drawn = a_territory(session, box=OUTER).id
    outbox.run_due(platform)

    with working(write=False) as session:
        found = {site.id: site.territory_id for site in session.scalars(select(Site))}
    assert found == {inside: drawn, outside: None, picked: chosen_id}


def test_sites_leave_when_a_territory_is_redrawn_or_archived(
    platform: Platform, working: Callable[..., Any], actor: Actor
) -> None:
    with working() as session:
        wide, narrow = a_territory(session, box=OUTER), a_territory(session, box=INNER)
        site_id, wide_id, narrow_id = a_site(session).id, wide.id, narrow.id
    changes: list[tuple[Any, dict[str, Any]]] = [
        (narrow_id, {"area": geo.polygon([a_ring(10, 10, 11, 11)])}),
        (wide_id, {"is_archived": True}),
    ]

    seen = []
    for territory_id, change in changes:
        with working() as session:
            territory = queries.lock_territory(session, territory_id)
            service.change_territory(session, actor=actor, territory=territory, changes=change)
        outbox.run_due(platform)
        with working(write=False) as session:
            seen.append(session.scalar(select(Site.territory_id).where(Site.id == site_id)))

    assert seen == [wide_id, None]


def test_many_sites_follow_in_several_steps(
    platform: Platform, working: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "DERIVED_AT_ONCE", 2)
    with working() as session:
        customer = a_customer(session)
        for _ in range(5):
            a_site(session, customer_id=customer.id)
    with working() as session:
        drawn = a_territory(session).id

    while outbox.run_due(platform):
        pass

    with working(write=False) as session:
        assert set(session.scalars(select(Site.territory_id))) == {drawn}


def test_a_site_does_not_come_back_into_an_archived_territory_that_was_chosen(
    session: Session, actor: Actor
) -> None:
    territory = a_territory(session)
    site = a_site(session, territory_id=territory.id)
    archived = {"is_archived": True}
    service.change_site(session, actor=actor, site=site, changes=archived)
    service.change_territory(session, actor=actor, territory=territory, changes=archived)
    restored = {"is_archived": False}

    with pytest.raises(InvalidInput):
        service.change_site(session, actor=actor, site=site, changes=restored)

    service.change_site(session, actor=actor, site=site, changes={**restored, "territory_id": None})
    assert site.archived_at is None
