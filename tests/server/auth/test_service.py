"""What commands on tenants, users, roles, sessions and devices write and announce."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from server.auth import api, queries
from server.auth.authenticator import user_actor
from server.auth.errors import ExceedsOwnPermissions, LastAdmin, LoginTaken, TenantTaken
from server.auth.models import DeviceCredential, RefreshToken, Role, SigninFailure, User
from server.auth.service import roles, sessions, tenants, users
from server.kernel import clock
from server.kernel.actors import Actor, ActorKind, system
from server.kernel.audit import AuditEntry
from server.kernel.errors import InvalidInput, Unauthenticated
from server.kernel.events import EventRecord
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.platforms import PASSWORD


def a_user(session: Session, *names: str, **overrides: Any) -> User:
    values = {"login": f"user-{new_id().hex[-12:]}", "display_name": "Ana", "password": None}
    actor = system(session.info["unit"].tenant_id)
    return users.create_user(session, actor=actor, roles=list(names), **{**values, **overrides})


@contextmanager
def count_selects(session: Session) -> Iterator[list[str]]:
    """Collect the SELECT statements that a session sends to the database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lower().startswith("select"):
            statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def facts(session: Session, entity_id: Any) -> list[str]:
    session.flush()
    statement = select(EventRecord.type).where(EventRecord.entity_id == entity_id)
    return list(session.scalars(statement.order_by(EventRecord.id)))


def test_a_new_tenant_has_the_built_in_roles_with_what_the_modules_declare(
    session: Session, platform: Platform
) -> None:
    found = {
        role.name: role for role in queries.describe_roles(session, queries.list_roles(session))
    }

    assert set(found) == {
        "admin", "director", "dispatcher", "agent", "lead", "engineer", "storekeeper", "device",
        "customer",
    }  # fmt: skip
    for name, role in found.items():
        expected = {p for p, holders in platform.permissions.items() if name in holders}
        assert set(role.permissions) == expected


def test_an_upgrade_grants_new_permissions_but_gives_nothing_back(
    session: Session, actor: Actor, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = queries.find_role(session, "director")
    assert director is not None
    roles.set_permissions(session, actor=actor, role=director, permissions=["feed.desk"])
    monkeypatch.setitem(platform.permissions, "reports.read", frozenset({"director"}))

    roles.sync_roles(session)
    roles.sync_roles(session)

    assert queries.permissions_of_roles(session, [director.id])[director.id] == [
        "feed.desk",
        "reports.read",
    ]


def test_a_slug_belongs_to_one_tenant(platform: Platform, tenant: Tenant) -> None:
    with pytest.raises(TenantTaken), unit_of_work(platform, None) as session:
        api.create_tenant(session, slug=tenant.slug, name="Second", timezone="UTC")


@pytest.mark.parametrize("slug", ["", "Upper", "with space", "a/b", "-a", "+", "a" * 41])
def test_a_slug_can_stand_in_a_topic(platform: Platform, slug: str) -> None:
    with pytest.raises(InvalidInput), unit_of_work(platform, None) as session:
        api.create_tenant(session, slug=slug, name="Bad", timezone="UTC")


def test_the_first_start_makes_an_administrator_once(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenants, "FIRST_TENANT", f"first-{new_id().hex[-12:]}")

    with unit_of_work(platform, None) as session:
        password = api.ensure_admin(session)
    with unit_of_work(platform, None) as session:
        again = api.ensure_admin(session)

    assert password is not None
    assert len(password) >= 20
    assert again is None


def test_two_users_cannot_share_a_login(session: Session) -> None:
    a_user(session, login="ana")

    with pytest.raises(LoginTaken):
        a_user(session, login="ANA")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"login": "with space"}, "login"),
        ({"login": "a@b"}, "login"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"locale": "not a locale"}, "locale"),
    ],
)
def test_a_user_with_a_bad_field_is_refused_by_its_name(
    session: Session, change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        a_user(session, **change)

    assert list(refusal.value.params["errors"]) == [field]


def test_an_unknown_role_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput) as refusal:
        a_user(session, "agent", "wizard")

    assert refusal.value.params["errors"] == {"roles": ["Unknown: wizard."]}


def test_the_password_is_kept_as_argon2_and_never_in_the_audit_trail(session: Session) -> None:
    user = a_user(session, password=PASSWORD)
    first = user.password_hash
    users.set_password(
        session, actor=system(user.tenant_id), user=user, password="another horse battery"
    )
    session.flush()

    entries = session.scalars(select(AuditEntry).where(AuditEntry.entity_id == user.id)).all()
    assert first.startswith("$argon2id$")
    assert [entry.changes.get("password_hash") for entry in entries] == [None, []]
    assert "argon2" not in str([entry.changes for entry in entries])


