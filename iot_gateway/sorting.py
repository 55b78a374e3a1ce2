"""What a batch of messages comes down to, tenant by tenant, before anything is stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import structlog

from iot_gateway import rules
from iot_gateway.mqtt import InboundMessage, MessageKind, Outcome
from iot_gateway.rules import KeyKind, Reading, ReadingRefused

NOT_YOURS = "device-not-yours"
_ACCEPTED = Outcome.ACCEPTED
log = structlog.get_logger(__name__)


class Said(NamedTuple):
    """One reading of the message at ``place`` in the batch.

    ``nth`` counts those before it that only their order tells from it.
    """

    place: int
    message: InboundMessage
    reading: Reading
    nth: int = 0


class Letter(NamedTuple):
    """A message that is no reading, and why."""

    message: InboundMessage
    code: str
    detail: str


@dataclass(slots=True)
class Work:
    """What one tenant's messages of a batch ask to be stored."""

    said: list[Said] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    presence: dict[UUID, tuple[bool, dt.datetime]] = field(default_factory=dict)
    has_children: bool = False

    @property
    def size(self) -> int:
        """How many things can still be told apart."""
        return len(self.said) + len(self.letters) + len(self.presence)

    def parts(self) -> Iterator[Work]:
        """Split into smaller works, in order; everything stands in exactly one of them."""
        if len(self.said) < self.size:
            yield Work(said=self.said, has_children=self.has_children)
            yield from (Work(letters=[letter]) for letter in self.letters)
            yield from (Work(presence={key: said}) for key, said in self.presence.items())
            return
        middle = len(self.said) // 2
        for half in (self.said[:middle], self.said[middle:]):
            yield Work(said=half, has_children=self.has_children)


def sort(batch: Sequence[InboundMessage]) -> tuple[list[Outcome], dict[UUID, Work]]:
    """Return what becomes of each message, and what there is to store of each tenant."""
    works: dict[UUID, Work] = defaultdict(Work)
    outcomes = []
    for place, message in enumerate(batch):
        kind, work = message.kind, works[message.identity.tenant_id]
        if kind is MessageKind.PUBLISH or kind is MessageKind.WILL:
            outcomes.append(_take(work, place, message))
        elif kind is MessageKind.FORBIDDEN:
            outcomes.append(_forbid(work, message))
        else:
            is_online = kind is MessageKind.ONLINE
            work.presence[message.identity.device_id] = (is_online, message.received_at)
            outcomes.append(_ACCEPTED)
    for work in works.values():
        work.said = list(_counted(work.said))
    return outcomes, works


def _take(work: Work, place: int, message: InboundMessage) -> Outcome:
    try:
        readings = rules.decode(message.topic, message.payload)
    except ReadingRefused as refusal:
        work.letters.append(Letter(message, refusal.code, refusal.detail))
        return Outcome.PAYLOAD_INVALID
    except Exception as error:  # whatever it is, it lies in the message and must not stop others
        log.exception("a payload that cannot be decoded", topic=message.topic)
        work.letters.append(Letter(message, "not-decodable", type(error).__name__))
        return Outcome.PAYLOAD_INVALID
    for reading in readings:
        work.said.append(Said(place, message, reading))
    if not work.has_children and (address := rules.address_of(message.topic)) is not None:
        work.has_children = address.is_for_children
    return _ACCEPTED


def _forbid(work: Work, message: InboundMessage) -> Outcome:
    work.letters.append(Letter(message, NOT_YOURS, "Published under another's topic."))
    return Outcome.NOT_AUTHORISED


def _counted(given: Iterable[Said]) -> Iterator[Said]:
    """Number the readings that arrived at one instant with one content, and nothing else to say.

    Several messages that were read from the network together share their time of receipt.
    """
    alike: dict[tuple[UUID, str | None, int, dt.datetime], int] = defaultdict(int)
    for said in given:
        if said.reading.key_kind is not KeyKind.CONTENT:
            yield said
            continue
        message, reading = said.message, said.reading
        name = (message.identity.device_id, reading.device, reading.key, message.received_at)
        yield said._replace(nth=alike[name]) if alike[name] else said
        alike[name] += 1
