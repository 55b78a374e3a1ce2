"""Reads of asset models, fault codes, assets and devices; the session keeps them in the tenant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from server.assets.models import (
    Asset,
    AssetModel,
    Device,
    DeviceBinding,
    FaultCode,
    FaultCodeSkill,
    FaultCodeTask,
)
from server.assets.rules import MAX_TREE_DEPTH
from server.kernel.errors import InvalidInput, NotFound

Record = TypeVar("Record", AssetModel, FaultCode, Asset, Device)
MOST_OF_A_TREE = 1000
FIELDS = {
    "asset_model": "model_id",
    "fault_code": "fault_code_id",
    "asset": "asset_id",
    "device": "device_id",
}


def get_model(session: Session, model_id: UUID) -> AssetModel:
    """Return an asset model; raises NotFound."""
    return _get(session, AssetModel, model_id)


def get_fault_code(session: Session, fault_code_id: UUID) -> FaultCode:
    """Return a fault code with its skills and checklist; raises NotFound."""
    return _get(session, FaultCode, fault_code_id)


def get_asset(session: Session, asset_id: UUID) -> Asset:
    """Return an asset; raises NotFound."""
    return _get(session, Asset, asset_id)


def get_device(session: Session, device_id: UUID) -> Device:
    """Return a device; raises NotFound."""
    return _get(session, Device, device_id)


def lock_model(session: Session, model_id: UUID) -> AssetModel:
    """Return an asset model that nobody else changes until the commit."""
    return _get(session, AssetModel, model_id, lock=True)


def lock_fault_code(session: Session, fault_code_id: UUID) -> FaultCode:
    """Return a fault code that nobody else changes until the commit."""
    return _get(session, FaultCode, fault_code_id, lock=True)


def lock_asset(session: Session, asset_id: UUID) -> Asset:
    """Return an asset that nobody else changes until the commit."""
    return _get(session, Asset, asset_id, lock=True)


def lock_device(session: Session, device_id: UUID) -> Device:
    """Return a device that nobody else changes until the commit."""
    return _get(session, Device, device_id, lock=True)


def get_usable_model(session: Session, model_id: UUID) -> AssetModel:
    """Return a model that a new record refers to; raises InvalidInput when that cannot be."""
    return _usable(session, AssetModel, model_id)


def get_usable_fault_code(session: Session, fault_code_id: UUID) -> FaultCode:
    """Return a fault code that a new record refers to; raises InvalidInput when it cannot be."""
    return _usable(session, FaultCode, fault_code_id)


def get_usable_asset(session: Session, asset_id: UUID, *, field: str = "asset_id") -> Asset:
    """Return an asset that a new record refers to; raises InvalidInput when that cannot be."""
    return _usable(session, Asset, asset_id, field=field)


def devices_with_assets(
    session: Session, device_ids: Collection[UUID]
) -> dict[UUID, tuple[Device, Asset]]:
    """Return many devices at once, each with the asset for which it reports until the commit."""
    # Held by themselves: a join that has waited for a rebinding would leave the device out.
    held = select(Device.id).where(Device.id.in_(device_ids)).order_by(Device.id)
    session.execute(held.with_for_update(read=True))
    statement = (
        select(Device, Asset)
        .join(Asset, Asset.id == Device.asset_id)
        .where(Device.id.in_(device_ids))
    )
    return {device.id: (device, asset) for device, asset in session.execute(statement)}


def find_device(session: Session, name: str) -> Device | None:
    """Return the device with that name in topics."""
    return session.scalar(select(Device).where(Device.name == name))


def find_fault_code(session: Session, model_id: UUID, code: str) -> FaultCode | None:
    """Return the fault code of a model that is written ``code``, unless it is archived."""
    return session.scalar(
        select(FaultCode).where(
            FaultCode.model_id == model_id,
            FaultCode.code == code,
            FaultCode.archived_at.is_(None),
        )
    )


def find_asset_id_at(session: Session, device_id: UUID, at: dt.datetime) -> UUID | None:
    """Return the asset for which a device reported at an instant."""
    return session.scalar(
        select(DeviceBinding.asset_id)
        .where(
            DeviceBinding.device_id == device_id,
            DeviceBinding.bound_at <= at,
            or_(DeviceBinding.unbound_at.is_(None), DeviceBinding.unbound_at > at),
        )
        .order_by(DeviceBinding.bound_at.desc())
        .limit(1)
    )


def find_open_binding(session: Session, device_id: UUID) -> DeviceBinding | None:
    """Return the binding that holds now."""
    return session.scalar(
        select(DeviceBinding).where(
            DeviceBinding.device_id == device_id, DeviceBinding.unbound_at.is_(None)
        )
    )


def device_ids_of(session: Session, asset_id: UUID) -> list[UUID]:
    """Return the ids of the devices that report for an asset or once did."""
    statement = select(DeviceBinding.device_id).where(DeviceBinding.asset_id == asset_id)
    return list(session.scalars(statement.distinct().limit(MOST_OF_A_TREE)))


def required_skills(session: Session, fault_code_id: UUID) -> list[tuple[UUID, int]]:
    """Return the skills that a fault calls for, each with the lowest level that will do."""
    statement = (
        select(FaultCodeSkill.skill_id, FaultCodeSkill.min_level)
        .where(FaultCodeSkill.fault_code_id == fault_code_id)
        .order_by(FaultCodeSkill.skill_id)
    )
    return [(skill_id, level) for skill_id, level in session.execute(statement)]


def checklist(session: Session, fault_code_id: UUID) -> list[FaultCodeTask]:
    """Return the steps of a fault code's checklist, in order."""
    statement = (
        select(FaultCodeTask)
        .where(FaultCodeTask.fault_code_id == fault_code_id)
        .order_by(FaultCodeTask.position)
    )
    return list(session.scalars(statement))


