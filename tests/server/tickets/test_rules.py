from __future__ import annotations

import pytest

from server.kernel.lifecycle import TransitionRefused
from server.tickets.rules import LIFECYCLE, TicketState, is_settled

ALLOWED = {
    ("open", "start"): "in_progress",
    ("open", "resolve"): "resolved",
    ("open", "cancel"): "cancelled",
    ("in_progress", "resolve"): "resolved",
    ("in_progress", "cancel"): "cancelled",
    ("resolved", "reopen"): "open",
    ("resolved", "close"): "closed",
}


@pytest.mark.parametrize("state", sorted(TicketState))
@pytest.mark.parametrize("action", ["start", "resolve", "reopen", "close", "cancel"])
def test_a_ticket_moves_exactly_as_the_table_says(state: str, action: str) -> None:
    if (state, action) in ALLOWED:
        assert LIFECYCLE.next_state(state, action) == ALLOWED[state, action]
    else:
        with pytest.raises(TransitionRefused):
            LIFECYCLE.next_state(state, action)


def test_the_table_knows_exactly_the_states_of_a_ticket() -> None:
    assert LIFECYCLE.states == set(TicketState)


def test_closed_and_cancelled_are_final() -> None:
    assert LIFECYCLE.final_states == {"closed", "cancelled"}


def test_only_open_and_started_tickets_wait_for_somebody() -> None:
    assert [state for state in TicketState if not is_settled(state)] == ["open", "in_progress"]
