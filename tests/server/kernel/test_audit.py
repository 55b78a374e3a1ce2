"""The audit trail: who changed which field of what, from where; and that it stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from server.auth.models import User
from server.kernel import changes, db
from server.kernel.actors import Actor, ActorKind
from server.kernel.audit import AuditEntry
from server.kernel.ids import new_id
from server.kernel.tenancy import Tenant
from server.places.models import Customer
from tests.builders import a_customer
from tests.platforms import ApiClient, Person

Working = Callable[..., Any]


def entries(working: Working, entity_id: UUID) -> list[AuditEntry]:
    with working(write=False) as session:
        found = session.scalars(
            select(AuditEntry).where(AuditEntry.entity_id == entity_id).order_by(AuditEntry.id)
        ).all()
        session.expunge_all()
    return list(found)


def customer(working: Working, **fields: Any) -> UUID:
    with working() as session:
        made: UUID = a_customer(session, **fields).id
    return made


def test_a_change_is_kept_field_by_field_with_old_and_new_value(working: Working) -> None:
    made = customer(working, name="Old", notes="Same")
    with working() as session:
        session.get_one(Customer, made).name = "New"

    inserted, updated = entries(working, made)

    assert (inserted.action, inserted.entity_kind) == ("insert", "customer")
    assert (updated.action, updated.changes) == ("update", {"name": ["Old", "New"]})


def test_a_deletion_keeps_what_the_record_said(working: Working) -> None:
    made = customer(working, name="Gone")
    with working() as session:
        session.delete(session.get_one(Customer, made))

    deleted = entries(working, made)[-1]

    assert deleted.action == "delete"
    assert deleted.changes["name"] == ["Gone", None]


def test_an_entry_names_who_acted(working: Working, tenant: Tenant) -> None:
    actor = Actor(
        id=new_id(), kind=ActorKind.USER, tenant_id=tenant.id, name="Bo", installation_id=new_id()
    )
    with working(actor=actor) as session:
        made = a_customer(session).id

    (entry,) = entries(working, made)

    assert (entry.actor_kind, entry.actor_id) == (ActorKind.USER, actor.id)
    assert entry.installation_id == actor.installation_id


def test_an_entry_of_a_request_names_user_request_and_address(
    working: Working, sign_in: Callable[..., Person]
) -> None:
    person = sign_in("dispatcher")
    answer = person.client.post("/api/v1/customers", json={"name": "Acme"})

    (entry,) = entries(working, UUID(answer.get_json()["id"]))

    assert (entry.actor_kind, entry.actor_id) == (ActorKind.USER, person.id)
    assert entry.request_id == answer.headers["X-Request-Id"]
    assert entry.address == "127.0.0.1"


def test_a_secret_is_named_but_never_shown(
    working: Working, client: ApiClient, sign_in: Callable[..., Person]
) -> None:
    person = sign_in("agent")
    with working() as session:
        session.get_one(User, person.id).password_hash = "a new hash"

    updated = entries(working, person.id)[-1]

    assert updated.changes == {"password_hash": []}
    shown = client.get(f"/api/v1/audit?entity_id={person.id}").get_data(as_text=True)
    assert "password_hash" in shown
    assert "a new hash" not in shown


def test_a_deleted_record_does_not_show_its_secret(
    working: Working, sign_in: Callable[..., Person]
) -> None:
    with working() as session:
        user = User(login=f"x{new_id().hex[-9:]}", display_name="X", password_hash="hashed")
        session.add(user)
        session.flush()
        session.delete(user)
        made = user.id

    assert entries(working, made)[-1].changes["password_hash"] == []


def test_what_was_undone_or_only_touched_leaves_no_entry(working: Working) -> None:
    made = customer(working)
    with pytest.raises(LookupError), working() as session:  # noqa: PT012
        session.get_one(Customer, made).name = "Undone"
        session.flush()
        raise LookupError
    with working() as session:
        changes.touch(session, session.get_one(Customer, made))

    assert [entry.action for entry in entries(working, made)] == ["insert"]


@pytest.mark.parametrize("table", ["audit_entry", "event"])
@pytest.mark.parametrize("change", ["UPDATE {} SET entity_kind = 'x'", "DELETE FROM {}"])
def test_the_trail_cannot_be_changed_by_the_application(
    working: Working, table: str, change: str
) -> None:
    customer(working)

    with pytest.raises(DBAPIError), working() as session:
        session.connection().exec_driver_sql(change.format(table))


@pytest.mark.parametrize("table", ["audit_entry", "event"])
@pytest.mark.parametrize("change", ["UPDATE {} SET entity_kind = 'x'", "DELETE FROM {}"])
def test_the_trail_cannot_be_changed_by_the_owner_by_mistake(
    working: Working, database_url: str, tenant: Tenant, table: str, change: str
) -> None:
    customer(working)
    owner = db.make_engine(database_url, as_owner=True)

    with pytest.raises(DBAPIError, match="append-only"), owner.begin() as connection:  # noqa: PT012
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL app.tenant_id = '{tenant.id}'")
        connection.exec_driver_sql(change.format(table))
    owner.dispose()
