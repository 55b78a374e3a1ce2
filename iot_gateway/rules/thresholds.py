"""Whether a reading raises or clears an alarm: a limit with hysteresis and delays.

All times are the readings' own, so the same readings give the same alarms whenever they are
evaluated. The state is a value; whoever evaluates stores it.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf
from typing import Any, NamedTuple

from iot_gateway.rules.clocks import ALLOWED_LATENESS


class Comparator(StrEnum):
    """On which side of the limit a value is bad."""

    GREATER = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="


_COMPARE: dict[Comparator, Callable[[float, float], bool]] = {
    Comparator.GREATER: operator.gt,
    Comparator.AT_LEAST: operator.ge,
    Comparator.LESS: operator.lt,
    Comparator.AT_MOST: operator.le,
}
_UPWARDS = frozenset({Comparator.GREATER, Comparator.AT_LEAST})
# Slower than this no time is replayed, and a delay must stay one that a timedelta can hold.
_SLOWEST = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRule:
    """Raise when a value stays beyond ``raise_at``, clear when it stays back behind ``clear_at``.

    Between the two limits nothing changes. The delays are how long it must stay there.
    """

    comparator: Comparator
    raise_at: float
    clear_at: float
    on_delay_seconds: float = 0.0
    off_delay_seconds: float = 0.0
    allowed_lateness: timedelta = ALLOWED_LATENESS

    def __post_init__(self) -> None:
        gap = self.raise_at - self.clear_at
        if self.comparator not in _UPWARDS:
            gap = -gap
        if not gap >= 0:
            raise ValueError("The limit to clear lies beyond the limit to raise.")
        if not (self.on_delay_seconds >= 0 and self.off_delay_seconds >= 0):
            raise ValueError("A delay is not negative.")

    def is_beyond(self, value: float) -> bool:
        """Whether ``value`` is bad enough to raise."""
        return _COMPARE[self.comparator](value, self.raise_at)

    def is_back(self, value: float) -> bool:
        """Whether ``value`` is good enough to clear."""
        return not _COMPARE[self.comparator](value, self.clear_at)


def hurried(rule: ThresholdRule, meta: Mapping[str, Any]) -> ThresholdRule:
    """Return the rule for readings of a replay: time goes faster there, so it waits less.

    ``meta.speed`` says how much faster; nonsense counts as not said.
    """
    speed = as_number(meta.get("speed"))
    if speed is None or not _SLOWEST <= speed < inf or speed == 1:
        return rule
    return replace(
        rule,
        on_delay_seconds=rule.on_delay_seconds / speed,
        off_delay_seconds=rule.off_delay_seconds / speed,
    )


class Phase(StrEnum):
    """Where a rule stands for one device."""

    NORMAL = "normal"
    RAISING = "raising"
    ACTIVE = "active"
    CLEARING = "clearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """Where a rule stands, since when it waits for its delay, and the latest reading it saw."""

    phase: Phase = Phase.NORMAL
    since: datetime | None = None
    last_at: datetime | None = None


class Move(StrEnum):
    """What happened to the alarm."""

    RAISED = "raised"
    CLEARED = "cleared"


class Transition(NamedTuple):
    """An alarm raised or cleared by the reading of ``at``; it was so from ``since`` on."""

    move: Move
    at: datetime
    since: datetime
    value: float


def step(
    rule: ThresholdRule, state: RuleState, reading_at: datetime, value: float
) -> tuple[RuleState, Transition | None]:
    """Take one reading into account.

    An alarm is raised by the first reading that finds the delay over; silence raises none.
    """
    if state.last_at is not None and reading_at < state.last_at:
        return _step_back(rule, state, reading_at, value), None
    is_active = state.phase in {Phase.ACTIVE, Phase.CLEARING}
    leaves = rule.is_back(value) if is_active else rule.is_beyond(value)
    if not leaves:
        phase = Phase.ACTIVE if is_active else Phase.NORMAL
        return RuleState(phase=phase, last_at=reading_at), None
    since = state.since or reading_at
    delay = rule.off_delay_seconds if is_active else rule.on_delay_seconds
    if reading_at - since < timedelta(seconds=delay):
        phase = Phase.CLEARING if is_active else Phase.RAISING
        return RuleState(phase=phase, since=since, last_at=reading_at), None
    phase = Phase.NORMAL if is_active else Phase.ACTIVE
    move = Move.CLEARED if is_active else Move.RAISED
    state = RuleState(phase=phase, last_at=reading_at)
    return state, Transition(move, reading_at, since, value)


def _step_back(
    rule: ThresholdRule, state: RuleState, reading_at: datetime, value: float
) -> RuleState:
    """Take a reading into account that is older than the latest one.

    It cannot say how things are now, but it can prove that the value did not stay where the
    delay needs it: then the wait starts again at the latest reading. Too old, it says nothing.
    """
    last_at, since = state.last_at, state.since
    if last_at is None or since is None or reading_at < since:
        return state
    if last_at - reading_at > rule.allowed_lateness:
        return state
    is_clearing = state.phase is Phase.CLEARING
    stayed = rule.is_back(value) if is_clearing else rule.is_beyond(value)
    return state if stayed else replace(state, since=last_at)


def as_number(value: Any) -> float | None:
    """A reading's value as a limit sees it: switches are 0 and 1, texts are nothing."""
    return float(value) if isinstance(value, (int, float)) else None
