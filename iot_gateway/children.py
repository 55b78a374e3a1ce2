"""Gateways that speak for other devices: which, and for which they may."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from iot_gateway import rules
from iot_gateway.sorting import NOT_YOURS, Letter, Said
from server.assets import api as assets


def addressed(session: Session, given: list[Said]) -> tuple[list[Said], list[tuple[Said, Letter]]]:
    """Find whose readings they are, and those that their sender may not report or nobody knows.

    A device speaks for those of its own asset and of what stands under it in the asset tree.
    """
    family = _Family(session)
    known: list[Said] = []
    refused = []
    for said in given:
        message, name, sender_id = said.message, said.reading.device, said.device_id
        if not message.topic.startswith(rules.CHILDREN):
            known.append(said)
            continue
        child_id = family.find(name or "")
        if child_id is None:
            refused.append((said, Letter(message, "device-unknown", f"No device {name!r}.")))
        elif not family.is_under(child_id, sender_id):
            detail = f"{name!r} is not on the sender's asset."
            refused.append((said, Letter(message, NOT_YOURS, detail)))
        else:
            known.append(said._replace(device_id=child_id))
    return known, refused


class _Family:
    """Who stands under whom, asked once per transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ids: dict[str, UUID | None] = {}
        self._answers: dict[tuple[UUID, UUID], bool] = {}

    def find(self, name: str) -> UUID | None:
        if name not in self._ids:
            device = assets.find_device(self._session, name)
            self._ids[name] = None if device is None else device.id
        return self._ids[name]

    def is_under(self, child_id: UUID, sender_id: UUID) -> bool:
        pair = (child_id, sender_id)
        if pair not in self._answers:
            child = assets.get_device(self._session, child_id)
            sender = assets.get_device(self._session, sender_id)
            above = assets.ids_above(self._session, child.asset_id)
            self._answers[pair] = sender.asset_id in above
        return self._answers[pair]
