"""What a batch of messages comes down to, tenant by tenant, before anything is stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

import structlog

from iot_gateway import rules
from iot_gateway.mqtt import InboundMessage, MessageKind, Outcome
from iot_gateway.rules import KeyKind, Reading, ReadingRefused

NOT_YOURS = "device-not-yours"
_ACCEPTED = Outcome.ACCEPTED
_PUBLISH, _WILL = MessageKind.PUBLISH, MessageKind.WILL
_CONTENT = KeyKind.CONTENT
_new = tuple.__new__
log = structlog.get_logger(__name__)


class Said(NamedTuple):
    """One reading of a device, from the message at ``place`` in the batch.

    ``nth`` counts those before it that only their order tells from it.
    """

    place: int
    device_id: UUID
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
    """What one tenant's messages of a batch ask to be stored.

    ``has_children``: some speak for other devices. ``has_unnamed``: some readings are named by
    nothing but their content.
    """

    said: list[Said] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    presence: dict[UUID, tuple[bool, dt.datetime]] = field(default_factory=dict)
    has_children: bool = False
    has_unnamed: bool = False

    @property
    def size(self) -> int:
        """How many things can still be told apart."""
        return len(self.said) + len(self.letters) + len(self.presence)

    def parts(self) -> Iterator[Work]:
        """Split into smaller works, in order; everything stands in exactly one of them."""
        if len(self.said) < self.size:
            yield replace(self, letters=[], presence={})
            yield from (Work(letters=[letter]) for letter in self.letters)
            yield from (Work(presence={key: said}) for key, said in self.presence.items())
            return
        middle = len(self.said) // 2
        for half in (self.said[:middle], self.said[middle:]):
            yield replace(self, said=half)


def sort(batch: Sequence[InboundMessage]) -> tuple[list[Outcome], dict[UUID, Work]]:
    """Return what becomes of each message, and what there is to store of each tenant."""
    outcomes = [_ACCEPTED] * len(batch)
    works: dict[UUID, Work] = defaultdict(Work)
    sender, work = None, Work()
    for place, message in enumerate(batch):
        if message.identity is not sender:  # Messages of one device come in a row.
            sender = message.identity
            work = works[sender.tenant_id]
        kind = message.kind
        if kind is _PUBLISH or kind is _WILL:
            if letter := _take(work, place, message):
                work.letters.append(letter)
                outcomes[place] = Outcome.PAYLOAD_INVALID
        elif kind is MessageKind.FORBIDDEN:
            letter = Letter(message, NOT_YOURS, "Published under another's topic.")
            work.letters.append(letter)
            outcomes[place] = Outcome.NOT_AUTHORISED
        else:
            is_online = kind is MessageKind.ONLINE
            work.presence[message.identity.device_id] = (is_online, message.received_at)
    for work in works.values():
        if work.has_unnamed:
            work.said = list(_counted(work.said))
    return outcomes, works


def _take(work: Work, place: int, message: InboundMessage) -> Letter | None:
    """Add the readings of a message to the work; a letter when there are none in it."""
    try:
        readings = rules.decode(message.topic, message.payload)
    except ReadingRefused as refusal:
        return Letter(message, refusal.code, refusal.detail)
    except Exception as error:  # whatever it is, it lies in the message and must not stop others
        log.exception("a payload that cannot be decoded", topic=message.topic)
        return Letter(message, "not-decodable", type(error).__name__)
    device_id = message.identity.device_id
    for reading in readings:
        # As the class itself would, but it is called for every reading.
        work.said.append(_new(Said, (place, device_id, message, reading, 0)))
        if reading.key_kind is _CONTENT:
            work.has_unnamed = True
    if not work.has_children and message.topic.startswith(rules.CHILDREN):
        work.has_children = True
    return None


def _counted(given: Iterable[Said]) -> Iterator[Said]:
    """Number the readings that arrived at one instant with one content, and nothing else to say.

    Several messages that were read from the network together share their time of receipt.
    """
    alike: dict[tuple[UUID, str | None, int, dt.datetime], int] = defaultdict(int)
    for said in given:
        message, reading = said.message, said.reading
        if reading.key_kind is not _CONTENT:
            yield said
            continue
        name = (said.device_id, reading.device, reading.key, message.received_at)
        yield said._replace(nth=alike[name]) if alike[name] else said
        alike[name] += 1
