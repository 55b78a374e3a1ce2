"""What a stream says: request heads, answers and the first event of a returning console."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.stream import wire
from server.stream.heights import Height


@pytest.mark.parametrize(
    ("last_event_id", "event"),
    [
        ("", b"event: poke"),
        ("e1:41", b"event: poke"),
        ("e1:42", b""),
        ("e1:43", b""),
        ("e0:42", b"event: resync"),
        ("e1:-1", b"event: resync"),
        ("nonsense", b"event: resync"),
        ("e1:", b"event: resync"),
    ],
)
def test_a_returning_console_hears_what_it_missed(last_event_id: str, event: bytes) -> None:
    first = wire.event_after(last_event_id, Height("e1", 42))

    assert (event in first) if event else (first == b"")


def test_a_console_far_behind_starts_afresh() -> None:
    height = Height("e1", wire.RESYNC_BEHIND + 1)

    assert b"event: poke" in wire.event_after("e1:1", height)
    assert b"event: resync" in wire.event_after("e1:0", height)


def test_nothing_is_said_of_a_height_nobody_knows() -> None:
    assert wire.event_after("e1:1", None) == b""


def test_a_poke_carries_its_id_and_the_height_only() -> None:
    lines = wire.poke(Height("e1", 7)).decode().split("\n")

    assert lines[:2] == ["id: e1:7", "event: poke"]
    assert json.loads(lines[2].removeprefix("data: ")) == {"height": 7}


@given(st.binary(max_size=300))
def test_any_request_head_is_read_or_refused(head: bytes) -> None:
    try:
        request = wire.Request.parse(head)
    except ValueError:
        return

    assert all(name == name.lower() for name in request.headers)


def test_a_refusal_is_a_problem() -> None:
    text = wire.refusal(401, "unauthenticated").decode()

    head, _, body = text.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 401 Unauthorized\r\n")
    assert "Content-Type: application/problem+json" in head
    assert json.loads(body)["code"] == "unauthenticated"
