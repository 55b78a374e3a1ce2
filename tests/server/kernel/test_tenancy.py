"""Two tenants in one database: every way to reach across is refused or finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, aliased

from server.kernel import db
from server.kernel.db import UnsafeRoleError, check_role
from server.kernel.modules import Platform
from server.kernel.numbers import NumberCounter
from server.kernel.session import enter_tenant
from server.kernel.tenancy import CrossTenantError, Tenant
from server.kernel.uow import unit_of_work
from server.places.models import Customer, Site
from tests.builders import a_site

Work = Callable[[Session], Any]
SITE: Any = Site.__table__
COUNTER: Any = NumberCounter.__table__


@pytest.fixture(scope="module")
def their_site(platform: Platform, other_tenant: Tenant) -> tuple[UUID, UUID]:
    """Id and customer of a site in the other tenant."""
    with unit_of_work(platform, other_tenant.id) as session:
        site = a_site(session, name="Theirs")
        session.flush()
        return site.id, site.customer_id


@pytest.fixture
def mine(their_site: tuple[UUID, UUID], session: Session) -> Session:
    """A session of one tenant, in a database that holds the other's site."""
    return session


SEEN: dict[str, Callable[[UUID], Work]] = {
    "select": lambda id_: lambda s: s.scalars(select(Site).where(Site.id == id_)).all(),
    "columns": lambda id_: lambda s: s.execute(select(Site.name).where(Site.id == id_)).all(),
    "alias": lambda id_: (
        lambda s: s.scalars(select(other := aliased(Site)).where(other.id == id_)).all()
    ),
    "get": lambda id_: lambda s: [s.get(Site, id_)] if s.get(Site, id_) else [],
    "subquery": lambda id_: (
        lambda s: s.execute(select(select(Site.id).where(Site.id == id_).subquery())).all()
    ),
    "common table expression": lambda id_: (
        lambda s: s.execute(select(select(Site.id).where(Site.id == id_).cte())).all()
    ),
    "union": lambda id_: (
        lambda s: s.execute(
            union_all(select(Site.id).where(Site.id == id_), select(Customer.id).where(false()))
        ).all()
    ),
    "union of subqueries": lambda id_: (
        lambda s: s.execute(
            select(
                union_all(
                    select(Site.id).where(Site.id == id_), select(Customer.id).where(false())
                ).subquery()
            )
        ).all()
    ),
    "join": lambda id_: (
        lambda s: s.execute(
            select(Tenant.slug).join(Site, Site.tenant_id == Tenant.id).where(Site.id == id_)
        ).all()
    ),
    "scalar subquery": lambda id_: (
        lambda s: [
            name
            for name in s.scalars(select(select(Site.name).where(Site.id == id_).scalar_subquery()))
            if name
        ]
    ),
    "in a select": lambda id_: (
        lambda s: s.execute(
            select(Tenant.id).where(Tenant.id.in_(select(Site.tenant_id).where(Site.id == id_)))
        ).all()
    ),
    "count": lambda id_: (
        lambda s: [n for n in s.scalars(select(func.count(Site.id)).where(Site.id == id_)) if n]
    ),
    "count of rows": lambda id_: (
        lambda s: [
            n for n in s.scalars(select(func.count()).select_from(Site).where(Site.id == id_)) if n
        ]
    ),
    "text over a model": lambda id_: (
        lambda s: s.execute(
            select(literal_column("name")).select_from(Site).where(Site.id == id_)
        ).all()
    ),
    "locking": lambda id_: (
        lambda s: s.scalars(select(Site).where(Site.id == id_).with_for_update()).all()
    ),
    "bulk delete": lambda id_: (
        lambda s: s.execute(
            delete(NumberCounter).where(NumberCounter.name == "theirs").returning(NumberCounter.id)
        ).all()
    ),
    "bulk update": lambda id_: (
        lambda s: s.execute(
            update(NumberCounter)
            .where(NumberCounter.name == "theirs")
            .values(last=9)
            .returning(NumberCounter.id)
        ).all()
    ),
}


@pytest.mark.parametrize("way", SEEN)
def test_a_statement_of_the_models_finds_nothing_of_another_tenant(
    mine: Session, their_site: tuple[UUID, UUID], way: str
) -> None:
    assert SEEN[way](their_site[0])(mine) == []


@pytest.mark.parametrize("way", sorted(SEEN.keys() - {"bulk delete", "bulk update"}))
def test_the_same_statement_finds_ones_own_record(
    theirs: Callable[..., Any], their_site: tuple[UUID, UUID], way: str
) -> None:
    with theirs() as session:
        assert SEEN[way](their_site[0])(session)


