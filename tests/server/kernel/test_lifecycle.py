from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.lifecycle import TransitionRefused, Workflow

DOOR = Workflow(
    initial="open",
    moves={
        ("open", "shut"): "shut",
        ("shut", "open"): "open",
        ("shut", "brick_up"): "wall",
    },
)


def test_an_action_leads_to_the_state_the_table_names() -> None:
    assert DOOR.next_state("open", "shut") == "shut"


def test_a_refusal_names_what_is_possible_instead() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        DOOR.next_state("shut", "shut")

    assert refusal.value.params == {
        "state": "shut",
        "action": "shut",
        "possible": ["brick_up", "open"],
    }


def test_a_refusal_is_a_conflict_with_a_stable_code() -> None:
    assert (TransitionRefused.code, TransitionRefused.status) == ("transition-refused", 409)


def test_a_state_no_action_leaves_is_final() -> None:
    assert DOOR.final_states == {"wall"}


def test_a_repeated_action_is_recognised_where_it_already_led() -> None:
    assert DOOR.is_already_done("shut", "shut")
    assert not DOOR.is_already_done("open", "shut")
    assert not DOOR.is_already_done("wall", "shut")


def test_a_state_nothing_leads_to_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="No action leads to lost"):
        Workflow(initial="open", moves={("open", "shut"): "shut", ("lost", "find"): "open"})


def test_a_workflow_cannot_be_changed_behind_its_back() -> None:
    table = {("open", "shut"): "shut"}
    workflow = Workflow(initial="open", moves=table)

    table["open", "shut"] = "elsewhere"

    assert workflow.next_state("open", "shut") == "shut"


@given(st.lists(st.sampled_from(sorted(DOOR.actions)), max_size=20))
def test_no_walk_leaves_the_states_of_the_table(walk: list[str]) -> None:
    state = DOOR.initial

    for action in walk:
        if action in DOOR.possible_actions(state):
            state = DOOR.next_state(state, action)
        else:
            with pytest.raises(TransitionRefused):
                DOOR.next_state(state, action)

        assert state in DOOR.states
