"""Tables of tickets: the reported problem and the notes people add to it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel import ddl
from server.kernel.actors import ActorKind
from server.kernel.db import Base
from server.kernel.priority import Priority
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import LongText, Name
from server.tickets.rules import TicketState


class TicketChannel(StrEnum):
    """How a problem reached us."""

    PHONE = "phone"
    WEB = "web"
    EMAIL = "email"
    APP = "app"
    API = "api"
    DEVICE = "device"


class Ticket(Versioned, Base):
    """A reported problem. ``source_key`` names what it came from: one fault, one ticket."""

    __tablename__ = "ticket"
    __table_args__ = (
        tenant_fk("customer_id", "customer.id"),
        tenant_fk("site_id", "site.id"),
        tenant_fk("asset_id", "asset.id"),
        tenant_fk("fault_code_id", "fault_code.id"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "source_key"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_ticket_state", "tenant_id", "state", "id"),
        Index("ix_ticket_site", "tenant_id", "site_id", "id"),
        Index("ix_ticket_asset", "tenant_id", "asset_id", "id"),
        Index("ix_ticket_customer", "tenant_id", "customer_id", "id"),
    )

    number: Mapped[int]
    title: Mapped[Name]
    description: Mapped[LongText] = mapped_column(default="")
    state: Mapped[TicketState] = mapped_column(default=TicketState.OPEN)
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    channel: Mapped[TicketChannel]
    customer_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    asset_id: Mapped[UUID | None]
    fault_code_id: Mapped[UUID | None]
    source_key: Mapped[str | None] = mapped_column(String(200))
    reporter_name: Mapped[Name] = mapped_column(default="")
    opened_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    resolved_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    resolution: Mapped[LongText] = mapped_column(default="")


class TicketNote(Tenanted, Base):
    """What somebody said about a ticket; never changed afterwards."""

    __tablename__ = "ticket_note"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("ticket_id", "ticket.id"),
        Index("ix_ticket_note_ticket", "tenant_id", "ticket_id", "id"),
    )

    ticket_id: Mapped[UUID]
    body: Mapped[LongText]
    author_kind: Mapped[ActorKind]
    author_id: Mapped[UUID]
    author_name: Mapped[Name] = mapped_column(default="")
    is_internal: Mapped[bool] = mapped_column(default=True)
    occurred_at: Mapped[dt.datetime]
    recorded_at: Mapped[dt.datetime]


ddl.append_only("ticket_note")
