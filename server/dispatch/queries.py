"""Reads of the dispatch room."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.dispatch.models import Booking, Proposal
from server.dispatch.rules import OPEN_STATES, BookingState, Busy, Position
from server.kernel import geo
from server.kernel.actors import Actor
from server.kernel.errors import NotFound
from server.places.api import Site
from server.workforce import api as workforce
from server.workforce.rules import Span
from server.workorders import api as workorders
from server.workorders.api import WorkOrder, lock_work_order

Record = TypeVar("Record", Booking, Proposal)

BOOKING_COLUMNS: tuple[Any, ...] = (
    Booking.id,
    Booking.work_order_id,
    Booking.engineer_id,
    Booking.starts_at,
    Booking.ends_at,
    Booking.state,
    Booking.travel_seconds,
    Booking.proposal_id,
    Booking.override_reason,
    Booking.cancel_reason,
    Booking.travelling_at,
    Booking.on_site_at,
    Booking.finished_at,
    Booking.cancelled_at,
    Booking.revision,
)
WORK_NAMES = (
    "id",
    "number",
    "title",
    "state",
    "priority",
    "due_at",
    "duration_minutes",
    "ticket_id",
    "ticket_number",
    "site_id",
    "site_name",
    "position",
    "asset_name",
    "skills",
    "revision",
)
# Long enough for the day's earlier stops to count, whatever the shift.
LOOK_BACK = dt.timedelta(hours=24)


def get_booking(session: Session, booking_id: UUID) -> Booking:
    """Return a booking; raises NotFound."""
    return _get(session, Booking, booking_id)


def get_visible_booking(session: Session, actor: Actor, booking_id: UUID) -> Booking:
    """Return a booking the actor may see: the desk any, an engineer the own; raises NotFound."""
    booking = get_booking(session, booking_id)
    if not actor.may("feed.desk") and booking.engineer_user_id != actor.id:
        raise NotFound("There is no such booking.", booking_id=str(booking_id))
    return booking


def lock_booking(session: Session, booking_id: UUID) -> Booking:
    """Return a booking for a change, its work order locked before it; raises NotFound.

    Work that starts or ends moves its booking: everybody locks in that order.
    """
    known = get_booking(session, booking_id)
    lock_work_order(session, known.work_order_id)
    return _get(session, Booking, booking_id, lock=True)


def get_proposal(session: Session, proposal_id: UUID) -> Proposal:
    """Return the record of a ranking; raises NotFound."""
    return _get(session, Proposal, proposal_id)


def find_proposal(session: Session, proposal_id: UUID, work_order_id: UUID) -> Proposal | None:
    """Return the record of a ranking if it was made for that work order, or None."""
    statement = select(Proposal).where(
        Proposal.id == proposal_id, Proposal.work_order_id == work_order_id
    )
    return session.scalars(statement).one_or_none()


def find_open_booking(
    session: Session, work_order_id: UUID, *, lock: bool = False
) -> Booking | None:
    """Return the booking of a work order that is neither finished nor cancelled, or None."""
    statement = select(Booking).where(
        Booking.work_order_id == work_order_id, Booking.state.in_(OPEN_STATES)
    )
    if lock:
        statement = statement.with_for_update()
    return session.scalars(statement).one_or_none()


def find_overlapping_booking(session: Session, engineer_id: UUID, span: Span) -> Booking | None:
    """Return an open booking of the engineer that shares time with ``span``, or None."""
    statement = (
        select(Booking)
        .where(
            Booking.engineer_id == engineer_id,
            Booking.state.in_(OPEN_STATES),
            Booking.starts_at < span.ends_at,
            Booking.ends_at > span.starts_at,
        )
        .order_by(Booking.starts_at)
    )
    return session.scalars(statement.limit(1)).one_or_none()


def bookings_statement(
    *,
    engineer_id: UUID | None = None,
    engineer_user_id: UUID | None = None,
    work_order_id: UUID | None = None,
    state: BookingState | None = None,
    from_at: dt.datetime | None = None,
    until_at: dt.datetime | None = None,
) -> Select[Any]:
    """Select bookings for a page; the two instants keep those that touch the time between."""
    conditions = []
    if engineer_id is not None:
        conditions.append(Booking.engineer_id == engineer_id)
    if engineer_user_id is not None:
        conditions.append(Booking.engineer_user_id == engineer_user_id)
    if work_order_id is not None:
        conditions.append(Booking.work_order_id == work_order_id)
    if state is not None:
        conditions.append(Booking.state == state)
    if from_at is not None:
        conditions.append(Booking.ends_at > from_at)
    if until_at is not None:
        conditions.append(Booking.starts_at < until_at)
    return select(*BOOKING_COLUMNS).where(*conditions)


def present_site(session: Session, engineer_id: UUID, at: dt.datetime) -> geo.LonLat | None:
    """Return where an engineer should be at an instant: the site of the booking then, if any."""
    statement = (
        select(Site.position)
        .join(WorkOrder, WorkOrder.site_id == Site.id)
        .join(Booking, Booking.work_order_id == WorkOrder.id)
        .where(
            Booking.engineer_id == engineer_id,
            Booking.state.in_(OPEN_STATES),
            Booking.starts_at <= at,
            Booking.ends_at > at,
        )
    )
    position = session.scalar(statement.limit(1))
    return None if position is None else geo.lon_lat(position)


def listed_bookings(session: Session, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return rows of ``bookings_statement`` as documents, each with its engineer and its work."""
    work = workorders.listed_work_orders(session, {row.work_order_id for row in rows})
    names = workforce.engineer_names(session, {row.engineer_id for row in rows})
    documents = []
    for row in rows:
        document = dict(row._mapping)  # noqa: SLF001 - its public name.
        document["engineer_name"] = names[row.engineer_id]
        document["work_order"] = {name: work[row.work_order_id][name] for name in WORK_NAMES}
        documents.append(document)
    return documents


