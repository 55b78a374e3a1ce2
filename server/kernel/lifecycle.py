"""Lifecycles as tables: which action leads from which state to which; pure, knows no ticket."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from server.kernel.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping


class TransitionRefused(DomainError):
    code = "transition-refused"
    status = 409


@dataclass(frozen=True)
class Workflow:
    """The states of one kind of record and the actions that move it; refuses to exist when broken.

    An administrator's own workflow is read from rows into the same value, so the checks here are
    what stands between a typing mistake and a record nobody can ever move again.
    """

    initial: str
    moves: Mapping[tuple[str, str], str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "moves", MappingProxyType(dict(self.moves)))
        if unreachable := self.states - self._reachable():
            message = f"No action leads to {', '.join(sorted(unreachable))}."
            raise ValueError(message)

    @property
    def states(self) -> frozenset[str]:
        named = {state for state, _ in self.moves} | set(self.moves.values())
        return frozenset(named | {self.initial})

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(action for _, action in self.moves)

    @property
    def final_states(self) -> frozenset[str]:
        """The states no action leaves."""
        return self.states - {state for state, _ in self.moves}

    def possible_actions(self, state: str) -> list[str]:
        """What can be done from ``state``, in alphabetical order."""
        return sorted(action for origin, action in self.moves if origin == state)

    def next_state(self, state: str, action: str) -> str:
        """The state ``action`` leads to; refuses by naming what is possible instead."""
        try:
            return self.moves[state, action]
        except KeyError:
            detail = f"{action!r} is not possible from {state!r}."
            raise TransitionRefused(
                detail, state=state, action=action, possible=self.possible_actions(state)
            ) from None

    def is_already_done(self, state: str, action: str) -> bool:
        """Whether ``state`` is where ``action`` leads anyway: a repeated command, not a mistake."""
        targets = {target for (_, name), target in self.moves.items() if name == action}
        return targets == {state} and (state, action) not in self.moves

    def _reachable(self) -> frozenset[str]:
        seen = {self.initial}
        frontier = [self.initial]
        while frontier:
            origin = frontier.pop()
            found = {to for (state, _), to in self.moves.items() if state == origin} - seen
            seen |= found
            frontier.extend(found)
        return frozenset(seen)
