"""When a reading was true: the device's word, unless its clock is known to be wrong.

``iot_gateway`` keeps both times; this says which of them counts.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

ALLOWED_LATENESS = timedelta(minutes=10)
"""Readings that arrive later are kept, but raise no alarm."""

_AHEAD = timedelta(minutes=2)
_BEHIND = timedelta(minutes=5)
_OLDEST = timedelta(days=30)
"""No device stores readings for longer: an older one comes from a clock that was never set."""
_WINDOW = timedelta(hours=6)
_PROOF = timedelta(hours=1)
_SAMPLES = 20
_SOME_SAMPLES = 5
_NEWS = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceClock:
    """What is known of a device's clock, from how late its readings arrive.

    A reading arrives at its clock's error plus its delay, and a delay is never negative: the
    least lag of a long while is the clock's error. (A median is not: a device that was offline
    sends a thousand old readings in a row, and they are late, not wrong.) ``floor`` is the
    least lag of this window, ``previous_floor`` of the one before.
    """

    first_at: datetime
    window_at: datetime
    samples: int
    floor: timedelta
    previous_floor: timedelta | None = None

    @property
    def lag(self) -> timedelta:
        """The least lag seen in this window and the one before."""
        if self.previous_floor is None:
            return self.floor
        return min(self.floor, self.previous_floor)

    def expects(self, device_at: datetime, received_at: datetime) -> bool:
        """Whether a reading is as most are: believed, in time, and nothing is learnt from it."""
        return (
            self.samples >= _SAMPLES
            and self.floor <= received_at - device_at <= ALLOWED_LATENESS
            and received_at - self.window_at < _WINDOW
            and self.lag <= _BEHIND
        )

    def is_news(self, kept: "DeviceClock | None") -> bool:
        """Whether a restart would miss what this knows beyond ``kept``."""
        if kept is None or kept.window_at != self.window_at:
            return True
        counted = min(self.samples, _SAMPLES) - kept.samples
        return counted >= _SOME_SAMPLES or kept.floor - self.floor >= _NEWS

    def skew(self, received_at: datetime) -> timedelta | None:
        """How far the clock is behind; None while too little is known."""
        is_known = self.previous_floor is not None or (
            self.samples >= _SAMPLES and received_at - self.first_at >= _PROOF
        )
        return self.lag if is_known else None


class Timing(NamedTuple):
    """When a reading was true, and whether the device's own word on it was overruled."""

    at: datetime
    is_suspect: bool
    lateness: timedelta

    @property
    def is_backfill(self) -> bool:
        """Whether it is too late to raise an alarm."""
        return self.lateness > ALLOWED_LATENESS


def observe(
    clock: DeviceClock | None, device_at: datetime, received_at: datetime
) -> DeviceClock | None:
    """What is known of the clock after one more reading; nonsense teaches nothing."""
    lag = received_at - device_at
    if not -_AHEAD <= lag <= _OLDEST:
        return clock
    if clock is None:
        return DeviceClock(first_at=received_at, window_at=received_at, samples=1, floor=lag)
    # A window lasts until it has seen enough: a device that was silent for days and then sends
    # what it stored is still judged by what was known before.
    if clock.samples >= _SAMPLES:
        if received_at - clock.window_at >= _WINDOW:
            return replace(
                clock, window_at=received_at, samples=1, floor=lag, previous_floor=clock.floor
            )
        if lag >= clock.floor:
            return clock  # The usual case: nothing to learn, so nothing is made.
    return replace(clock, samples=clock.samples + 1, floor=min(clock.floor, lag))


def settle(clock: DeviceClock | None, device_at: datetime | None, received_at: datetime) -> Timing:
    """When a reading was true; the time of receipt where the device's clock is wrong."""
    if device_at is None:
        return Timing(received_at, is_suspect=False, lateness=timedelta())
    lag = received_at - device_at
    skew = clock.skew(received_at) if clock is not None else None
    if not -_AHEAD <= lag <= _OLDEST or (skew is not None and skew > _BEHIND):
        return Timing(received_at, is_suspect=True, lateness=timedelta())
    return Timing(device_at, is_suspect=False, lateness=max(lag, timedelta()))
