"""Attachments over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.files import api as files
from server.files import jobs
from server.kernel.actors import Actor, ActorKind
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from tests.builders import a_site
from tests.platforms import ApiClient, Person, make_tenant
from tests.server.files.conftest import sha256_of
from tests.server.files.pictures import a_jpeg

PATH = "/api/v1/attachments"
SignIn = Callable[..., Person]
Working = Callable[..., Any]


@dataclass
class Photos:
    """Announces photos over HTTP and lets their bytes arrive."""

    working: Working
    tenant: Tenant
    folder: Path
    site_id: UUID

    def announce(self, client: ApiClient, content: bytes, **changes: Any) -> Any:
        body = {
            "id": str(new_id()),
            "entity_kind": "site",
            "entity_id": str(self.site_id),
            "sha256": sha256_of(content),
            "size": len(content),
            "mime": "image/jpeg",
            "kind": "photo",
            "name": "Ofen 照片.jpg",
            **changes,
        }
        return client.post(PATH, json=body)

    def arrive(self, sender: UUID, content: bytes, mime: str = "image/jpeg") -> None:
        path = self.folder / new_id().hex
        path.write_bytes(content)
        with self.working() as session:
            actor = Actor(id=sender, kind=ActorKind.USER, tenant_id=self.tenant.id)
            blob = files.receive_finished_upload(
                session,
                actor=actor,
                path=path,
                sha256=sha256_of(content),
                size=len(content),
                claimed_mime=mime,
            )
            session.flush()
            if mime.startswith("image"):
                payload = {"blob_id": str(blob.id), "sha256": blob.sha256}
                jobs.make_thumbnails(session, payload)


@pytest.fixture
def photos(working: Working, tenant: Tenant, tmp_path: Path) -> Photos:
    with working() as session:
        site_id = a_site(session).id
    return Photos(working, tenant, tmp_path, site_id)


@pytest.fixture
def engineer(sign_in: SignIn) -> Person:
    return sign_in("engineer")


@pytest.fixture
def photo(photos: Photos, engineer: Person) -> str:
    """The path of a stored photo."""
    content = a_jpeg(800, 400, orientation=6, gps=True)
    answer = photos.announce(engineer.client, content)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    photos.arrive(engineer.id, content)
    return f"{PATH}/{answer.get_json()['id']}"


def test_an_announced_photo_is_shown_and_listed(photos: Photos, engineer: Person) -> None:
    answer = photos.announce(engineer.client, a_jpeg())

    attachment = answer.get_json()
    shown = engineer.client.get(f"{PATH}/{attachment['id']}").get_json()
    query = f"?entity_kind=site&entity_id={photos.site_id}"
    listed = engineer.client.get(f"{PATH}{query}").get_json()
    assert (answer.status_code, attachment["state"]) == (201, "awaiting_blob")
    assert shown == attachment
    assert (listed["next"], [one["id"] for one in listed["items"]]) == (None, [attachment["id"]])
    assert listed["items"][0].keys() == attachment.keys()


def test_the_original_comes_back_byte_for_byte_and_cannot_run(photo: str, engineer: Person) -> None:
    answer = engineer.client.get(f"{photo}/content")

    assert answer.data == a_jpeg(800, 400, orientation=6, gps=True)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("inline; filename=file-")
    assert "filename*=UTF-8''Ofen%20%E7%85%A7%E7%89%87.jpg" in disposition


def test_a_document_is_downloaded_not_shown(photos: Photos, engineer: Person) -> None:
    content = b"%PDF-1.7\n%%EOF"
    given = {"mime": "application/pdf", "kind": "document", "name": "report.pdf"}
    attachment = photos.announce(engineer.client, content, **given).get_json()
    photos.arrive(engineer.id, content, "application/pdf")

    answer = engineer.client.get(f"{PATH}/{attachment['id']}/content")

    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Type"] == "application/pdf"


def test_an_unchanged_original_is_not_sent_again(photo: str, engineer: Person) -> None:
    etag = engineer.client.get(f"{photo}/content").headers["ETag"]

    answer = engineer.client.get(f"{photo}/content", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "start", "stop"), [("bytes=0-99", 0, 100), ("bytes=100-", 100, None)]
)
def test_a_range_of_an_original_is_sent(
    photo: str, engineer: Person, asked: str, start: int, stop: int | None
) -> None:
    content = a_jpeg(800, 400, orientation=6, gps=True)

    answer = engineer.client.get(f"{photo}/content", headers={"Range": asked})

    assert (answer.status_code, answer.data) == (206, content[start:stop])
    end = (stop or len(content)) - 1
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(content)}"


def test_a_small_picture_is_upright_and_tells_no_place(photo: str, sign_in: SignIn) -> None:
    colleague = sign_in("engineer")

    small = colleague.client.get(f"{photo}/thumbnail")
    large = colleague.client.get(f"{photo}/thumbnail?size=1600")

    assert small.headers["Content-Type"] == "image/webp"
    assert small.data[8:12] == large.data[8:12] == b"WEBP"
    assert b"Exif" not in small.data + large.data


def test_an_original_that_tells_a_place_is_hidden_from_colleagues(
    photo: str, sign_in: SignIn
) -> None:
    answer = sign_in("engineer").client.get(f"{photo}/content")
    dispatcher = sign_in("dispatcher").client

    assert (answer.status_code, answer.get_json()["code"]) == (403, "original-hidden")
    assert dispatcher.get(f"{photo}/content").status_code == 200
    assert dispatcher.get(photo).get_json()["place"]["coordinates"] == [-8.63, 41.1583333]


def test_bytes_that_have_not_arrived_are_not_found_yet(photos: Photos, engineer: Person) -> None:
    attachment = photos.announce(engineer.client, a_jpeg()).get_json()

    for name in ("content", "thumbnail"):
        answer = engineer.client.get(f"{PATH}/{attachment['id']}/{name}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "bytes-not-arrived")


@pytest.mark.parametrize(
    "query",
    ["", "?entity_kind=site", "?entity_kind=site&entity_id=1", "?entity_kind=user&entity_id={}"],
)
def test_a_list_of_nothing_in_particular_is_refused(engineer: Person, query: str) -> None:
    assert engineer.client.get(PATH + query.format(new_id())).status_code == 422


@pytest.mark.parametrize("size", ["1", "320.5", "x", "10000"])
def test_a_small_picture_of_another_size_is_refused(
    photo: str, engineer: Person, size: str
) -> None:
    assert engineer.client.get(f"{photo}/thumbnail?size={size}").status_code == 422


def test_another_tenant_finds_nothing(
    platform: Platform, photo: str, photos: Photos, sign_in: SignIn
) -> None:
    stranger = sign_in("admin", tenant=make_tenant(platform)).client

    query = f"{PATH}?entity_kind=site&entity_id={photos.site_id}"
    paths = [photo, f"{photo}/content", f"{photo}/thumbnail", query]
    assert [stranger.get(path).status_code for path in paths] == [404] * 4
    assert photos.announce(stranger, a_jpeg()).status_code == 404


def test_nobody_reads_without_credentials(photo: str, engineer: Person) -> None:
    engineer.client.token = ""

    for path in (photo, f"{photo}/content", f"{photo}/thumbnail"):
        assert engineer.client.get(path).status_code == 401
