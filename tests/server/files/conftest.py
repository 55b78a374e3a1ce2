"""What the tests of files share: records to attach to, people, and files that arrive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.files import api as files
from server.kernel.actors import Actor, ActorKind
from server.kernel.ids import new_id
from server.kernel.tenancy import Tenant
from tests.builders import a_customer, a_site
from tests.server.files.pictures import a_jpeg

Arrive = Callable[..., files.Blob]
Announce = Callable[..., files.Attachment]


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def engineer(tenant: Tenant) -> Actor:
    return an_engineer(tenant)


@pytest.fixture
def other_engineer(tenant: Tenant) -> Actor:
    return an_engineer(tenant)


def an_engineer(tenant: Tenant) -> Actor:
    return Actor(
        id=new_id(),
        kind=ActorKind.USER,
        tenant_id=tenant.id,
        permissions=frozenset({"feed.reference", "attachments.add", "attachments.read"}),
        installation_id=new_id(),
    )


@pytest.fixture
def site_id(session: Session) -> UUID:
    """A site, which all staff see."""
    site = a_site(session)
    session.flush()
    made: UUID = site.id
    return made


@pytest.fixture
def customer_id(session: Session) -> UUID:
    """A customer, whom only the desk sees."""
    customer = a_customer(session)
    session.flush()
    made: UUID = customer.id
    return made


@pytest.fixture
def announce(session: Session, engineer: Actor, site_id: UUID) -> Announce:
    def make(**changes: Any) -> files.Attachment:
        content = changes.pop("content", a_jpeg())
        given = {
            "actor": engineer,
            "attachment_id": new_id(),
            "entity_kind": "site",
            "entity_id": site_id,
            "sha256": sha256_of(content),
            "size": len(content),
            "mime": "image/jpeg",
            "kind": files.AttachmentKind.PHOTO,
            **changes,
        }
        attachment = files.add_attachment(session, **given)
        session.flush()
        return attachment

    return make


@pytest.fixture
def arrive(session: Session, engineer: Actor, tmp_path: Path) -> Arrive:
    def make(content: bytes | None = None, **changes: Any) -> files.Blob:
        content = a_jpeg() if content is None else content
        path = tmp_path / new_id().hex
        path.write_bytes(content)
        given = {
            "actor": engineer,
            "path": path,
            "sha256": sha256_of(content),
            "size": len(content),
            "claimed_mime": "image/jpeg",
            **changes,
        }
        blob = files.receive_finished_upload(session, **given)
        session.flush()
        return blob

    return make
