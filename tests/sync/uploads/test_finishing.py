"""How uploads end: finished once, whoever does it and whatever dies in between, or expired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.files.jobs import forget_unused
from server.kernel import clock
from server.kernel.modules import Platform
from server.kernel.outbox import OutboxRow, run_due, run_job
from server.kernel.uow import unit_of_work
from sync.uploads import jobs, transfer
from sync.uploads.models import Upload
from tests.server.files.pictures import a_jpeg
from tests.sync.uploads.phones import (
    Broken,
    Phone,
    code,
    files_in,
    metadata,
)


def test_a_newer_request_takes_over_from_one_that_still_waits(phone: Phone) -> None:
    url = phone.started(100)
    inner: list[TestResponse] = []

    class Waking(Broken):
        """While the old request waits for bytes, the phone has come back with a new one."""

        def readinto(self, buffer: Any) -> int:
            if not inner:
                inner.append(phone.send(url, 0, b"\xff\xd8\xffnew"))
            return super().readinto(buffer)

    old = phone.send(url, 0, b"", input_stream=Waking(b"\xff\xd8\xffold bytes", announced=12))

    assert (inner[0].status_code, inner[0].headers["Upload-Offset"]) == (204, "6")
    assert code(old) == (409, "upload-taken-over")
    assert phone.head(url).headers["Upload-Offset"] == "6"


def test_bytes_lost_from_the_disk_are_asked_for_again(
    phone: Phone, folder: Path, held: Callable[[bytes], bool]
) -> None:
    photo = a_jpeg()
    url = phone.started(len(photo))
    phone.send(url, 0, photo[:100])
    for path in files_in(folder):
        path.unlink()

    offset = phone.head(url).headers["Upload-Offset"]
    answer = phone.send(url, 0, photo)

    assert (offset, answer.status_code, held(photo)) == ("0", 204, True)


def test_an_expired_upload_is_gone_and_removed(
    phone: Phone, folder: Path, working: Callable[..., Any]
) -> None:
    url = phone.started(10)
    phone.send(url, 0, b"\xff\xd8\xff1")
    later = clock.now() + dt.timedelta(days=8)
    with working() as session:
        for upload in session.scalars(select(Upload)):
            upload.expires_at = clock.now()

    answer = phone.head(url)
    with clock.frozen(later), working() as session:
        jobs.remove_expired(session, {})

    assert answer.status_code == 410
    assert (phone.head(url).status_code, files_in(folder)) == (404, [])


def test_an_upload_whose_process_died_before_finishing_is_finished_by_a_job(
    phone: Phone,
    platform: Platform,
    held: Callable[[bytes], bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = a_jpeg(333, 222)
    url = phone.started(len(photo), metadata(filetype="image/jpeg"))
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_finish", died)
        assert phone.send(url, 0, photo).status_code == 500

    before = held(photo)
    job = job_of(platform, url)
    with clock.frozen(clock.now() + dt.timedelta(minutes=2)):
        assert run_job(platform, job)

    assert (before, held(photo)) == (False, True)
    assert phone.client.get(url).get_json()["state"] == "finished"


def job_of(platform: Platform, url: str) -> UUID:
    with unit_of_work(platform, None, write=False) as session:
        key = url.rsplit("/", 1)[1]
        return session.scalars(select(OutboxRow.id).where(OutboxRow.key == key)).one()


def died(*_: Any) -> None:
    raise RuntimeError


@pytest.mark.parametrize("asks", ["HEAD", "PATCH"])
def test_a_complete_upload_is_finished_by_asking_once_more(
    phone: Phone, held: Callable[[bytes], bool], monkeypatch: pytest.MonkeyPatch, asks: str
) -> None:
    photo = a_jpeg(111, 222)
    url = phone.started(len(photo))
    with monkeypatch.context() as patch:
        patch.setattr(transfer, "_finish", died)
        phone.send(url, 0, photo)

    answer = phone.head(url) if asks == "HEAD" else phone.send(url, len(photo), b"")

    assert answer.headers["Upload-Offset"] == str(len(photo))
    assert held(photo)


def test_whoever_finishes_second_finds_it_finished(
    phone: Phone, held: Callable[[bytes], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_jpeg(112, 222)
    url = phone.started(len(photo))
    judge = transfer.judge_and_keep

    def overtaken(*_: Any, **__: Any) -> Any:
        monkeypatch.setattr(transfer, "judge_and_keep", judge)
        phone.head(url)
        raise FileNotFoundError

    monkeypatch.setattr(transfer, "judge_and_keep", overtaken)
    answer = phone.send(url, 0, photo)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(photo)))
    assert held(photo)


def test_a_picture_that_was_dropped_as_unused_can_be_sent_again(
    phone: Phone, platform: Platform, working: Callable[..., Any], held: Callable[[bytes], bool]
) -> None:
    photo = a_jpeg(123, 45)
    assert phone.send(phone.started(len(photo)), 0, photo).status_code == 204
    run_due(platform)
    with clock.frozen(clock.now() + dt.timedelta(days=31)):
        with working() as session:
            forget_unused(session, {})
        run_due(platform)
    assert not held(photo)

    again = phone.send(phone.started(len(photo)), 0, photo)

    assert again.status_code == 204
    assert held(photo)
