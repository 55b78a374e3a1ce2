from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.lifecycle import TransitionRefused
from server.workorders.rules import (
    LIFECYCLE,
    Answer,
    RangeFlag,
    Task,
    TaskKind,
    WorkOrderState,
    answer_problem,
    canonical_json,
    is_answered,
    open_tasks,
    range_flag,
    sign_off_digest,
)

ALLOWED = {
    ("draft", "release"): "ready",
    ("draft", "cancel"): "cancelled",
    ("ready", "start"): "in_progress",
    ("ready", "cancel"): "cancelled",
    ("in_progress", "pause"): "on_hold",
    ("in_progress", "complete"): "done",
    ("in_progress", "cancel"): "cancelled",
    ("on_hold", "start"): "in_progress",
    ("on_hold", "release"): "ready",
    ("on_hold", "cancel"): "cancelled",
}
CHECK = Task(id=UUID(int=1), kind=TaskKind.CHECK)
READING = Task(id=UUID(int=2), kind=TaskKind.READING, minimum=Decimal(2), maximum=Decimal(8))
CHOICE = Task(id=UUID(int=3), kind=TaskKind.CHOICE, choices=("worn", "broken"))
PHOTO = Task(id=UUID(int=4), kind=TaskKind.PHOTO)
OPTIONAL = Task(id=UUID(int=5), kind=TaskKind.TEXT, is_required=False)

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("state", sorted(WorkOrderState))
@pytest.mark.parametrize("action", ["release", "start", "pause", "complete", "cancel"])
def test_a_work_order_moves_exactly_as_the_table_says(state: str, action: str) -> None:
    if (state, action) in ALLOWED:
        assert LIFECYCLE.next_state(state, action) == ALLOWED[state, action]
    else:
        with pytest.raises(TransitionRefused):
            LIFECYCLE.next_state(state, action)


def test_the_table_knows_exactly_the_states_of_a_work_order() -> None:
    assert LIFECYCLE.states == set(WorkOrderState)


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        ("1.999", RangeFlag.BELOW),
        ("2", RangeFlag.IN_RANGE),
        ("8", RangeFlag.IN_RANGE),
        ("8.001", RangeFlag.ABOVE),
    ],
)
def test_the_limits_of_a_reading_are_still_in_range(value: str, flag: RangeFlag) -> None:
    assert range_flag(Decimal(value), minimum=Decimal(2), maximum=Decimal(8)) is flag


def test_a_reading_without_limits_says_so() -> None:
    assert range_flag(Decimal(5)) is RangeFlag.UNLIMITED


def test_one_limit_is_enough_to_be_out_of_range() -> None:
    assert range_flag(Decimal(1), minimum=Decimal(2)) is RangeFlag.BELOW
    assert range_flag(Decimal(3), maximum=Decimal(2)) is RangeFlag.ABOVE


@pytest.mark.parametrize(
    ("task", "answer", "problem"),
    [
        (CHECK, Answer(value=True), None),
        (CHECK, Answer(value="yes"), "yes-or-no-required"),
        (READING, Answer(value=Decimal(99)), None),
        (READING, Answer(value="99"), "number-required"),
        (READING, Answer(value=Decimal("NaN")), "number-required"),
        (CHOICE, Answer(value="worn"), None),
        (CHOICE, Answer(value="lost"), "not-a-choice"),
        (PHOTO, Answer(value=Decimal(1)), "text-required"),
        (PHOTO, Answer(), None),
        (READING, Answer(is_not_applicable=True), "remark-required"),
        (READING, Answer(is_not_applicable=True, remark="no gauge fitted"), None),
    ],
)
def test_an_answer_fits_its_task_or_names_the_problem(
    task: Task, answer: Answer, problem: str | None
) -> None:
    assert answer_problem(task, answer) == problem


@pytest.mark.parametrize(
    ("task", "answer", "answered"),
    [
        (CHECK, None, False),
        (CHECK, Answer(), False),
        (CHECK, Answer(value=False), False),
        (CHECK, Answer(value=True), True),
        (READING, Answer(value=Decimal(0)), True),
        (CHOICE, Answer(value="lost"), False),
        (PHOTO, Answer(value=" "), False),
        (READING, Answer(is_not_applicable=True), False),
        (READING, Answer(is_not_applicable=True, remark="no gauge fitted"), True),
    ],
)
def test_a_task_is_answered_when_nothing_more_is_needed(
    task: Task, answer: Answer | None, *, answered: bool
) -> None:
    assert is_answered(task, answer) is answered


def test_required_tasks_without_answer_stand_in_the_way_in_order() -> None:
    answers = {READING.id: Answer(value=Decimal(99))}

    assert open_tasks([PHOTO, OPTIONAL, READING, CHECK], answers) == [PHOTO.id, CHECK.id]


def test_the_canonical_form_is_the_one_of_the_standard() -> None:
    # The key order of RFC 8785 §3.2.3, without its floating-point values.
    document = {
        "€": 1,
        "\r": 2,
        "\ufb33": 3,
        "1": 4,
        "\U0001f600": 5,
        "\u0080": 6,
        "\u00f6": 7,
    }

    keys = list(json.loads(canonical_json(document)))

    assert keys == ["\r", "1", "\u0080", "\u00f6", "€", "\U0001f600", "\ufb33"]


def test_the_digest_is_the_hash_of_the_canonical_bytes() -> None:
    document = {"signer": "Zoë", "parts": ["a\tb"], "revision": 3}
    expected = '{"parts":["a\\tb"],"revision":3,"signer":"Zoë"}'.encode()

    assert canonical_json(document) == expected
    assert sign_off_digest(document) == hashlib.sha256(expected).hexdigest()


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal(1), b"x", {1: "x"}, object()])
def test_what_another_language_would_write_differently_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json({"value": value})


def test_an_integer_a_browser_would_round_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        canonical_json(2**53)


@given(st.dictionaries(st.text(), plain_values, max_size=5))
def test_the_digest_ignores_the_order_of_keys_only(document: dict[str, Any]) -> None:
    turned = dict(reversed(document.items()))

    assert sign_off_digest(turned) == sign_off_digest(document)
    assert json.loads(canonical_json(document)) == document
    assert sign_off_digest({**document, "extra": 1}) != sign_off_digest(document) or (
        document.get("extra") == 1 and document.get("extra") is not True
    )