REFUSED: dict[str, Work] = {
    "text": lambda s: s.execute(text("select name from site")),
    "text of a model": lambda s: s.scalars(
        select(Site).from_statement(text("select * from site"))
    ).all(),
    "text as columns": lambda s: s.execute(
        text("select id, name from site").columns(Site.id, Site.name)
    ).all(),
    "text as a table": lambda s: s.execute(
        select(text("select id from site").columns(Site.id).subquery())
    ).all(),
    "Core select": lambda s: s.execute(select(Site.__table__)),
    "Core table beside a model": lambda s: s.execute(
        select(Customer.id, Site.__table__.c.name).where(
            Site.__table__.c.customer_id == Customer.id
        )
    ).all(),
    "Core table joined to a model": lambda s: s.execute(
        select(Tenant.id, Site.__table__.c.name).join(
            Site.__table__, Site.__table__.c.tenant_id == Tenant.id
        )
    ).all(),
    "Core subquery of a model": lambda s: s.execute(
        select(Tenant.id).where(Tenant.id.in_(select(Site.__table__.c.tenant_id)))
    ).all(),
    "Core update": lambda s: s.execute(update(SITE).values(name="x")),
    "Core delete": lambda s: s.execute(delete(SITE)),
    "Core insert": lambda s: s.execute(insert(COUNTER).values(name="x", last=1)),
    "insert from a select": lambda s: s.execute(
        insert(COUNTER).from_select(["name"], select(Site.__table__.c.name))
    ),
    "bulk insert": lambda s: s.execute(insert(NumberCounter), [{"name": "x"}]),
    "mappings": lambda s: s.bulk_insert_mappings(
        NumberCounter.__mapper__, [{"name": "x", "last": 1}]
    ),
    "saved in bulk": lambda s: s.bulk_save_objects([NumberCounter(name="x", last=1)]),
    "models without a select of models": lambda s: s.scalars(
        select(exists().where(Site.id.is_not(None)))
    ).all(),
    "update of versioned records": lambda s: s.execute(update(Site).values(name="x")),
    "delete of versioned records": lambda s: s.execute(delete(Site)),
    "the connection": lambda s: s.connection().execute(text("select name from site")),
}


@pytest.mark.parametrize("way", REFUSED)
def test_a_statement_that_the_criteria_cannot_reach_is_refused(mine: Session, way: str) -> None:
    with pytest.raises(CrossTenantError):
        REFUSED[way](mine)


def test_a_record_for_another_tenant_is_refused(
    working: Callable[..., Any], other_tenant: Tenant
) -> None:
    with pytest.raises(CrossTenantError), working() as session:
        session.add(NumberCounter(name="x", last=1, tenant_id=other_tenant.id))


def test_a_record_cannot_move_to_another_tenant(
    working: Callable[..., Any], other_tenant: Tenant
) -> None:
    with pytest.raises(CrossTenantError), working() as session:  # noqa: PT012
        site = a_site(session)
        session.flush()
        site.tenant_id = other_tenant.id


def test_rows_cannot_be_moved_to_another_tenant_in_bulk(
    working: Callable[..., Any], other_tenant: Tenant
) -> None:
    with pytest.raises(CrossTenantError), working() as session:
        session.execute(update(NumberCounter).values(tenant_id=other_tenant.id))


def test_a_reference_to_a_record_of_another_tenant_is_refused_by_its_key(
    working: Callable[..., Any], their_site: tuple[UUID, UUID]
) -> None:
    with pytest.raises(IntegrityError), working() as session:
        a_site(session).customer_id = their_site[1]


def test_a_unit_of_work_cannot_switch_tenants(
    working: Callable[..., Any], other_tenant: Tenant
) -> None:
    with working() as session, pytest.raises(CrossTenantError):
        enter_tenant(session, other_tenant.id)


def test_without_a_tenant_nothing_of_any_tenant_can_be_read_or_written(platform: Platform) -> None:
    with pytest.raises(CrossTenantError), unit_of_work(platform, None) as session:
        session.scalars(select(Site)).all()
    with pytest.raises(CrossTenantError), unit_of_work(platform, None) as session:
        session.get(Site, UUID(int=7))


def test_a_tenant_that_is_entered_is_the_only_one_seen(
    platform: Platform, tenant: Tenant, their_site: tuple[UUID, UUID]
) -> None:
    with unit_of_work(platform, None) as session:
        enter_tenant(session, tenant.id)
        assert session.get(Site, their_site[0]) is None


@pytest.mark.only("postgres")
def test_row_level_security_hides_other_tenants_from_raw_statements(
    mine: Session, their_site: tuple[UUID, UUID]
) -> None:
    raw = "select id from site where id = %s"

    assert mine.connection().exec_driver_sql(raw, (their_site[0],)).all() == []


@pytest.mark.only("postgres")
@pytest.mark.parametrize("change", ["update site set name = 'mine'", "delete from site"])
def test_row_level_security_protects_other_tenants_from_raw_changes(
    mine: Session, theirs: Callable[..., Any], their_site: tuple[UUID, UUID], change: str
) -> None:
    statement = f"{change} where id = %s"

    assert mine.connection().exec_driver_sql(statement, (their_site[0],)).rowcount == 0


@pytest.mark.only("postgres")
def test_row_level_security_refuses_a_row_for_another_tenant(
    working: Callable[..., Any], other_tenant: Tenant
) -> None:
    insertion = "insert into number_counter (id, tenant_id, name, last) values (%s, %s, 'x', 1)"
    with pytest.raises(DBAPIError, match="row-level security"), working() as session:
        session.connection().exec_driver_sql(insertion, (UUID(int=1), other_tenant.id))


@pytest.mark.only("postgres")
def test_a_pooled_connection_keeps_no_tenant(platform: Platform, mine: Session) -> None:
    assert mine.connection().exec_driver_sql("select count(*) from role").scalar_one() > 0
    mine.rollback()

    with platform.engine.connect() as connection:
        counted = connection.exec_driver_sql("select count(*) from role").scalar_one()

    assert counted == 0


@pytest.mark.only("postgres")
def test_the_application_runs_in_a_role_that_row_level_security_binds(platform: Platform) -> None:
    check_role(platform.engine)


@pytest.mark.only("postgres")
def test_a_role_that_bypasses_row_level_security_is_refused(database_url: str) -> None:
    owner = db.make_engine(database_url, as_owner=True)

    with pytest.raises(UnsafeRoleError):
        check_role(owner)
    owner.dispose()
