"""Names, passwords, throttle, origins: decisions that need no database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.auth import passwords, rules

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dispatcher@demo", ("dispatcher", "demo")),
        ("  Dispatcher@DEMO ", ("dispatcher", "demo")),
        ("a.b-c_d@demo-cn", ("a.b-c_d", "demo-cn")),
        ("dispatcher", None),
        ("@demo", None),
        ("dispatcher@", None),
        ("a@b@demo", None),
        ("dispatcher@dem o", None),
        (".a@demo", None),
        ("a" * 65 + "@demo", None),
        ("\u0131@demo", None),
    ],
)
def test_a_login_names_a_user_and_a_tenant(text: str, expected: tuple[str, str] | None) -> None:
    name = rules.full_login(text)

    assert (name and (name.login, name.slug)) == expected


@pytest.mark.parametrize(
    ("password", "is_fine"),
    [
        ("correct horse battery", True),
        ("拆装工具箱在货车后面的架子上", True),
        ("elevenchars", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("x" * 150 + "abcdef" * 20, False),
        ("samantha.lee", False),
        ("samantha.leesamantha.lee", False),
        ("samantha.lee rides", True),
    ],
)
def test_a_new_password_needs_length_and_variety(password: str, is_fine: bool) -> None:  # noqa: FBT001
    assert (rules.password_weakness(password, "samantha.lee") is None) is is_fine


def test_a_password_is_the_same_however_its_letters_were_composed() -> None:
    kept = passwords.hash_password("Caf\u00e9 com leite")

    assert passwords.is_right(kept, "Cafe\u0301 com leite")


def test_a_user_without_password_cannot_be_guessed() -> None:
    assert not passwords.is_right("", "the password of nobody")


def test_failures_are_counted_per_login_and_address() -> None:
    keys = {
        rules.attempt_key(login, address)
        for login in ("a@demo", "b@demo")
        for address in ("192.0.2.1", "192.0.2.2")
    }

    assert len(keys) == 4


@pytest.mark.parametrize(
    ("address", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "192.0.2.1", False),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address: str, other: str, is_same: bool) -> None:  # noqa: FBT001
    same = rules.attempt_key("A@demo ", address) == rules.attempt_key("a@demo", other)

    assert same is is_same


@given(st.lists(st.integers(0, 18), min_size=7, max_size=30))
def test_the_wait_is_exactly_until_one_of_ten_failures_is_forgotten(minutes: list[int]) -> None:
    failures = [NOON - minute * MINUTE for minute in minutes]

    wait = rules.wait_seconds(failures, NOON)

    then = NOON + dt.timedelta(seconds=wait)
    assert (wait > 0) == (sum(minute < 15 for minute in minutes) >= 10)
    assert rules.wait_seconds(failures, then) == 0


@pytest.mark.parametrize(
    ("origin", "public_url", "is_own"),
    [
        ("https://desk.example", "https://desk.example", True),
        ("https://desk.example:443", "https://desk.example", True),
        ("http://desk.example", "https://desk.example", False),
        ("https://evil.example", "https://desk.example", False),
        ("https://desk.example.evil", "https://desk.example", False),
        ("http://localhost:8080", "http://127.0.0.1:8080", True),
        ("http://[::1]:8080", "http://127.0.0.1:8080", True),
        ("http://localhost:9999", "http://127.0.0.1:8080", False),
        ("http://localhost:8080", "https://desk.example", False),
        ("null", "http://127.0.0.1:8080", False),
        ("", "http://127.0.0.1:8080", False),
        ("http://[", "http://127.0.0.1:8080", False),
    ],
)
def test_a_cookie_counts_only_from_our_own_pages(
    origin: str,
    public_url: str,
    is_own: bool,  # noqa: FBT001
) -> None:
    assert rules.is_same_origin(origin, public_url) is is_own


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081/api/v1/stream"),
        ("http://[::1]:8080", "http://[::1]:8081/api/v1/stream"),
        ("https://desk.example", "https://desk.example/api/v1/stream"),
        ("http://desk.example", "http://desk.example/api/v1/stream"),
    ],
)
def test_the_stream_has_its_own_port_unless_a_proxy_makes_one_origin(
    public_url: str, expected: str
) -> None:
    assert rules.stream_url(public_url, 8080, 8081) == expected


def test_nobody_may_give_more_than_he_holds() -> None:
    assert rules.covers({"a", "b"}, {"a"})
    assert not rules.covers({"a"}, {"a", "b"})
