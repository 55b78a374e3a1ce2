"""Who holds assets, their models and devices in the change feed, and what they look like there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from server.assets import queries
from server.assets.models import Asset, AssetModel, Device
from server.assets.schemas import ASSET_NAMES, DEVICE_NAMES, MODEL_NAMES, fault_code_document
from server.kernel.actors import Actor
from server.kernel.changes import FeedKind
from server.kernel.listing import documents_of

MODEL_COLUMNS = [getattr(AssetModel, name) for name in MODEL_NAMES]
ASSET_COLUMNS = [getattr(Asset, name) for name in ASSET_NAMES]
DEVICE_COLUMNS = [getattr(Device, name) for name in DEVICE_NAMES]


def model_documents(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, dict[str, Any]]:
    """Show asset models with their fault codes, so that a repair can be recorded offline."""
    if not actor.may("assets.read"):
        return {}
    documents = documents_of(session, MODEL_COLUMNS, ids)
    for document in documents.values():
        document["fault_codes"] = []
    for fault_code in queries.list_fault_codes(session, list(documents)):
        documents[fault_code.model_id]["fault_codes"].append(fault_code_document(fault_code))
    return documents


def asset_documents(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, dict[str, Any]]:
    """Show assets."""
    return documents_of(session, ASSET_COLUMNS, ids) if actor.may("assets.read") else {}


def device_documents(
    session: Session, actor: Actor, ids: Sequence[UUID]
) -> Mapping[UUID, dict[str, Any]]:
    """Show devices, never their credentials."""
    return documents_of(session, DEVICE_COLUMNS, ids) if actor.may("devices.read") else {}


FEED_KINDS = (
    FeedKind(
        name="asset_model",
        model=AssetModel,
        scopes=lambda _session, _model: {"t"},
        documents=model_documents,
    ),
    FeedKind(
        name="asset",
        model=Asset,
        scopes=lambda _session, _asset: {"t"},
        documents=asset_documents,
    ),
    FeedKind(
        name="device",
        model=Device,
        scopes=lambda _session, _device: {"desk"},
        documents=device_documents,
    ),
)
