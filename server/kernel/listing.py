"""Lists of named records: filtered by the beginning of the name, sorted by it, paged by keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server.kernel.fields import QueryFlag, Text
from server.kernel.names import begins_with
from server.kernel.paging import Page, PageQuerySchema, fetch_page


class NamedQuerySchema(PageQuerySchema):
    """The query of a list of named reference records."""

    q = Text(
        200, load_default=None, metadata={"description": "The beginning of the name; any case."}
    )
    is_archived = QueryFlag(
        load_default=False, metadata={"description": "True lists archived records instead."}
    )


def named_filters(model: Any, query: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions that a ``NamedQuerySchema`` asks for."""
    conditions = [
        model.archived_at.is_not(None) if query["is_archived"] else model.archived_at.is_(None)
    ]
    if query.get("q"):
        conditions.append(begins_with(model.sort_name, query["q"]))
    return conditions


def fetch_named_page(
    session: Session,
    model: Any,
    columns: Sequence[Any],
    *,
    where: Sequence[ColumnElement[bool]],
    query: Mapping[str, Any],
) -> Page:
    """Return one page of ``columns`` in the order of the names."""
    statement = select(*columns, model.sort_name).where(*where)
    page = fetch_page(session, statement, keys=[model.sort_name, model.id], query=query)
    return Page([row[:-1] for row in page.items], page.next)


def documents_of(
    session: Session,
    columns: Sequence[Any],
    ids: Sequence[UUID],
    convert: Mapping[str, Callable[[Any], Any]] | None = None,
) -> dict[UUID, dict[str, Any]]:
    """Return the documents of some records by id: their ``columns``, an ``id`` among them."""
    names = [column.key for column in columns]
    model_id = columns[names.index("id")]
    documents = {}
    for row in session.execute(select(*columns).where(model_id.in_(ids))):
        document = dict(zip(names, row, strict=True))
        for name, function in (convert or {}).items():
            if document[name] is not None:
                document[name] = function(document[name])
        documents[document["id"]] = document
    return documents
