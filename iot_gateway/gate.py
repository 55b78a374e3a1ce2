"""What lists of tickets show of alarms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from iot_gateway.models import Alarm, Episode
from server.tickets.api import Ticket


class AlarmsOfTickets:
    """Fills the port ``Alarms`` of the tickets room."""

    def active_of_tickets(
        self, session: Session, ticket_ids: Collection[UUID]
    ) -> Mapping[UUID, int]:
        """Return how many alarms of each ticket are not cleared."""
        statement = (
            select(Episode.ticket_id, func.count(Alarm.id))
            .join(Alarm, Alarm.episode_id == Episode.id)
            .where(Episode.ticket_id.in_(ticket_ids), Alarm.cleared_at.is_(None))
            .group_by(Episode.ticket_id)
        )
        rows = session.execute(statement)
        return {ticket_id: count for ticket_id, count in rows if ticket_id is not None}

    def has_active(self) -> ColumnElement[bool]:
        """Whether a ticket has an alarm that is not cleared."""
        return exists(
            select(Alarm.id)
            .join(Episode, Episode.id == Alarm.episode_id)
            .where(Episode.ticket_id == Ticket.id, Alarm.cleared_at.is_(None))
        )
