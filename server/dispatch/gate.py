"""What lists of work orders show of bookings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from server.dispatch.models import Booking
from server.dispatch.rules import OPEN_STATES, BookingState
from server.workorders.api import WorkOrder

SHOWN = (
    Booking.id,
    Booking.engineer_id,
    Booking.starts_at,
    Booking.ends_at,
    Booking.state,
    Booking.revision,
)
NAMES = tuple(column.key for column in SHOWN)


class BookingsOfWork:
    """Fills the port ``Bookings`` of the work-orders room."""

    def of_work_orders(
        self, session: Session, work_order_ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        """Return the booking of each work order that has one: the open one, else the last done."""
        if not work_order_ids:
            return {}
        statement = (
            select(Booking.work_order_id, *SHOWN)
            .where(
                Booking.work_order_id.in_(work_order_ids), Booking.state != BookingState.CANCELLED
            )
            .order_by(Booking.state.in_(OPEN_STATES).asc(), Booking.ends_at, Booking.id)
        )
        return {
            work_order_id: dict(zip(NAMES, values, strict=True))
            for work_order_id, *values in session.execute(statement)
        }

    def is_booked_between(self, from_at: dt.datetime, until_at: dt.datetime) -> ColumnElement[bool]:
        """Whether a work order is booked in a stretch of time."""
        return exists(
            select(Booking.id).where(
                Booking.work_order_id == WorkOrder.id,
                Booking.state != BookingState.CANCELLED,
                Booking.ends_at > from_at,
                Booking.starts_at < until_at,
            )
        )
