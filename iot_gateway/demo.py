"""The alert rules of the demonstration company's machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from iot_gateway import service
from iot_gateway.models import AlertRule
from iot_gateway.rules import Comparator, Severity
from server.assets import api as assets
from server.kernel.demo import DemoContext

# Limits beyond which one hourly value in some hundreds lies on a healthy machine.
LIMITS = (
    ("vibration", Comparator.GREATER, 60.0, 50.0),
    ("pressure", Comparator.GREATER, 140.0, 125.0),
    ("rotate", Comparator.LESS, 260.0, 320.0),
    ("volt", Comparator.GREATER, 225.0, 205.0),
)
FAULTS = {
    "vibration": "vibration",
    "pressure": "pressure",
    "rotate": "rotation",
    "volt": "voltage",
}
TWO_READINGS_SECONDS = 3600.0


def seed(ctx: DemoContext) -> None:
    """Watch the machines' metrics and error codes, unless the tenant has rules already."""
    if ctx.session.scalar(select(AlertRule.id).limit(1)) is not None:
        return
    models = {device_model(ctx, device) for device in ctx.made["devices"]}
    for model_id in sorted(models):
        for metric, comparator, raise_at, clear_at in LIMITS:
            fault_code = assets.find_fault_code(ctx.session, model_id, FAULTS[metric])
            if fault_code is not None:
                service.create_rule(
                    ctx.session,
                    actor=ctx.actor,
                    model_id=model_id,
                    name=fault_code.title,
                    metric=metric,
                    comparator=comparator,
                    raise_at=raise_at,
                    clear_at=clear_at,
                    on_delay_seconds=TWO_READINGS_SECONDS,
                    severity=Severity.WARNING,
                    fault_code_id=fault_code.id,
                )
        for error, code in ctx.made["error_fault_codes"]:
            fault_code = assets.find_fault_code(ctx.session, model_id, code)
            if fault_code is not None:
                service.create_rule(
                    ctx.session,
                    actor=ctx.actor,
                    model_id=model_id,
                    name=f"Machine reports {error}",
                    event_code=error,
                    severity=Severity.MAJOR,
                    fault_code_id=fault_code.id,
                )


def device_model(ctx: DemoContext, device: Any) -> UUID:
    """Return the model of the asset a device reports for."""
    model_id: UUID = assets.get_asset(ctx.session, device.asset_id).model_id
    return model_id