def rows_of(session: Session, booking_ids: Sequence[UUID]) -> Sequence[Any]:
    """Return the columns of some bookings, and whose they are."""
    columns = (*BOOKING_COLUMNS, Booking.engineer_user_id)
    return session.execute(select(*columns).where(Booking.id.in_(booking_ids))).all()


def busy_between(
    session: Session, between: Span, *, engineer_ids: Collection[UUID] | None, now: dt.datetime
) -> dict[UUID, list[Busy]]:
    """Return what binds engineers to places in a stretch of time, by engineer.

    Finished bookings count with the time they really took: they say where the engineer was last
    and how full the day is. An engineer still on the way or on site is bound at least until now.
    """
    statement = (
        select(
            Booking.engineer_id,
            Booking.starts_at,
            Booking.ends_at,
            Booking.state,
            Booking.on_site_at,
            Booking.finished_at,
            Site.position,
        )
        .join(WorkOrder, WorkOrder.id == Booking.work_order_id)
        .join(Site, Site.id == WorkOrder.site_id)
        .where(
            Booking.state != BookingState.CANCELLED,
            Booking.ends_at > between.starts_at - LOOK_BACK,
            Booking.starts_at < between.ends_at,
        )
        .order_by(Booking.starts_at)
    )
    if engineer_ids is not None:
        statement = statement.where(Booking.engineer_id.in_(engineer_ids))
    found: dict[UUID, list[Busy]] = defaultdict(list)
    for row in session.execute(statement):
        starts_at, ends_at = _real_span(row, now)
        position = Position(*geo.lon_lat(row.position))
        if starts_at < ends_at:
            busy = Busy(starts_at=starts_at, ends_at=ends_at, position=position)
            found[row.engineer_id].append(busy)
    return found


def _real_span(row: Any, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    if row.state is BookingState.FINISHED:
        return row.on_site_at or row.starts_at, row.finished_at or row.ends_at
    if row.state in {BookingState.TRAVELLING, BookingState.ON_SITE}:
        return row.starts_at, max(row.ends_at, now)
    return row.starts_at, row.ends_at


def _get(session: Session, kind: type[Record], record_id: UUID, *, lock: bool = False) -> Record:
    statement = select(kind).where(kind.id == record_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    record = session.scalars(statement).one_or_none()
    if record is None:
        word = kind.__name__.lower()
        raise NotFound(f"There is no such {word}.", **{f"{word}_id": str(record_id)})
    return record
