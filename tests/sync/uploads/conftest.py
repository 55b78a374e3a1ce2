"""Fixtures of the tests of uploads."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.files.models import Blob
from server.kernel.modules import Platform
from server.kernel.tenancy import Tenant
from sync.uploads import transfer
from tests.platforms import Person
from tests.sync.uploads.phones import Phone, SignIn


@pytest.fixture
def engineer(sign_in: SignIn) -> Person:
    return sign_in("engineer")


@pytest.fixture
def phone(engineer: Person) -> Phone:
    return Phone(engineer.client)


@pytest.fixture
def folder(platform: Platform, tenant: Tenant) -> Path:
    return transfer.tenant_folder(platform.settings.home, tenant.id)


@pytest.fixture
def held(working: Callable[..., Any]) -> Callable[[bytes], bool]:
    """Tell whether the tenant holds these bytes."""

    def ask(content: bytes) -> bool:
        sha256 = hashlib.sha256(content).hexdigest()
        with working(write=False) as session:
            return session.scalar(select(Blob).where(Blob.sha256 == sha256)) is not None

    return ask
