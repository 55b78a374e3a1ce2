"""Other ways to name a method, and how much one actor may hold open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from sync.uploads import routes
from sync.uploads.models import Upload
from tests.sync.uploads.phones import (
    BYTES,
    TUS,
    Phone,
    code,
)

Working = Callable[..., Any]


@pytest.fixture
def all_threads_busy() -> Iterator[None]:
    slots = routes._slots(4)
    for _ in range(4):
        slots.acquire(blocking=False)
    yield
    for _ in range(4):
        slots.release()


def test_uploads_leave_half_of_the_threads_to_others(phone: Phone, all_threads_busy: None) -> None:
    url = phone.started(10)

    answer = phone.send(url, 0, b"123")

    assert code(answer) == (503, "uploads-busy")
    assert answer.headers["Retry-After"] == "2"
    assert phone.head(url).status_code == 200


@pytest.mark.parametrize(("method", "status"), [("PATCH", 204), ("DELETE", 204), ("HEAD", 200)])
def test_a_method_may_be_named_in_a_header(phone: Phone, method: str, status: int) -> None:
    url = phone.started(10)
    headers = {**TUS, "X-HTTP-Method-Override": method, "Upload-Offset": "0"}

    answer = phone.client.post(url, data=b"123", content_type=BYTES, headers=headers)

    assert answer.status_code == status


def test_a_post_to_an_upload_without_a_method_is_refused(phone: Phone) -> None:
    url = phone.started(10)

    assert phone.client.post(url, headers=TUS).status_code == 405


def test_one_actor_holds_no_more_than_so_many_unfinished_uploads(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.uploads.service.MAX_OPEN_UPLOADS", 2)
    phone.started(10)
    phone.started(10)

    assert code(phone.start(10)) == (429, "too-many-uploads")


def test_a_creation_sent_again_under_its_key_is_one_upload(phone: Phone, working: Working) -> None:
    first, second = (phone.start(9, **{"Idempotency-Key": "one"}) for _ in range(2))
    other = phone.start(9, **{"Idempotency-Key": "two"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.headers["Location"] == second.headers["Location"] != other.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Tus-Resumable"] == "1.0.0"
    with working() as session:
        assert len(session.scalars(select(Upload.id)).all()) == 2


def test_a_key_of_one_creation_is_refused_for_another(phone: Phone) -> None:
    phone.start(9, **{"Idempotency-Key": "one"})

    answer = phone.start(10, **{"Idempotency-Key": "one"})

    assert code(answer) == (422, "idempotency-key-reused")


def test_a_creation_that_was_refused_may_be_tried_again_under_its_key(phone: Phone) -> None:
    refused = phone.start("x", **{"Idempotency-Key": "one"})

    again = phone.start(9, **{"Idempotency-Key": "one"})

    assert (refused.status_code, again.status_code) == (400, 201)


def test_a_key_beside_bytes_means_nothing_because_their_offset_says_it(phone: Phone) -> None:
    url = phone.started(9)
    headers = {"X-HTTP-Method-Override": "PATCH", "Idempotency-Key": "one"}
    for offset in (0, 3):
        named = {**TUS, **headers, "Upload-Offset": str(offset)}
        answer = phone.client.post(url, headers=named, data=b"abc", content_type=BYTES)
        assert answer.status_code == 204

    assert phone.head(url).headers["Upload-Offset"] == "6"
