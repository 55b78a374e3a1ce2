"""Tables of the gateway: readings, what devices are doing, rules, alarms and episodes."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from iot_gateway.rules import Comparator, Phase, Severity
from server.kernel.db import Base
from server.kernel.tenancy import Tenanted, Versioned, tenant_fk
from server.kernel.types import Code, LongText, Name


class AlarmState(StrEnum):
    """The life of an alarm."""

    ACTIVE = "active"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


class EpisodeState(StrEnum):
    """Whether the fault is still being dealt with."""

    OPEN = "open"
    CLOSED = "closed"


class ReadingRow(Base):
    """One reading of one device, kept once.

    ``id`` follows from the reading itself, its time first: a reading that comes again finds itself,
    and new ones stand side by side in the index. ``seq`` is the order of ingest within the tenant;
    the evaluation follows it. ``content_key`` is set where only the content names the reading.
    """

    __tablename__ = "reading"
    __table_args__ = (
        Index("uq_reading_id", "tenant_id", "id", unique=True),
        Index("ix_reading_at", "device_id", "at"),
        Index(
            "ix_reading_content",
            "device_id",
            "content_key",
            sqlite_where=text("content_key is not null"),
            postgresql_where=text("content_key is not null"),
        ),
        # Appended in the order of its key, so it needs no second tree behind that key.
        {"sqlite_with_rowid": False},
    )

    # No foreign key: looking the tenant up for every row is a tenth of the whole ingest.
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    device_id: Mapped[UUID]
    kind: Mapped[Code]
    at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    is_suspect: Mapped[bool] = mapped_column(default=False)
    content_key: Mapped[int | None] = mapped_column(BigInteger)
    document: Mapped[dict[str, Any]]


class IngestHead(Base):
    """How far a tenant's readings have been numbered; whoever numbers holds it until the commit."""

    __tablename__ = "reading_head"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)


class EvaluationHead(Base):
    """How far a tenant's readings have been evaluated; one evaluation at a time holds it.

    A row of its own: the ingest never waits for an evaluation.
    """

    __tablename__ = "evaluation_head"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)


class DeviceClockRow(Tenanted, Base):
    """What is known of a device's clock, so that a restart does not forget it; ``id`` is its own.

    Written when there is something new to know, which is seldom.
    """

    __tablename__ = "device_clock"
    __audited__: ClassVar[bool] = False
    __table_args__ = (tenant_fk("id", "device.id"),)

    first_at: Mapped[dt.datetime]
    window_at: Mapped[dt.datetime]
    samples: Mapped[int]
    floor_seconds: Mapped[float]
    previous_floor_seconds: Mapped[float | None]


class DeadLetter(Tenanted, Base):
    """A message that is no reading, kept as it came so that nothing a device said is lost.

    The same message is kept once, however often it comes.
    """

    __tablename__ = "dead_letter"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        Index("ix_dead_letter_received", "tenant_id", "received_at", "id"),
        CheckConstraint("occurrences > 0", name="occurrences_positive"),
    )

    device_id: Mapped[UUID]
    topic: Mapped[LongText]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    code: Mapped[Code]
    detail: Mapped[LongText]
    received_at: Mapped[dt.datetime]
    last_received_at: Mapped[dt.datetime]
    occurrences: Mapped[int] = mapped_column(default=1)


class DevicePresence(Tenanted, Base):
    """Whether a device is connected; ``id`` is the device's. Written by the ingest alone."""

    __tablename__ = "device_presence"
    __audited__: ClassVar[bool] = False
    __table_args__ = (tenant_fk("id", "device.id"),)

    is_online: Mapped[bool] = mapped_column(default=False)
    online_changed_at: Mapped[dt.datetime | None]
    forbidden_count: Mapped[int] = mapped_column(BigInteger, default=0)


class DeviceState(Tenanted, Base):
    """What a device said last; ``id`` is the device's. Written by the evaluation alone."""

    __tablename__ = "device_state"
    __audited__: ClassVar[bool] = False
    __table_args__ = (tenant_fk("id", "device.id"),)

    last_at: Mapped[dt.datetime | None]
    last_received_at: Mapped[dt.datetime | None]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)


