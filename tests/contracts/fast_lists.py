"""The contract of fast lists: their JSON is what the documented schema would have dumped."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.kernel.fields import OutputSchema
from tests.platforms import ApiClient


def assert_fast_list_matches(
    client: ApiClient,
    session: Session,
    path: str,
    *,
    model: Any,
    schema: type[OutputSchema],
    apart_from: Collection[str] = (),
) -> None:
    """Compare every item of the list at ``path`` with the schema's dump of the same record.

    ``session`` reads the tenant of ``client``. ``apart_from`` names fields that the record itself
    does not have.
    """
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    items = answer.get_json()["items"]
    assert items, "An empty list proves nothing."
    ids = [UUID(item["id"]) for item in items]
    records = {
        record.id: record for record in session.scalars(select(model).where(model.id.in_(ids)))
    }

    dumped = [json.loads(json.dumps(schema().dump(records[record_id]))) for record_id in ids]

    assert [_without(item, apart_from) for item in items] == dumped
    assert all(set(item) == set(schema().fields) for item in items)


def _without(item: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}