def test_whoever_manages_users_cannot_make_anybody_stronger_than_himself(
    session: Session, actor: Actor
) -> None:
    roles.create_role(
        session, actor=actor, name="hr", title="HR", permissions=["users.manage", "users.read"]
    )
    hr = user_actor(session, a_user(session, "hr").id)
    admin = a_user(session, "admin")

    for attempt in (
        lambda: users.create_user(
            session, actor=hr, login="mine", display_name="M", password=None, roles=["admin"]
        ),
        lambda: users.change_user(
            session, actor=hr, user=queries.get_user(session, hr.id), roles=["admin"]
        ),
        lambda: users.set_password(session, actor=hr, user=admin, password=PASSWORD),
        lambda: users.disable_user(session, actor=hr, user=admin),
    ):
        with pytest.raises(ExceedsOwnPermissions):
            attempt()
    made = users.create_user(
        session, actor=hr, login="equal", display_name="E", password=None, roles=["hr"]
    )
    assert queries.roles_of(session, [made.id]) == {made.id: ["hr"]}


def test_the_last_admin_is_neither_disabled_nor_loses_the_role(
    session: Session, actor: Actor
) -> None:
    first, second = (a_user(session, "admin", password="a long secret") for _ in range(2))
    users.disable_user(session, actor=actor, user=first)

    with pytest.raises(LastAdmin):
        users.disable_user(session, actor=actor, user=second)
    with pytest.raises(LastAdmin):
        users.change_user(session, actor=actor, user=second, roles=["agent"])

    assert user_actor(session, second.id).may("roles.manage")


def test_disabling_a_user_ends_the_sessions_and_is_announced(
    session: Session, actor: Actor
) -> None:
    user = a_user(session, "agent")
    sessions.start_session(session, user_id=user.id, address="192.0.2.1")

    users.disable_user(session, actor=actor, user=user)
    users.enable_user(session, actor=actor, user=user)

    row = session.scalars(select(RefreshToken).where(RefreshToken.user_id == user.id)).one()
    session.refresh(row)
    assert row.revoked_at is not None
    assert facts(session, user.id) == ["user.signed_in", "user.disabled", "user.enabled"]


def test_a_new_password_ends_the_other_sessions(session: Session, actor: Actor) -> None:
    user = a_user(session, password=PASSWORD)
    for _ in range(2):
        sessions.start_session(session, user_id=user.id, address="")
    rows = session.scalars(select(RefreshToken).where(RefreshToken.user_id == user.id)).all()

    users.set_password(session, actor=actor, user=user, password=PASSWORD, keep=rows[0].id)

    session.expire_all()
    assert [row.revoked_at is None for row in rows] == [True, False]


def test_a_lost_phone_is_signed_out_by_its_installation(session: Session) -> None:
    user, lost = a_user(session), new_id()
    for installation_id in (lost, new_id()):
        sessions.start_session(
            session, user_id=user.id, address="", installation_id=installation_id
        )

    api.end_installation(session, installation_id=lost)

    session.expire_all()
    ended = session.scalars(select(RefreshToken).where(RefreshToken.revoked_at.is_not(None)))
    assert [row.installation_id for row in ended] == [lost]


def test_a_lost_phone_is_signed_out_by_the_session_it_was_heard_in(session: Session) -> None:
    user = a_user(session)
    for _ in range(2):
        sessions.start_session(session, user_id=user.id, address="")
    heard, other = session.scalars(select(RefreshToken).where(RefreshToken.user_id == user.id))

    api.end_installation(session, installation_id=new_id(), session_id=heard.id)

    assert (heard.revoked_at is None, other.revoked_at is None) == (False, True)


def test_an_access_token_is_good_for_nothing_once_its_session_has_ended(session: Session) -> None:
    user = a_user(session)
    sessions.start_session(session, user_id=user.id, address="")
    row = session.scalars(select(RefreshToken).where(RefreshToken.user_id == user.id)).one()
    assert user_actor(session, user.id, session_id=row.id).session_id == row.id

    sessions.end_session(session, session_id=row.id)
    session.flush()

    with pytest.raises(Unauthenticated):
        user_actor(session, user.id, session_id=row.id)
    assert user_actor(session, user.id).id == user.id


def test_refresh_tokens_are_kept_as_digests(session: Session) -> None:
    user = a_user(session)

    issued = sessions.start_session(session, user_id=user.id, address="")

    row = session.scalars(select(RefreshToken).where(RefreshToken.user_id == user.id)).one()
    assert issued.refresh_token not in str(row.__dict__)
    assert [len(digest) for digest in row.fresh_sha256s] == [64]


