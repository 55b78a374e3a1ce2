"""A photo's announcement and its bytes travel by two ways and may arrive at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.files import api as files
from server.files import images, queries
from server.files.rules import AttachmentState
from server.kernel import outbox
from server.kernel.actors import Actor
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from tests.builders import a_site
from tests.server.files.conftest import sha256_of
from tests.server.files.pictures import a_jpeg

Step = Callable[[Any], object]


@pytest.mark.parametrize("first", ["announcement", "bytes"])
def test_a_photo_and_its_announcement_that_arrive_at_one_moment_find_each_other(
    working: Callable[..., Any], engineer: Actor, tmp_path: Path, first: str
) -> None:
    with working() as session:
        site_id: UUID = a_site(session).id
    content, attachment_id = a_jpeg(), new_id()

    def announce(session: Any) -> object:
        return files.add_attachment(
            session,
            actor=engineer,
            attachment_id=attachment_id,
            entity_kind="site",
            entity_id=site_id,
            sha256=sha256_of(content),
            size=len(content),
            mime="image/jpeg",
            kind=files.AttachmentKind.PHOTO,
        )

    def receive(session: Any) -> object:
        path = tmp_path / new_id().hex
        path.write_bytes(content)
        return files.receive_finished_upload(
            session,
            actor=engineer,
            path=path,
            sha256=sha256_of(content),
            size=len(content),
            claimed_mime="image/jpeg",
        )

    steps = [announce, receive] if first == "announcement" else [receive, announce]
    side_by_side(working, *steps)

    with working(write=False) as session:
        attachment = queries.find_attachment(session, attachment_id)
        assert attachment is not None
        assert attachment.state is AttachmentState.STORED


def side_by_side(working: Callable[..., Any], step: Step, other: Step) -> None:
    """Carry out two steps in transactions that are open at the same time, if the second may."""
    first_has_changed, second_has_changed = threading.Event(), threading.Event()

    def go_first() -> None:
        with working() as session:
            step(session)
            session.flush()
            first_has_changed.set()
            # Long enough for the other to run into the lock.
            second_has_changed.wait(0.5)

    def go_second() -> None:
        first_has_changed.wait(10)
        with working() as session:
            other(session)
            session.flush()
            second_has_changed.set()

    threads = [threading.Thread(target=go_first), threading.Thread(target=go_second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_photo_that_is_slow_to_decode_keeps_nobody_from_writing(
    platform: Platform,
    working: Callable[..., Any],
    engineer: Actor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = a_jpeg(77, 78)
    (tmp_path / "photo").write_bytes(content)
    with working() as session:
        files.receive_finished_upload(
            session,
            actor=engineer,
            path=tmp_path / "photo",
            sha256=sha256_of(content),
            size=len(content),
            claimed_mime="image/jpeg",
        )
    make, begun, written = images.make_thumbnails, threading.Event(), threading.Event()

    def slowly(path: Path, **options: Any) -> Any:
        begun.set()
        assert written.wait(30)
        return make(path, **options)

    monkeypatch.setattr(images, "make_thumbnails", slowly)
    job_id = outbox.due_jobs(platform)[-1]
    with ThreadPoolExecutor(1) as worker:
        done = worker.submit(outbox.run_job, platform, job_id)
        assert begun.wait(30)
        with working() as session:
            a_site(session)
        written.set()

        assert done.result(30)
