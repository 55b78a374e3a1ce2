"""The devices' clocks while the gateway runs; what is learnt is kept with what it was learnt from.

Held in memory, because every reading asks; stored when a restart would miss it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from iot_gateway import rules
from iot_gateway.models import DeviceClockRow
from iot_gateway.rules import DeviceClock, Timing


class Clocks:
    """What is known of the clocks of all devices. Used by one thread."""

    def __init__(self) -> None:
        """Start with nothing in memory; ``opened`` reads what was kept."""
        self._known: dict[UUID, DeviceClock | None] = {}
        self._kept: dict[UUID, DeviceClock] = {}

    def opened(self, session: Session, device_ids: Iterable[UUID]) -> Lesson:
        """Return a lesson about these devices, after reading what is not in memory yet."""
        missing = [device_id for device_id in device_ids if device_id not in self._known]
        if missing:
            statement = select(DeviceClockRow).where(DeviceClockRow.id.in_(missing))
            found = {row.id: _clock_of(row) for row in session.scalars(statement)}
            self._kept |= found
            self._known |= dict.fromkeys(missing) | found
        return Lesson(self._known, self._kept)

    def adopt(self, lesson: Lesson) -> None:
        """Remember a lesson whose transaction was committed."""
        self._known |= lesson.learnt
        self._kept |= lesson.kept


class Lesson:
    """What one transaction learns of clocks; nothing, when it is rolled back."""

    def __init__(
        self, known: dict[UUID, DeviceClock | None], kept: dict[UUID, DeviceClock]
    ) -> None:
        """Begin where the transactions before ended."""
        self.learnt: dict[UUID, DeviceClock] = {}
        self.kept: dict[UUID, DeviceClock] = {}
        self._known = known
        self._kept = kept

    def clock_of(self, device_id: UUID) -> DeviceClock | None:
        """Return what is known of a device's clock by now."""
        return self.learnt.get(device_id) or self._known.get(device_id)

    def settle(
        self, device_id: UUID, device_at: dt.datetime | None, received_at: dt.datetime
    ) -> Timing:
        """Return when a reading was true, judged by the readings before it."""
        clock = self.clock_of(device_id)
        timing = rules.settle(clock, device_at, received_at)
        if device_at is not None:
            after = rules.observe(clock, device_at, received_at)
            if after is not None and after is not clock:
                self.learnt[device_id] = after
        return timing

    def keep(self, session: Session) -> None:
        """Store what a restart would miss, in the transaction of the readings."""
        self.kept = {
            device_id: clock
            for device_id, clock in self.learnt.items()
            if clock.is_news(self._kept.get(device_id))
        }
        for device_id, clock in self.kept.items():
            row = session.get(DeviceClockRow, device_id)
            if row is None:
                row = DeviceClockRow(id=device_id)
                session.add(row)
            row.first_at, row.window_at, row.samples = (
                clock.first_at,
                clock.window_at,
                clock.samples,
            )
            row.floor_seconds = clock.floor.total_seconds()
            before = clock.previous_floor
            row.previous_floor_seconds = None if before is None else before.total_seconds()


def _clock_of(row: DeviceClockRow) -> DeviceClock:
    before = row.previous_floor_seconds
    return DeviceClock(
        first_at=row.first_at,
        window_at=row.window_at,
        samples=row.samples,
        floor=dt.timedelta(seconds=row.floor_seconds),
        previous_floor=None if before is None else dt.timedelta(seconds=before),
    )
