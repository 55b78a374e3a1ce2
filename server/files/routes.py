"""Attachments over HTTP: announce, list, and fetch originals and small pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, request
from flask.views import MethodView

from server.files import queries, service
from server.files.errors import (
    BytesNotArrived,
    FileStoreAway,
    OriginalHidden,
    ThumbnailMissing,
)
from server.files.keeping import pieces
from server.files.models import Attachment
from server.files.rules import AttachmentKind, AttachmentState, FileType
from server.files.schemas import (
    AttachmentAddSchema,
    AttachmentQuerySchema,
    AttachmentSchema,
    ThumbnailQuerySchema,
)
from server.kernel.actors import Actor
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    current_session,
    new_unit,
    requires,
)
from server.kernel.paging import fetch_page, json_response, page_schema
from server.kernel.problems import ProblemSchema
from server.kernel.storage import FileMissing, FileStore, StorageUnavailable, blob_key

blp = ApiBlueprint(
    "attachments",
    __name__,
    url_prefix="/api/v1/attachments",
    description="Photos, signatures and documents bound to records.",
)
FILE = {"type": "string", "format": "binary"}
CONTENT = {kind.value: {"schema": FILE} for kind in FileType}


@dataclass(frozen=True, kw_only=True)
class _Served:
    """What is sent of a file: where it lies, how large it is, and how a browser shows it."""

    key: str
    size: int
    mime: str
    name: str
    sha256: str


@blp.route("")
class Attachments(MethodView):
    @requires("attachments.read")
    @blp.arguments(AttachmentQuerySchema, location="query")
    @blp.response(200, page_schema(AttachmentSchema))
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any]) -> Response:
        """List the attachments of a record, oldest first"""
        session, actor = current_session(), current_actor()
        record = {"entity_kind": query["entity_kind"], "entity_id": query["entity_id"]}
        queries.require_visible(session, actor=actor, **record)
        statement = queries.attachments_statement(**record)
        page = fetch_page(session, statement, keys=[Attachment.id], query=query)
        documents = queries.documents_of(session, actor=actor, attachments=page.items)
        return json_response({"items": list(documents.values()), "next": page.next})

    @requires("attachments.add")
    @blp.arguments(AttachmentAddSchema)
    @blp.response(201, AttachmentSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    @blp.alt_response(415, schema=ProblemSchema)
    def post(self, args: dict[str, Any]) -> Mapping[str, Any]:
        """Announce a file for a record; its bytes follow as an upload"""
        session, actor = current_session(), current_actor()
        attachment = service.add_attachment(
            session, actor=actor, attachment_id=args.pop("id"), **args
        )
        session.flush()
        return queries.documents_of(session, actor=actor, attachments=[attachment])[attachment.id]


@blp.route("/<uuid:attachment_id>")
class AttachmentView(MethodView):
    @requires("attachments.read")
    @blp.response(200, AttachmentSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, attachment_id: UUID) -> Mapping[str, Any]:
        """Show an attachment"""
        session, actor = current_session(), current_actor()
        attachment = queries.get_attachment(session, actor=actor, attachment_id=attachment_id)
        return queries.documents_of(session, actor=actor, attachments=[attachment])[attachment.id]


@blp.route("/<uuid:attachment_id>/content")
class AttachmentContent(MethodView):
    @requires("attachments.read", own_unit=True)
    @blp.doc(responses={"200": {"description": "The bytes as sent.", "content": CONTENT}})
    @blp.alt_response(403, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, attachment_id: UUID) -> Response:
        """Fetch the original bytes of an attachment, or a range of them"""
        actor = current_actor()
        with new_unit(write=False) as session:
            attachment = queries.get_attachment(session, actor=actor, attachment_id=attachment_id)
            _require_original(actor, attachment)
            served = _Served(
                key=blob_key(actor.tenant_id, attachment.sha256),
                size=attachment.size,
                mime=attachment.mime,
                name=attachment.name or f"{attachment.kind}-{attachment.id}",
                sha256=attachment.sha256,
            )
        return _send(served)


@blp.route("/<uuid:attachment_id>/thumbnail")
class AttachmentThumbnail(MethodView):
    @requires("attachments.read", own_unit=True)
    @blp.arguments(ThumbnailQuerySchema, location="query")
    @blp.doc(
        responses={
            "200": {"description": "A picture.", "content": {"image/webp": {"schema": FILE}}}
        }
    )
    @blp.alt_response(404, schema=ProblemSchema)
    def get(self, query: dict[str, Any], attachment_id: UUID) -> Response:
        """Fetch a small picture of an attachment, upright and without metadata"""
        actor = current_actor()
        with new_unit(write=False) as session:
            attachment = queries.get_attachment(session, actor=actor, attachment_id=attachment_id)
            _require_stored(attachment)
            found = queries.find_thumbnail(
                session, blob_id=attachment.blob_id or attachment.id, size=query["size"]
            )
            if found is None:
                raise ThumbnailMissing("There is no small picture yet, or none can be made.")
            served = _Served(
                key=blob_key(actor.tenant_id, found.sha256),
                size=found.byte_size,
                mime="image/webp",
                name=f"{attachment.id}-{found.size}.webp",
                sha256=found.sha256,
            )
        return _send(served)


def _require_stored(attachment: Attachment) -> None:
    if attachment.state is not AttachmentState.STORED:
        raise BytesNotArrived(
            "The bytes are still on the device that made them.", state=attachment.state.value
        )


def _require_original(actor: Actor, attachment: Attachment) -> None:
    """The original of a photo tells where it was taken; the small pictures do not."""
    _require_stored(attachment)
    tells_place = attachment.kind is AttachmentKind.PHOTO
    may_see = actor.may("attachments.see_place") or attachment.added_by == actor.id
    if tells_place and not may_see:
        raise OriginalHidden("You may see the small pictures of this photo, not the original.")


def _send(served: _Served) -> Response:
    """Stream a file so that no browser runs it: typed, not sniffed, in a sandbox."""
    response = Response(mimetype=served.mime)
    response.set_etag(served.sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Accept-Ranges"] = "bytes"
    shown = "inline" if FileType(served.mime).is_image else "attachment"
    # RFC 6266: names beyond ASCII travel percent-encoded, and old clients ignore them.
    named = {"filename": f"file-{served.sha256[:8]}", "filename*": f"UTF-8''{quote(served.name)}"}
    response.headers.set("Content-Disposition", shown, **named)
    if request.if_none_match.contains(served.sha256):
        response.status_code = 304
        return response
    start, stop = 0, served.size
    asked = request.range.range_for_length(served.size) if request.range else None
    if asked is not None and request.range is not None:
        start, stop = asked
        response.status_code = 206
        response.headers["Content-Range"] = str(request.range.make_content_range(served.size))
    store: FileStore = current_platform().port(FileStore)  # type: ignore[type-abstract]
    try:
        store.open(served.key, length=0).close()
    except FileMissing:
        raise BytesNotArrived("The bytes are not in the file store.", state="lost") from None
    except StorageUnavailable as error:
        raise FileStoreAway("Files cannot be read right now; try again.") from error
    response.content_length = stop - start
    response.response = pieces(store, served.key, start=start, length=stop - start)
    response.direct_passthrough = True
    return response
