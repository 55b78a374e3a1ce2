"""Wiring of the work-orders room."""

from __future__ import annotations

from server.assets.api import AssetChanged
from server.kernel.history import Subjects
from server.kernel.modules import Module
from server.places.api import CustomerChanged, SiteChanged
from server.tickets.api import (
    FieldWork,
    TicketChanged,
    TicketNoted,
    TicketOpened,
    TicketPriorityRaised,
)
from server.workorders import commands, feed, routes, service
from server.workorders.lists import WorkOfTickets
from server.workorders.ports import Bookings, NoBookings, NullPartsGate, PartsGate
from server.workorders.subjects import TicketsAndWorkOrders

DESK = ("admin", "director", "dispatcher", "agent", "lead")

MODULE = Module(
    name="workorders",
    blueprints=(routes.blp,),
    subscribers={
        TicketOpened: (service.open_for_ticket,),
        TicketChanged: (service.open_for_place, service.show_ticket),
        TicketNoted: (service.show_ticket,),
        TicketPriorityRaised: (service.show_ticket,),
        SiteChanged: (service.show_site,),
        CustomerChanged: (service.show_customer,),
        AssetChanged: (service.show_asset,),
    },
    commands=commands.COMMANDS,
    feed_kinds=(feed.WORK_ORDER,),
    permissions={
        "work_orders.read": (*DESK, "storekeeper"),
        "work_orders.see_own": (*DESK, "storekeeper", "engineer"),
        "work_orders.change": ("admin", "dispatcher", "lead"),
        "work_orders.perform": ("admin", "dispatcher", "engineer"),
    },
    ports={
        PartsGate: NullPartsGate(),
        Bookings: NoBookings(),
        FieldWork: WorkOfTickets(),
        Subjects: TicketsAndWorkOrders(),
    },
)