class AlertRule(Versioned, Base):
    """When a reading of a model's devices means a fault: a limit on a metric, or a fault's code."""

    __tablename__ = "alert_rule"
    __table_args__ = (
        tenant_fk("model_id", "asset_model.id"),
        tenant_fk("fault_code_id", "fault_code.id"),
        CheckConstraint("(metric is null) <> (event_code is null)", name="one_condition"),
        CheckConstraint(
            "metric is null or (comparator is not null and raise_at is not null"
            " and clear_at is not null)",
            name="limit_is_whole",
        ),
        CheckConstraint(
            "on_delay_seconds >= 0 and off_delay_seconds >= 0", name="delays_not_negative"
        ),
        Index("ix_alert_rule_model", "tenant_id", "model_id", "id"),
    )

    model_id: Mapped[UUID]
    name: Mapped[Name]
    metric: Mapped[str | None] = mapped_column(String(128))
    comparator: Mapped[Comparator | None]
    raise_at: Mapped[float | None]
    clear_at: Mapped[float | None]
    on_delay_seconds: Mapped[float] = mapped_column(default=0.0)
    off_delay_seconds: Mapped[float] = mapped_column(default=0.0)
    event_code: Mapped[str | None] = mapped_column(String(128))
    severity: Mapped[Severity] = mapped_column(default=Severity.WARNING)
    fault_code_id: Mapped[UUID]
    is_active: Mapped[bool] = mapped_column(default=True)


class RuleStateRow(Tenanted, Base):
    """Where one rule stands for one device: a row, so that a restart forgets nothing."""

    __tablename__ = "rule_state"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        tenant_fk("rule_id", "alert_rule.id"),
        tenant_fk("device_id", "device.id"),
        Index("uq_rule_state_rule_device", "tenant_id", "rule_id", "device_id", unique=True),
    )

    rule_id: Mapped[UUID]
    device_id: Mapped[UUID]
    phase: Mapped[Phase] = mapped_column(default=Phase.NORMAL)
    since: Mapped[dt.datetime | None]
    last_at: Mapped[dt.datetime | None]


class Episode(Versioned, Base):
    """All alarms of one fault of one asset; it has exactly one ticket."""

    __tablename__ = "episode"
    __table_args__ = (
        tenant_fk("asset_id", "asset.id"),
        tenant_fk("fault_code_id", "fault_code.id"),
        tenant_fk("ticket_id", "ticket.id"),
        Index(
            "uq_episode_open",
            "tenant_id",
            "asset_id",
            "fault_class",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_episode_ticket", "tenant_id", "ticket_id"),
    )

    asset_id: Mapped[UUID]
    fault_class: Mapped[Code]
    fault_code_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]
    state: Mapped[EpisodeState] = mapped_column(default=EpisodeState.OPEN)
    opened_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class Alarm(Versioned, Base):
    """The firing of one rule for one device, from raised to cleared."""

    __tablename__ = "alarm"
    __table_args__ = (
        tenant_fk("rule_id", "alert_rule.id"),
        tenant_fk("device_id", "device.id"),
        tenant_fk("asset_id", "asset.id"),
        tenant_fk("episode_id", "episode.id"),
        Index(
            "uq_alarm_open",
            "tenant_id",
            "device_id",
            "rule_id",
            unique=True,
            sqlite_where=text("cleared_at is null"),
            postgresql_where=text("cleared_at is null"),
        ),
        Index("ix_alarm_state", "tenant_id", "state", "id"),
        Index("ix_alarm_episode", "tenant_id", "episode_id"),
        CheckConstraint("occurrences > 0", name="occurrences_positive"),
    )

    rule_id: Mapped[UUID]
    device_id: Mapped[UUID]
    asset_id: Mapped[UUID]
    episode_id: Mapped[UUID]
    state: Mapped[AlarmState] = mapped_column(default=AlarmState.ACTIVE)
    severity: Mapped[Severity]
    message: Mapped[LongText] = mapped_column(default="")
    value: Mapped[float | None]
    occurrences: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
    cleared_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by: Mapped[UUID | None]
