"""What two at once must not break; on both databases."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server.auth import api, passwords, queries, signin
from server.auth.errors import LastAdmin, RefreshTokenReused, SignInRefused
from server.auth.models import RefreshToken
from server.auth.tokens import digest
from server.kernel.actors import Actor
from server.kernel.errors import DomainError
from server.kernel.modules import Platform
from server.kernel.session import Origin
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work
from tests.platforms import PASSWORD, Person

HERE = Origin(address="192.0.2.9")
SignIn = Callable[..., Person]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run all works at the same time and return what each gave or raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except DomainError as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_many_requests_with_one_refresh_token_all_get_an_answer(
    platform: Platform,
    sign_in: SignIn,
    tokens_of: Callable[..., dict[str, Any]],
    working: Callable[..., Any],
) -> None:
    token = tokens_of(sign_in("engineer"))["refresh_token"]

    answers = at_once(*[lambda: signin.refresh(platform, token=token, origin=HERE)] * 5)

    session_id = UUID(bytes=urlsafe_b64decode(token.removeprefix("trr_") + "==")[16:32])
    with working(write=False) as session:
        fresh = session.get_one(RefreshToken, session_id).fresh_sha256s
    assert sorted(fresh) == sorted(digest(answer.refresh_token) for answer in answers)


def test_of_two_tokens_that_replace_one_only_the_first_used_goes_on(
    platform: Platform, sign_in: SignIn, tokens_of: Callable[..., dict[str, Any]]
) -> None:
    token = tokens_of(sign_in("engineer"))["refresh_token"]
    rivals = [signin.refresh(platform, token=token, origin=HERE).refresh_token for _ in range(2)]

    results = at_once(
        *[partial(signin.refresh, platform, token=rival, origin=HERE) for rival in rivals]
    )

    assert sorted(isinstance(result, RefreshTokenReused) for result in results) == [False, True]


def test_two_administrators_who_disable_each_other_leave_one(
    platform: Platform, sign_in: SignIn, tenant: Tenant, actor: Actor
) -> None:
    first, second = sign_in("admin"), sign_in("admin")

    def disable(person: Person) -> str:
        with unit_of_work(platform, tenant.id) as session:
            user = queries.lock_user(session, person.id)
            return api.disable_user(session, actor=actor, user=user).login

    results = at_once(lambda: disable(first), lambda: disable(second))

    assert sorted(isinstance(result, LastAdmin) for result in results) == [False, True]


def test_the_old_password_lets_nobody_in_who_was_checked_while_it_was_replaced(
    platform: Platform,
    tenant: Tenant,
    sign_in: SignIn,
    actor: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, is_right = sign_in("dispatcher"), passwords.is_right

    def replaced_meanwhile(kept: str, password: str) -> bool:
        answer = is_right(kept, password)
        with unit_of_work(platform, tenant.id) as session:
            user = queries.lock_user(session, person.id)
            api.set_password(session, actor=actor, user=user, password="another long secret")
        return answer

    monkeypatch.setattr(passwords, "is_right", replaced_meanwhile)
    with pytest.raises(SignInRefused):
        signin.sign_in(
            platform, login=f"{person.login}@{tenant.slug}", password=PASSWORD, origin=HERE
        )

    with unit_of_work(platform, tenant.id, write=False) as session:
        alive = select(RefreshToken.id).where(
            RefreshToken.user_id == person.id, RefreshToken.revoked_at.is_(None)
        )
        assert session.scalars(alive).all() == []
