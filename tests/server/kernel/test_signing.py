"""Signed tokens: one purpose, one lifetime, and keys that can be changed while tokens live."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from pathlib import Path

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel import clock, signing
from server.kernel.settings import Settings, from_environment
from server.kernel.signing import TokenInvalid

OLD, NEW = "o" * 40, "n" * 40
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return keys(tmp_path_factory.mktemp("home"), OLD)


def keys(home: Path, *secrets: str) -> Settings:
    environ = {"TRUCKROLL_HOME": str(home), "TRUCKROLL_SECRET_KEYS": ",".join(secrets)}
    return from_environment(environ)


def test_a_token_gives_back_what_was_signed(settings: Settings) -> None:
    token = signing.sign(settings, "access", {"sub": "me"}, HOUR)

    assert signing.verify(settings, "access", token)["sub"] == "me"


def test_a_token_of_one_purpose_is_none_of_another(settings: Settings) -> None:
    token = signing.sign(settings, "stream", {"sub": "me"}, HOUR)

    with pytest.raises(TokenInvalid):
        signing.verify(settings, "access", token)


def test_a_purpose_written_into_the_token_does_not_help(settings: Settings) -> None:
    key = signing._key(OLD, "stream")
    forged = jwt.encode(
        {"aud": "access", "exp": clock.now() + HOUR, "sub": "me"}, key, algorithm="HS256"
    )

    with pytest.raises(TokenInvalid):
        signing.verify(settings, "access", forged)


def test_a_token_ends(settings: Settings) -> None:
    token = signing.sign(settings, "access", {}, HOUR)

    with clock.frozen(clock.now() + HOUR), pytest.raises(TokenInvalid, match="expired"):
        signing.verify(settings, "access", token)


def test_after_a_change_of_keys_old_tokens_still_hold_and_new_ones_use_the_new_key(
    settings: Settings,
) -> None:
    old_token = signing.sign(settings, "access", {"sub": "me"}, HOUR)
    rotated = dataclasses.replace(settings, secret_keys=(NEW, OLD))
    only_new = dataclasses.replace(settings, secret_keys=(NEW,))

    assert signing.verify(rotated, "access", old_token)["sub"] == "me"
    new_token = signing.sign(rotated, "access", {}, HOUR)
    assert signing.verify(only_new, "access", new_token)
    with pytest.raises(TokenInvalid):
        signing.verify(only_new, "access", old_token)


@pytest.mark.parametrize("missing", ["exp", "aud"])
def test_a_token_without_end_or_purpose_is_none(settings: Settings, missing: str) -> None:
    claims = {"aud": "access", "exp": clock.now() + HOUR}
    del claims[missing]
    token = jwt.encode(claims, signing._key(OLD, "access"), algorithm="HS256")

    with pytest.raises(TokenInvalid):
        signing.verify(settings, "access", token)


def test_a_token_without_signature_is_none(settings: Settings) -> None:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    end = int((clock.now() + HOUR).timestamp())
    token = f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'aud': 'access', 'exp': end})}."

    with pytest.raises(TokenInvalid):
        signing.verify(settings, "access", token)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_anything_else_is_refused_and_never_an_accident(settings: Settings, token: str) -> None:
    with pytest.raises(TokenInvalid):
        signing.verify(settings, "access", token)