def test_sessions_that_ended_long_ago_are_dropped(session: Session) -> None:
    user = a_user(session)
    sessions.start_session(session, user_id=user.id, address="")
    with clock.frozen(clock.now() - dt.timedelta(days=70)):
        sessions.start_session(session, user_id=user.id, address="")
        sessions.record_failure(session, key="0" * 64)

    sessions.forget_old(session)

    kept = session.scalars(select(RefreshToken).where(RefreshToken.user_id == user.id)).all()
    assert len(kept) == 1
    assert session.scalars(select(SigninFailure).where(SigninFailure.key == "0" * 64)).all() == []


def test_what_every_request_asks_about_its_user_is_one_select(session: Session) -> None:
    user = a_user(session, "admin", "dispatcher", "engineer")

    with count_selects(session) as statements:
        found = user_actor(session, user.id, session_id=new_id())

    assert len(statements) == 1
    assert found.permissions == queries.permissions_of(session, user.id)


def test_a_user_of_another_tenant_is_nobody_here(
    session: Session, platform: Platform, other_tenant: Tenant
) -> None:
    user = a_user(session, "admin")
    session.flush()
    session.info["unit"].tenant_id = other_tenant.id

    with pytest.raises(Unauthenticated):
        user_actor(session, user.id)


def test_a_device_proves_itself_with_its_token(
    session: Session, tenant: Tenant, platform: Platform
) -> None:
    device_id = new_id()
    token = api.issue_device_credential(session, device_id=device_id, device_name="boiler-7")

    identity = api.authenticate_device(session, token)

    assert identity is not None
    assert (identity.device_id, identity.device_name) == (device_id, "boiler-7")
    assert (identity.tenant_id, identity.tenant_slug) == (tenant.id, tenant.slug)
    assert api.device_actor(session, identity).kind is ActorKind.DEVICE
    row = session.get_one(DeviceCredential, identity.credential_id)
    assert token not in str(row.__dict__)
    assert facts(session, device_id) == ["device.credential_issued"]


def test_a_device_may_hold_two_tokens_until_they_are_revoked(session: Session) -> None:
    device_id = new_id()
    held = [
        api.issue_device_credential(session, device_id=device_id, device_name="pump")
        for _ in range(2)
    ]
    before = [api.authenticate_device(session, token) for token in held]

    revoked = api.revoke_device_credentials(session, device_id=device_id)

    assert revoked == 2
    assert all(before)
    assert [api.authenticate_device(session, token) for token in held] == [None, None]
    assert api.authenticate_device(session, "trd_unknown") is None


def test_another_tenant_cannot_revoke_or_rename_a_device(
    working: Callable[..., Any], platform: Platform, other_tenant: Tenant
) -> None:
    device_id = new_id()
    with working() as session:
        token = api.issue_device_credential(session, device_id=device_id, device_name="fan")

    with unit_of_work(platform, other_tenant.id) as session:
        revoked = api.revoke_device_credentials(session, device_id=device_id)
        api.rename_device(session, device_id=device_id, device_name="stolen")

    with unit_of_work(platform, None, write=False) as session:
        identity = api.authenticate_device(session, token)
    assert revoked == 0
    assert identity is not None
    assert identity.device_name == "fan"


def test_a_renamed_device_keeps_its_token(session: Session) -> None:
    device_id = new_id()
    token = api.issue_device_credential(session, device_id=device_id, device_name="old")

    api.rename_device(session, device_id=device_id, device_name="new")

    identity = api.authenticate_device(session, token)
    assert identity is not None
    assert identity.device_name == "new"


def test_the_audit_trail_names_each_permission_given_and_taken(
    session: Session, actor: Actor
) -> None:
    role = queries.find_role(session, "device")
    assert isinstance(role, Role)
    revision = role.revision

    roles.set_permissions(session, actor=actor, role=role, permissions=["audit.read"])
    roles.set_permissions(session, actor=actor, role=role, permissions=[])

    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.entity_kind == "role_permission")
    ).all()
    kept = {
        entry.action: entry.changes
        for entry in entries
        if "audit.read" in entry.changes["permission"] and str(role.id) in entry.changes["role_id"]
    }
    assert kept == {
        "insert": {"role_id": [None, str(role.id)], "permission": [None, "audit.read"]},
        "delete": {"role_id": [str(role.id), None], "permission": ["audit.read", None]},
    }
    assert role.revision == revision + 2
