"""The order of things when bytes arrive: lease, bytes to the disk, record, finish.

No transaction is open while bytes travel or are hashed. Whatever breaks in between leaves an
upload that continues from its offset of record.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel.actors import Actor
from server.kernel.errors import DomainError
from server.kernel.ids import new_id
from server.kernel.storage import FileStore
from server.kernel.uow import retrying
from sync.uploads import service
from sync.uploads.errors import ChecksumMismatch
from sync.uploads.partial import Body, PartialFile, receive
from sync.uploads.rules import Checksum, UploadMetadata, UploadState, require_offset, room_left
from sync.uploads.service import Standing

Result = TypeVar("Result")
UNAVAILABLE = 500


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What a request brings: where its bytes begin, how many it announces, how to read them."""

    offset: int
    announced: int | None
    checksum: Checksum | None
    read: Callable[[int], bytes]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where uploads of one actor are received: units of work, the folder and the file store."""

    actor: Actor
    open_unit: Callable[..., AbstractContextManager[Session]]
    folder: Path
    store: FileStore

    def within(self, work: Callable[[Session], Result]) -> Result:
        """Run ``work`` in one short unit of work, again when the database asks for it."""

        def once() -> Result:
            with self.open_unit() as session:
                return work(session)

        return retrying(once)

    def partial(self, upload_id: UUID) -> PartialFile:
        """Return the file of an unfinished upload of the actor's tenant."""
        return PartialFile(tenant_folder(self.folder, self.actor.tenant_id), upload_id)


def tenant_folder(home: Path, tenant_id: UUID) -> Path:
    """Return where a tenant's unfinished uploads lie."""
    return home / "uploads" / str(tenant_id)


def open_upload(desk: Desk, *, length: int, metadata: UploadMetadata) -> Standing:
    """Start an upload."""
    return desk.within(
        lambda session: service.create_upload(
            session, actor=desk.actor, length=length, metadata=metadata
        )
    )


def look_up(desk: Desk, upload_id: UUID) -> Standing:
    """Return where an upload stands, and no further than its bytes really are on the disk.

    A client takes a complete upload for safe, so one that a dead process left unfinished is
    finished first. Raises what ``continue_upload`` raises for a complete file.
    """
    standing = _read(desk, upload_id)
    if standing.state is UploadState.RECEIVING and standing.offset == standing.length:
        return _finish(desk, standing, desk.partial(upload_id))
    return standing


def continue_upload(desk: Desk, upload_id: UUID, arrival: Arrival) -> Standing:
    """Take the bytes of one request and finish the upload when they are the last.

    Raises the refusals of ``errors.py`` and, for a complete file, those of the files room.
    """
    token = new_id()
    standing = desk.within(
        lambda session: service.begin_writing(
            session, actor=desk.actor, upload_id=upload_id, token=token
        )
    )
    if standing.state is UploadState.FINISHED:
        require_offset(arrival.offset, standing.length)
        return standing
    partial = desk.partial(upload_id)
    start = partial.begin(token, standing.offset)
    require_offset(arrival.offset, start)
    body = Body(
        read=arrival.read,
        room=room_left(length=standing.length, offset=start, announced=arrival.announced),
        announced=arrival.announced,
        checksum=arrival.checksum,
    )

    def record(offset: int) -> None:
        desk.within(
            lambda session: service.advance(
                session, upload_id=upload_id, token=token, offset=offset
            )
        )

    received = receive(partial, body, token=token, start=start, on_durable=record)
    if received.offset == standing.length:
        return _finish(desk, replace(standing, offset=received.offset), partial)
    return replace(standing, offset=received.offset)


def end_upload(desk: Desk, upload_id: UUID) -> None:
    """Forget an upload and its bytes."""
    desk.within(lambda session: service.end_upload(session, actor=desk.actor, upload_id=upload_id))
    desk.partial(upload_id).remove()


def judge_and_keep(
    store: FileStore, *, tenant_id: UUID, path: Path, mime: str, sha256: str | None
) -> files.KeptFile:
    """Bring a complete file into the store; raises ChecksumMismatch and the files room's refusals.

    The hash is compared first: other bytes than the phone hashed are nobody's evidence.
    """
    if sha256 is not None:
        found = files.hash_of(path)
        if found != sha256:
            raise ChecksumMismatch(
                "The finished file is not the one that was announced.",
                declared=sha256,
                found=found,
            )
    return files.keep_file(store, tenant_id=tenant_id, path=path, claimed_mime=mime)


def _read(desk: Desk, upload_id: UUID) -> Standing:
    with desk.open_unit(write=False) as session:
        standing = service.read_standing(session, actor=desk.actor, upload_id=upload_id)
    if standing.state is UploadState.RECEIVING:
        offset = min(standing.offset, desk.partial(upload_id).size)
        return replace(standing, offset=offset)
    return standing


def _finish(desk: Desk, standing: Standing, partial: PartialFile) -> Standing:
    try:
        kept = judge_and_keep(
            desk.store,
            tenant_id=standing.tenant_id,
            path=partial.path,
            mime=standing.mime,
            sha256=standing.sha256,
        )
    except FileNotFoundError:
        # Another request or the job has finished it meanwhile.
        return _read(desk, standing.id)
    except DomainError as refusal:
        if refusal.status < UNAVAILABLE:
            _refuse(desk, standing, partial, refusal)
        raise
    finished = desk.within(
        lambda session: service.finish_upload(session, upload_id=standing.id, kept=kept)
    )
    partial.remove()
    return finished or standing


def _refuse(desk: Desk, standing: Standing, partial: PartialFile, refusal: DomainError) -> None:
    # Bytes that are not the announced ones say nothing against the announced ones.
    is_other = isinstance(refusal, ChecksumMismatch) or not partial.path.exists()
    sha256 = None if is_other else files.hash_of(partial.path)
    desk.within(
        lambda session: service.refuse_upload(
            session, upload_id=standing.id, code=refusal.code, sha256=sha256
        )
    )
    partial.remove()
