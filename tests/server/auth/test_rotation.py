"""Refresh tokens rotate with grace: a lost answer costs nothing, a copied token is found out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.auth.rules import MAX_FRESH, TokenFamily, rotated


@dataclass
class Server:
    """What is kept of one session; it ends with the first reuse."""

    family: TokenFamily
    is_ended: bool = False

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def refresh(self, presented: str) -> str | None:
        """Answer with the next token, or refuse."""
        successor = f"token {next(self._numbers)}"
        family = None if self.is_ended else rotated(self.family, presented, successor)
        if family is None:
            self.is_ended = True
            return None
        self.family = family
        return successor


def a_server() -> Server:
    return Server(TokenFamily(used=None, fresh=("token 0",)))


@given(st.lists(st.booleans(), max_size=60))
def test_a_client_that_loses_answers_is_never_refused(arrives: list[bool]) -> None:
    server, held = a_server(), "token 0"

    for answer_arrives in arrives:
        answer = server.refresh(held)
        assert answer is not None
        held = answer if answer_arrives else held

    assert not server.is_ended


@given(
    before=st.integers(0, 5),
    turns=st.lists(st.sampled_from(["owner", "thief"]), min_size=1, max_size=20),
)
def test_a_copied_token_ends_the_session_once_both_have_come_twice(
    before: int, turns: list[str]
) -> None:
    server, held = a_server(), {"owner": "token 0", "thief": "token 0"}
    for _ in range(before):
        held["owner"] = server.refresh(held["owner"]) or ""
    held["thief"] = held["owner"]

    for who in turns:
        held[who] = server.refresh(held[who]) or held[who]

    came = {who: turns.count(who) for who in held}
    assert server.is_ended or min(came.values()) < 2


@given(age=st.integers(2, 10))
def test_a_token_older_than_the_previous_one_ends_the_session(age: int) -> None:
    server, seen = a_server(), ["token 0"]
    for _ in range(age):
        seen.append(server.refresh(seen[-1]) or "")

    assert server.refresh(seen[0]) is None
    assert server.is_ended


def test_the_previous_token_is_good_until_the_new_one_is_used() -> None:
    server = a_server()
    first = server.refresh("token 0")
    second = server.refresh("token 0")

    assert server.refresh(second or "") is not None
    assert server.refresh(first or "") is None


@given(st.integers(1, 40))
def test_what_is_kept_of_a_session_stays_small(repeats: int) -> None:
    server = a_server()

    for _ in range(repeats):
        server.refresh("token 0")

    assert len(server.family.fresh) <= MAX_FRESH


@pytest.mark.parametrize("forged", ["", "token 99"])
def test_a_token_that_was_never_issued_is_refused(forged: str) -> None:
    assert a_server().refresh(forged) is None
