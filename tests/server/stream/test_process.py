"""The stream process on a real database: what it reads, and that it holds nothing in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from server.kernel import db
from server.kernel.actors import Actor
from server.kernel.tenancy import Tenant
from server.places import api as places
from server.stream.__main__ import allowed_origins, reader_of_heights


def test_heights_are_read_and_no_connection_is_held_in_between(
    tenant: Tenant, actor: Actor, working: Callable[..., Any], database_url: str
) -> None:
    engine, seen = db.make_engine(database_url), Counter[str]()
    for what in ("connect", "close"):
        event.listen(engine, what, lambda *_, what=what: seen.update([what]))
    read_heights = reader_of_heights(engine)
    with working() as session:
        places.create_customer(session, actor=actor, name="Bakery")

    before = read_heights()[tenant.id]
    with working() as session:
        places.create_customer(session, actor=actor, name="Dairy")
    after = read_heights()[tenant.id]

    assert after.epoch == before.epoch
    assert after.height > before.height
    assert seen["connect"] >= 2
    assert seen["close"] == seen["connect"]


@pytest.mark.parametrize(
    ("public_url", "origins"),
    [
        ("http://127.0.0.1:8080", {"http://127.0.0.1:8080", "http://localhost:8080"}),
        ("http://localhost:8080", {"http://127.0.0.1:8080", "http://localhost:8080"}),
        ("https://service.example.org", {"https://service.example.org"}),
        ("https://service.example.org:8443", {"https://service.example.org:8443"}),
        # As browsers write it: in lower case, without the port that goes without saying.
        ("https://Service.Example.org", {"https://service.example.org"}),
        ("https://service.example.org:443", {"https://service.example.org"}),
        ("http://[2001:db8::1]:8080", {"http://[2001:db8::1]:8080"}),
    ],
)
def test_only_the_one_public_origin_may_listen(public_url: str, origins: set[str]) -> None:
    assert allowed_origins(public_url) == origins
