"""What a list of tickets asks of the rooms above: the field work for a ticket, and its alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Session


class FieldWork(Protocol):
    """Who works on a ticket."""

    def of_tickets(
        self, session: Session, ticket_ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        """Return the latest work order of each ticket that has one: what a list shows of it."""

    def is_booked_for(self, engineer_id: UUID) -> ColumnElement[bool]:
        """Whether unfinished work of a ticket is booked for an engineer; for a where clause."""

    def is_unassigned(self) -> ColumnElement[bool]:
        """Whether a ticket has unfinished work that nobody is booked for; for a where clause."""

    def is_booked_between(
        self, session: Session, from_at: dt.datetime, until_at: dt.datetime
    ) -> ColumnElement[bool]:
        """Whether somebody is booked for a ticket in a stretch of time; for a where clause."""


class Alarms(Protocol):
    """What devices say about a ticket."""

    def active_of_tickets(
        self, session: Session, ticket_ids: Collection[UUID]
    ) -> Mapping[UUID, int]:
        """Return how many alarms of each ticket are not cleared."""

    def has_active(self) -> ColumnElement[bool]:
        """Whether a ticket has an alarm that is not cleared; for a where clause."""


class NoFieldWork:
    """An installation without work orders."""

    def of_tickets(
        self, session: Session, ticket_ids: Collection[UUID]
    ) -> Mapping[UUID, dict[str, Any]]:
        """Return nothing."""
        del session, ticket_ids
        return {}

    def is_booked_for(self, engineer_id: UUID) -> ColumnElement[bool]:
        """Nobody is booked."""
        del engineer_id
        return false()

    def is_unassigned(self) -> ColumnElement[bool]:
        """There is no field work to assign."""
        return false()

    def is_booked_between(
        self, session: Session, from_at: dt.datetime, until_at: dt.datetime
    ) -> ColumnElement[bool]:
        """Nobody is booked."""
        del session, from_at, until_at
        return false()


class NoAlarms:
    """An installation without devices."""

    def active_of_tickets(
        self, session: Session, ticket_ids: Collection[UUID]
    ) -> Mapping[UUID, int]:
        """Return nothing."""
        del session, ticket_ids
        return {}

    def has_active(self) -> ColumnElement[bool]:
        """No ticket has an alarm."""
        return ~true()