def list_fault_codes(session: Session, model_ids: Sequence[UUID]) -> list[FaultCode]:
    """Return the fault codes of some models, archived ones included, in order of their codes."""
    statement = (
        select(FaultCode)
        .where(FaultCode.model_id.in_(model_ids))
        .order_by(FaultCode.model_id, FaultCode.code)
    )
    return list(session.scalars(statement))


def ids_above(session: Session, asset_id: UUID | None) -> list[UUID]:
    """Return an asset and those it stands under, from itself to the top."""
    found: list[UUID] = []
    while asset_id is not None and len(found) <= MAX_TREE_DEPTH:
        found.append(asset_id)
        asset_id = session.scalar(select(Asset.parent_id).where(Asset.id == asset_id))
    return found


def levels_below(session: Session, asset: Asset) -> list[list[Asset]]:
    """Return what stands under an asset, level by level; at most 1 000 assets."""
    levels: list[list[Asset]] = []
    parents, count = [asset.id], 0
    while parents and len(levels) <= MAX_TREE_DEPTH:
        statement = (
            select(Asset)
            .where(Asset.parent_id.in_(parents))
            .order_by(Asset.sort_name, Asset.id)
            .limit(MOST_OF_A_TREE - count)
        )
        children = list(session.scalars(statement))
        if children:
            levels.append(children)
        parents, count = [child.id for child in children], count + len(children)
    return levels


def count_active(
    session: Session, model: type[Asset | Device], *conditions: ColumnElement[bool]
) -> int:
    """Return how many assets or devices satisfy the conditions and are not archived."""
    statement = select(func.count(model.id)).where(model.archived_at.is_(None), *conditions)
    return session.scalar(statement) or 0


def _get(session: Session, model: type[Record], record_id: UUID, *, lock: bool = False) -> Record:
    statement = select(model).where(model.id == record_id)
    record = session.scalar(statement.with_for_update() if lock else statement)
    if record is None:
        noun = model.__tablename__.replace("_", " ")
        raise NotFound(f"There is no such {noun}.", id=str(record_id))
    return record


def _usable(
    session: Session, model: type[Record], record_id: UUID, *, field: str | None = None
) -> Record:
    record = session.scalar(select(model).where(model.id == record_id))
    noun = model.__tablename__.replace("_", " ")
    named = field or FIELDS[model.__tablename__]
    if record is None:
        raise InvalidInput(f"There is no such {noun}.", **{named: "unknown"})
    if record.archived_at is not None:
        raise InvalidInput(f"The {noun} is archived.", **{named: "archived"})
    return record
