"""Wiring of the gateway package."""

from __future__ import annotations

from iot_gateway import demo, demo_devices, feed, retention, routes, service
from iot_gateway.gate import AlarmsOfTickets
from server.assets.api import DeviceBound
from server.kernel.modules import Module
from server.tickets.api import Alarms, TicketCancelled, TicketClosed, TicketReopened, TicketResolved

DESK = ("admin", "director", "dispatcher", "agent", "lead")

MODULE = Module(
    name="iot_gateway",
    blueprints=(routes.blp,),
    subscribers={
        TicketResolved: (service.close_episodes,),
        TicketClosed: (service.close_episodes,),
        TicketCancelled: (service.close_episodes,),
        TicketReopened: (service.reopen_episodes,),
        DeviceBound: (service.begin_device_anew,),
    },
    feed_kinds=(feed.ALARM,),
    jobs={retention.FORGET_OLD: retention.forget_old},
    periodic={retention.FORGET_OLD: retention.INTERVAL_SECONDS},
    permissions={
        "alert_rules.read": DESK,
        "alert_rules.write": ("admin", "director", "lead"),
        "alarms.read": DESK,
        "alarms.acknowledge": ("admin", "dispatcher", "agent", "lead"),
        "readings.read": (*DESK, "engineer"),
    },
    ports={Alarms: AlarmsOfTickets()},
    demo=demo.seed,
    demo_devices=demo_devices.speak,
)
