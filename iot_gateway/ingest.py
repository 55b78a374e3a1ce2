"""From a batch of MQTT messages to durable rows: one transaction per tenant, then the PUBACK."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from iot_gateway import children, queries, sorting, storing
from iot_gateway.models import DeadLetter
from iot_gateway.mqtt import InboundMessage, Outcome
from iot_gateway.sorting import NOT_YOURS, Letter, Said, Work
from iot_gateway.timekeeping import Clocks
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.uow import retrying, unit_of_work

# What the database has against the content; anything else means that it cannot be reached.
REFUSALS = (DataError, IntegrityError, OverflowError)
log = structlog.get_logger(__name__)


class Ingest:
    """Makes batches durable; used by one thread. ``on_committed`` hears which tenant has news."""

    def __init__(self, platform: Platform, on_committed: Callable[[UUID], None]) -> None:
        """Start with nothing known of any device's clock."""
        self._platform = platform
        self._on_committed = on_committed
        self._clocks = Clocks()
        self._interrupted: tuple[Sequence[InboundMessage], set[UUID]] = ((), set())

    def take(self, batch: Sequence[InboundMessage]) -> list[Outcome]:
        """Store a batch and say what became of each message; raises when the store is away.

        A batch that comes again after that goes on with the tenants that are not stored yet.
        """
        outcomes, works = sorting.sort(batch)
        done = self._interrupted[1] if batch == self._interrupted[0] else set()
        self._interrupted = (batch, done)
        for tenant_id, work in works.items():
            if tenant_id in done:
                continue
            for place, outcome in self._store(tenant_id, work).items():
                outcomes[place] = outcome
            done.add(tenant_id)
            self._on_committed(tenant_id)
        self._interrupted = ((), set())
        return outcomes

    def _store(self, tenant_id: UUID, work: Work) -> dict[int, Outcome]:
        """Store a tenant's work; one message that the database refuses does not stop the others.

        Returns what became of messages that looked right, by their places.
        """
        try:
            return retrying(lambda: self._store_whole(tenant_id, work))
        except REFUSALS as refusal:
            if work.size == 1:
                return self._bury(tenant_id, work, type(refusal).__name__)
        outcomes: dict[int, Outcome] = {}
        for part in work.parts():
            outcomes |= self._store(tenant_id, part)
        return outcomes

    def _store_whole(self, tenant_id: UUID, work: Work) -> dict[int, Outcome]:
        refused: list[tuple[Said, Letter]] = []
        with unit_of_work(self._platform, tenant_id, actor=system(tenant_id)) as session:
            known = work.said
            if work.has_children:
                known, refused = children.addressed(session, known)
            if work.has_unnamed:
                known = storing.without_repeats(session, known)
            lesson = self._clocks.opened(session, {said.device_id for said in known})
            if known:
                storing.insert(session, known, lesson)
            lesson.keep(session)
            letters = [*work.letters, *(letter for _, letter in refused)]
            _keep_letters(session, letters)
            _keep_presence(session, work.presence, letters)
        self._clocks.adopt(lesson)
        return {
            said.place: Outcome.NOT_AUTHORISED
            for said, letter in refused
            if letter.code == NOT_YOURS
        }

    def _bury(self, tenant_id: UUID, work: Work, reason: str) -> dict[int, Outcome]:
        """Keep a reading that the database refuses as what came; raises when even that fails."""
        log.error("not storable", tenant_id=str(tenant_id), reason=reason, readings=len(work.said))
        letters = [Letter(said.message, "not-storable", reason) for said in work.said]
        retrying(lambda: self._store_whole(tenant_id, Work(letters=letters)))
        return {said.place: Outcome.PAYLOAD_INVALID for said in work.said}


def _keep_letters(session: Session, letters: Iterable[Letter]) -> None:
    """Keep messages that are no readings; the id follows from the message, so it is kept once."""
    for message, code, detail in letters:
        device_id, payload = message.identity.device_id, bytes(message.payload)
        name = f"{device_id}|{code}|{message.topic}|".encode()
        letter_id = UUID(bytes=hashlib.blake2b(name + payload, digest_size=16).digest())
        letter = session.get(DeadLetter, letter_id)
        if letter is None:
            letter = DeadLetter(
                id=letter_id,
                device_id=device_id,
                topic=message.topic,
                payload=payload,
                code=code,
                detail=detail,
                received_at=message.received_at,
                last_received_at=message.received_at,
                occurrences=1,
            )
            session.add(letter)
        elif message.received_at > letter.last_received_at:
            letter.last_received_at = message.received_at
            letter.occurrences += 1


def _keep_presence(
    session: Session,
    presence: Mapping[UUID, tuple[bool, dt.datetime]],
    letters: Iterable[Letter],
) -> None:
    """Keep who is connected, and count who spoke for others."""
    forbidden = Counter(
        letter.message.identity.device_id for letter in letters if letter.code == NOT_YOURS
    )
    if not presence and not forbidden:
        return
    found = queries.presences(session, presence.keys() | forbidden.keys())
    for device_id, count in forbidden.items():
        found[device_id].forbidden_count += count
    for device_id, (is_online, at) in presence.items():
        found[device_id].is_online, found[device_id].online_changed_at = is_online, at
