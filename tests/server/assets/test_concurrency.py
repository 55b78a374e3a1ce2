from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from server.assets import queries, service
from server.assets.errors import TreeRefused
from server.kernel.actors import Actor
from tests.builders import an_asset


def test_two_assets_put_under_each_other_at_the_same_time_make_no_circle(
    working: Callable[..., Any], actor: Actor
) -> None:
    with working() as session:
        one = an_asset(session)
        other = an_asset(session, site_id=one.site_id)
        ids = one.id, other.id
    first_has_changed, second_has_begun = threading.Event(), threading.Event()
    refusals: list[str] = []

    def put(asset_id: UUID, parent_id: UUID) -> None:
        with working() as session:
            asset = queries.get_asset(session, asset_id)
            service.change_asset(
                session, actor=actor, asset=asset, changes={"parent_id": parent_id}
            )
            session.flush()
            first_has_changed.set()
            # Long enough for the other to run into the lock.
            second_has_begun.wait(0.5)

    def put_the_other() -> None:
        first_has_changed.wait(10)
        try:
            put(ids[1], ids[0])
        except TreeRefused as refused:
            refusals.append(refused.params["problem"])
        finally:
            second_has_begun.set()

    threads = [
        threading.Thread(target=put, args=ids),
        threading.Thread(target=put_the_other),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refusals == ["cycle"]
