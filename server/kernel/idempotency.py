"""What was already answered: a repeated request or command gets its first answer again."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from server.kernel import clock
from server.kernel.db import Base
from server.kernel.errors import DomainError
from server.kernel.tenancy import Tenanted
from server.kernel.turns import take_turn
from server.kernel.types import Document

KEEP = dt.timedelta(days=30)
KEY_MAX_LENGTH = 64


class KeyReused(DomainError):
    """The key was used before for something else."""

    code = "idempotency-key-reused"
    status = 422
    title = "Idempotency key reused"


class KeyInvalid(DomainError):
    """The key is not 1 to 64 printable ASCII characters."""

    code = "idempotency-key-invalid"
    status = 400
    title = "Idempotency key invalid"


class Answer(Tenanted, Base):
    """The answer given to one key of one actor; ``digest`` covers path and body."""

    __tablename__ = "idempotency_answer"
    __audited__: ClassVar[bool] = False
    __table_args__ = (
        UniqueConstraint("tenant_id", "actor_id", "key"),
        Index(None, "created_at"),
    )

    actor_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(String(KEY_MAX_LENGTH))
    digest: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Document]
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class Claim:
    """A key about to be used by an actor for a path and a body."""

    actor_id: UUID
    key: str
    digest: str


def claim(actor_id: UUID, key: str, *parts: bytes) -> Claim:
    """Return the claim of ``key`` for what ``parts`` say; raises KeyInvalid."""
    if not (0 < len(key) <= KEY_MAX_LENGTH and key.isascii() and key.isprintable()):
        raise KeyInvalid("An idempotency key is 1 to 64 printable ASCII characters.")
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return Claim(actor_id, key, digest.hexdigest())


def find_answer(session: Session, used: Claim) -> dict[str, Any] | None:
    """Return the answer already given, or None; raises KeyReused for another path or body.

    Requests with one key follow each other from here to the end of the transaction: the second
    must find the first one's answer and not stumble over what the first one has changed.
    """
    take_turn(session, used.actor_id, used.key)
    return find_kept(session, used)


def find_kept(session: Session, used: Claim) -> dict[str, Any] | None:
    """Return the answer already given, or None; waits for nobody."""
    row = session.scalar(
        select(Answer).where(Answer.actor_id == used.actor_id, Answer.key == used.key)
    )
    if row is None:
        return None
    if row.digest != used.digest:
        raise KeyReused("This Idempotency-Key was used for another request.", key=used.key)
    return row.answer


def keep_answer(session: Session, used: Claim, answer: dict[str, Any]) -> None:
    """Keep an answer in the transaction of what it answers."""
    session.add(Answer(actor_id=used.actor_id, key=used.key, digest=used.digest, answer=answer))


def forget_old(session: Session, _payload: dict[str, Any] | None = None) -> None:
    """Drop answers older than 30 days; a periodic job."""
    session.execute(delete(Answer).where(Answer.created_at < clock.now() - KEEP))
