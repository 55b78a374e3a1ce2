"""Facts about bookings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from server.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BookingEvent(Event):
    """A fact about one booking; ``entity_id`` is the booking."""

    type: ClassVar[str] = ""
    entity_kind: ClassVar[str] = "booking"

    work_order_id: UUID
    engineer_id: UUID
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class BookingConfirmed(BookingEvent):
    """An engineer will come at that time."""

    type: ClassVar[str] = "booking.confirmed"

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class EngineerTravelling(BookingEvent):
    """The engineer is on the way."""

    type: ClassVar[str] = "booking.travelling"


@dataclass(frozen=True, kw_only=True)
class EngineerArrived(BookingEvent):
    """The engineer is on site."""

    type: ClassVar[str] = "booking.arrived"


@dataclass(frozen=True, kw_only=True)
class BookingFinished(BookingEvent):
    """The engineer has left."""

    type: ClassVar[str] = "booking.finished"


@dataclass(frozen=True, kw_only=True)
class BookingCancelled(BookingEvent):
    """Nobody comes at that time."""

    type: ClassVar[str] = "booking.cancelled"
