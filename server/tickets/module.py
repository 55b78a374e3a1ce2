"""Wiring of the tickets room."""

from __future__ import annotations

from server.kernel.modules import Module
from server.tickets import commands, feed, routes
from server.tickets.errors import TicketExists
from server.tickets.ports import Alarms, FieldWork, NoAlarms, NoFieldWork

DESK = ("admin", "director", "dispatcher", "agent", "lead")

MODULE = Module(
    name="tickets",
    blueprints=(routes.blp,),
    commands=commands.COMMANDS,
    feed_kinds=(feed.TICKET,),
    permissions={
        "tickets.read": (*DESK, "storekeeper"),
        "tickets.open": DESK,
        "tickets.change": DESK,
        "tickets.note": (*DESK, "engineer"),
    },
    constraints={"uq_ticket_tenant_id_source_key": TicketExists},
    ports={FieldWork: NoFieldWork(), Alarms: NoAlarms()},
)
