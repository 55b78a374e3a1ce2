"""Attachments: announced at once, bound when their bytes arrive."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.files import api as files
from server.files import jobs, queries, service
from server.files.errors import (
    AttachmentExists,
    FileTypeNotAllowed,
    ImageTooLarge,
)
from server.files.rules import AttachmentKind, AttachmentState, PreviewState
from server.kernel import clock
from server.kernel.actors import Actor
from server.kernel.commands import CommandCall, CommandStatus, execute
from server.kernel.errors import Forbidden, InvalidInput, NotFound
from server.kernel.events import EventRecord
from server.kernel.ids import new_id
from server.kernel.outbox import OutboxRow
from server.kernel.session import platform_of, tenant_of
from server.kernel.storage import FileStore, blob_key
from tests.server.files.conftest import Announce, Arrive, sha256_of
from tests.server.files.pictures import SVG, a_bomb, a_jpeg


def stored(session: Session) -> FileStore:
    store: FileStore = platform_of(session).port(FileStore)  # type: ignore[type-abstract]
    return store


def make_pictures(session: Session, blob: files.Blob) -> None:
    jobs.make_thumbnails(session, {"blob_id": str(blob.id), "sha256": blob.sha256})
    session.flush()


def test_an_announced_photo_waits_for_its_bytes(announce: Announce) -> None:
    attachment = announce()

    assert (attachment.state, attachment.blob_id) == (AttachmentState.AWAITING_BLOB, None)


def test_a_photo_is_bound_when_its_bytes_arrive(
    session: Session, announce: Announce, arrive: Arrive
) -> None:
    attachment = announce()

    blob = arrive()

    assert (attachment.state, attachment.blob_id) == (AttachmentState.STORED, blob.id)
    assert stored(session).stat(blob_key(tenant_of(session), attachment.sha256)) is not None


def test_a_photo_whose_bytes_came_first_is_bound_at_once(
    announce: Announce, arrive: Arrive
) -> None:
    blob = arrive()

    attachment = announce()

    assert (attachment.state, attachment.blob_id) == (AttachmentState.STORED, blob.id)


def test_whoever_only_knows_the_hash_of_a_file_does_not_get_it(
    announce: Announce, arrive: Arrive, other_engineer: Actor, session: Session
) -> None:
    blob = arrive()

    attachment = announce(actor=other_engineer)

    assert attachment.state is AttachmentState.AWAITING_BLOB
    assert files.held_blobs(session, other_engineer, [blob.sha256]) == set()


def test_the_same_bytes_from_two_engineers_are_kept_once(
    announce: Announce, arrive: Arrive, engineer: Actor, other_engineer: Actor, session: Session
) -> None:
    mine, theirs = announce(), announce(actor=other_engineer)

    blobs = {arrive().id, arrive(actor=other_engineer).id}

    assert blobs == {mine.blob_id} == {theirs.blob_id}
    for actor in (engineer, other_engineer):
        assert files.held_blobs(session, actor, [mine.sha256, "0" * 64]) == {mine.sha256}


def test_bytes_that_a_colleague_sends_are_not_bound_to_what_others_announced(
    announce: Announce, arrive: Arrive, other_engineer: Actor
) -> None:
    guessed = announce(actor=other_engineer)

    arrive()

    assert guessed.state is AttachmentState.AWAITING_BLOB


def test_announcing_twice_is_announcing_once(announce: Announce) -> None:
    first = announce()

    second = announce(attachment_id=first.id)

    assert second is first


def test_an_id_never_names_two_attachments(announce: Announce) -> None:
    first = announce()

    with pytest.raises(AttachmentExists):
        announce(attachment_id=first.id, content=b"other")


def test_nothing_is_attached_to_what_one_cannot_see(announce: Announce, customer_id: UUID) -> None:
    with pytest.raises(NotFound):
        announce(entity_kind="customer", entity_id=customer_id)
    with pytest.raises(NotFound):
        announce(entity_id=new_id())


@pytest.mark.parametrize("kind", ["user", "attachment", "nonsense", ""])
def test_only_records_that_people_see_take_attachments(announce: Announce, kind: str) -> None:
    with pytest.raises(InvalidInput):
        announce(entity_kind=kind)


def test_what_was_recorded_on_site_is_kept_after_the_work_went_to_somebody_else(
    session: Session, announce: Announce, customer_id: UUID, engineer: Actor
) -> None:
    tell_feed_that_it_was_shown(session, customer_id, f"u:{engineer.id}")

    attachment = announce(entity_kind="customer", entity_id=customer_id)

    assert queries.get_attachment(session, actor=engineer, attachment_id=attachment.id)


def tell_feed_that_it_was_shown(session: Session, entity_id: UUID, scope: str) -> None:
    from server.kernel.changes import FeedItem, ItemState  # noqa: PLC0415

    session.add(
        FeedItem(
            tenant_id=tenant_of(session),
            scope=scope,
            kind="customer",
            entity_id=entity_id,
            state=int(ItemState.OUT),
            version=1,
            seq=10**9,
        )
    )
    session.flush()


def test_an_attachment_is_seen_by_who_added_it_and_by_who_sees_its_record(
    session: Session, announce: Announce, actor: Actor, customer_id: UUID, engineer: Actor
) -> None:
    hidden = announce(actor=actor, entity_kind="customer", entity_id=customer_id)
    public = announce(actor=actor)

    assert queries.get_attachment(session, actor=engineer, attachment_id=public.id) is public
    with pytest.raises(NotFound):
        queries.get_attachment(session, actor=engineer, attachment_id=hidden.id)


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/svg+xml", AttachmentKind.PHOTO),
        ("application/pdf", AttachmentKind.PHOTO),
        ("application/pdf", AttachmentKind.SIGNATURE),
        ("text/html", AttachmentKind.DOCUMENT),
    ],
)
def test_an_announced_type_that_is_never_kept_is_refused(
    announce: Announce, mime: str, kind: AttachmentKind
) -> None:
    with pytest.raises(FileTypeNotAllowed):
        announce(mime=mime, kind=kind)


@pytest.mark.parametrize(
    ("content", "refusal"), [(SVG, FileTypeNotAllowed), (a_bomb(), ImageTooLarge)]
)
def test_hostile_bytes_are_not_stored(
    session: Session, arrive: Arrive, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        arrive(content, claimed_mime="")

    assert stored(session).stat(blob_key(tenant_of(session), sha256_of(content))) is None


def test_bytes_that_are_not_the_announced_ones_are_refused(arrive: Arrive) -> None:
    with pytest.raises(InvalidInput):
        arrive(sha256="0" * 64)


def test_a_refused_file_tells_the_reason_where_it_was_announced(
    session: Session, announce: Announce, engineer: Actor
) -> None:
    attachment = announce()

    files.refuse_blob(
        session, sender_id=engineer.id, sha256=attachment.sha256, code="image-too-large"
    )

    assert (attachment.state, attachment.refusal) == (AttachmentState.REFUSED, "image-too-large")


def test_history_tells_when_a_photo_was_added_and_when_it_was_safe(
    session: Session, announce: Announce, arrive: Arrive
) -> None:
    attachment = announce()
    arrive()
    session.flush()

    statement = select(EventRecord.type).where(EventRecord.entity_id == attachment.id)
    assert list(session.scalars(statement.order_by(EventRecord.id))) == [
        "attachment.added",
        "attachment.stored",
    ]


def test_a_stored_photo_gets_its_pictures_from_one_job(
    session: Session, announce: Announce, arrive: Arrive, actor: Actor
) -> None:
    attachment, blob = announce(content=a_jpeg(800, 600, gps=True)), None
    blob = arrive(a_jpeg(800, 600, gps=True))
    arrive(a_jpeg(800, 600, gps=True))
    waiting = session.scalars(select(OutboxRow).where(OutboxRow.key == str(blob.id))).all()

    make_pictures(session, blob)
    make_pictures(session, blob)

    document = files.documents_of(session, actor=actor, attachments=[attachment])[attachment.id]
    assert len(waiting) == 1
    assert (document["thumbnails"], document["width"]) == ([320, 1600], 800)
    assert document["place"] == {"type": "Point", "coordinates": [-8.63, 41.1583333]}


def test_the_place_of_a_photo_is_told_only_to_those_who_see_places(
    session: Session, announce: Announce, arrive: Arrive, engineer: Actor
) -> None:
    content = a_jpeg(gps=True)
    attachment = announce(content=content)
    make_pictures(session, arrive(content))

    document = files.documents_of(session, actor=engineer, attachments=[attachment])

    assert document[attachment.id]["place"] is None


def test_a_photo_that_cannot_be_decoded_is_kept_without_pictures(
    session: Session, announce: Announce, arrive: Arrive
) -> None:
    content = a_jpeg(800, 600)[:3000]
    attachment = announce(content=content)

    blob = arrive(content)
    make_pictures(session, blob)

    assert (attachment.state, blob.preview) == (AttachmentState.STORED, PreviewState.UNREADABLE)


def test_bytes_that_nothing_was_attached_to_go_after_thirty_days(
    session: Session, announce: Announce, arrive: Arrive
) -> None:
    kept, unused = a_jpeg(40, 30), a_jpeg(50, 30)
    announce(content=kept)
    arrive(kept)
    arrive(unused)

    with clock.frozen(clock.now() + dt.timedelta(days=31)):
        service.forget_unused(session)
    session.flush()
    jobs.delete_content(session, {"sha256": sha256_of(unused)})
    jobs.delete_content(session, {"sha256": sha256_of(kept)})

    tenant_id = tenant_of(session)
    found = {
        content: stored(session).stat(blob_key(tenant_id, sha256_of(content))) is not None
        for content in (kept, unused)
    }
    assert found == {kept: True, unused: False}


def a_call(site_id: UUID, attachment_id: UUID, **changes: Any) -> CommandCall:
    args = {
        "entity_kind": "site",
        "entity_id": str(site_id),
        "sha256": "a" * 64,
        "size": 10,
        "mime": "image/jpeg",
        "kind": "photo",
        **changes,
    }
    return CommandCall(
        id=new_id(),
        type="attachment.add",
        entity_id=attachment_id,
        args=args,
        occurred_at=dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC),
    )


def test_a_pushed_photo_was_taken_when_the_phone_recorded_it(
    session: Session, engineer: Actor, site_id: UUID
) -> None:
    attachment_id = new_id()

    outcome = execute(session, engineer, a_call(site_id, attachment_id))
    again = execute(session, engineer, a_call(site_id, attachment_id))

    attachment = queries.find_attachment(session, attachment_id)
    assert attachment is not None
    assert attachment.taken_at == dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    assert attachment.installation_id == engineer.installation_id
    assert (outcome.status, again.status) == (CommandStatus.APPLIED, CommandStatus.MERGED)
    assert outcome.details == {"state": "awaiting_blob"}


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "A" * 64},
        {"sha256": "a" * 64 + "\n"},
        {"size": 0},
        {"size": 2**40},
        {"kind": "video"},
        {"mime": ""},
        {"name": "x" * 201},
        {"name": "a\x00b"},
        {"extra": 1},
    ],
)
def test_a_pushed_photo_with_wrong_arguments_is_refused(
    session: Session, engineer: Actor, site_id: UUID, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        execute(session, engineer, a_call(site_id, new_id(), **changes))


def test_who_may_not_attach_is_refused(session: Session, tenant: Any, site_id: UUID) -> None:
    from server.kernel.actors import Actor, ActorKind  # noqa: PLC0415

    nobody = Actor(id=new_id(), kind=ActorKind.USER, tenant_id=tenant.id)

    with pytest.raises(Forbidden):
        execute(session, nobody, a_call(site_id, new_id()))
