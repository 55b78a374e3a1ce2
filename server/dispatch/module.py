"""Wiring of the dispatch room."""

from __future__ import annotations

from sqlalchemy.orm import Session

from server.dispatch import routes, service
from server.dispatch.commands import COMMANDS
from server.dispatch.errors import AlreadyBooked, EngineerBusy
from server.dispatch.feed import FEED_KINDS
from server.dispatch.gate import BookingsOfWork
from server.dispatch.models import BOOKING_OVERLAP
from server.dispatch.rules import CrowFlies, TravelTimes
from server.kernel.modules import Module
from server.workorders.api import (
    Bookings,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderStarted,
)


def _arrive(session: Session, event: WorkOrderStarted) -> None:
    service.follow_work_order(session, event.entity_id, action="arrive")


def _finish(session: Session, event: WorkOrderCompleted) -> None:
    service.follow_work_order(session, event.entity_id, action="finish")


def _cancel(session: Session, event: WorkOrderCancelled) -> None:
    service.follow_work_order(session, event.entity_id, action="cancel")


MODULE = Module(
    name="dispatch",
    blueprints=(routes.work_orders, routes.proposals, routes.bookings),
    subscribers={
        WorkOrderStarted: (_arrive,),
        WorkOrderCompleted: (_finish,),
        WorkOrderCancelled: (_cancel,),
    },
    commands=COMMANDS,
    feed_kinds=FEED_KINDS,
    permissions={
        "bookings.read": ("admin", "director", "dispatcher", "agent", "lead", "engineer"),
        "bookings.manage": ("admin", "dispatcher"),
        "bookings.perform": ("admin", "dispatcher", "engineer"),
        "proposals.read": ("admin", "director", "dispatcher", "lead"),
    },
    constraints={
        "uq_booking_open_work_order": AlreadyBooked,
        BOOKING_OVERLAP: EngineerBusy,
    },
    ports={TravelTimes: CrowFlies(), Bookings: BookingsOfWork()},
)
