"""Uploads over HTTP: the tus 1.0 protocol, for any client that speaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from uuid import UUID

from flask import Response, request
from flask.views import MethodView
from marshmallow import fields
from werkzeug.exceptions import ClientDisconnected, MethodNotAllowed

from server.kernel.fields import Id, Instant, OutputSchema
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    new_unit,
    public,
    requires,
)
from server.kernel.problems import ProblemSchema
from server.kernel.storage import FileStore
from sync.uploads import rules, transfer
from sync.uploads.errors import TUS_VERSION, UploadsBusy
from sync.uploads.service import Standing
from sync.uploads.stalls import watched

PERMISSION = "attachments.add"
blp = ApiBlueprint(
    "uploads",
    __name__,
    url_prefix="/api/v1/uploads",
    description="Resumable uploads after tus 1.0 (tus.io).",
)
STANDING = "Tus-Resumable, Upload-Offset, Upload-Length, Upload-Expires"


class UploadSchema(OutputSchema):
    """Where an upload stands."""

    id = Id(required=True)
    state = fields.Enum(rules.UploadState, by_value=True, required=True)
    length = fields.Integer(required=True)
    offset = fields.Integer(required=True)
    name = fields.String(required=True)
    sha256 = fields.String(required=True, allow_none=True)
    expires_at = Instant(required=True)


@blp.route("/")
class Uploads(MethodView):
    @requires(PERMISSION, own_unit=True)
    @blp.doc(responses={"201": {"description": f"Started; headers Location, {STANDING}."}})
    @blp.alt_response(400, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(413, schema=ProblemSchema)
    @blp.alt_response(429, schema=ProblemSchema)
    def post(self) -> Response:
        """Start a resumable upload, with its first bytes if they come along"""
        rules.require_version(request.headers.get("Tus-Resumable"))
        length = rules.read_length(
            request.headers.get("Upload-Length"), request.headers.get("Upload-Defer-Length")
        )
        metadata = rules.read_metadata(request.headers.get("Upload-Metadata"))
        desk = _desk()
        brings_bytes = request.mimetype == rules.PATCH_TYPE and request.content_length != 0
        arrival = _arrival(offset=0) if brings_bytes else None
        if arrival is not None:
            rules.room_left(length=length, offset=0, announced=arrival.announced)
        standing = transfer.open_upload(desk, length=length, metadata=metadata)
        if arrival is not None:
            with _slot():
                standing = transfer.continue_upload(desk, standing.id, arrival)
        response = _answer(standing, 201)
        # A path, so that it stays right behind any proxy that keeps the path.
        response.headers["Location"] = f"{blp.url_prefix}/{standing.id}"
        response.autocorrect_location_header = False
        return response

    @public(own_unit=True)
    @blp.doc(responses={"204": {"description": "Version, extensions, limits in headers."}})
    def options(self) -> Response:
        """Tell which version and extensions of tus are spoken"""
        return _offered()


@blp.route("/<uuid:upload_id>")
class UploadView(MethodView):
    @requires(PERMISSION, own_unit=True)
    @blp.response(200, UploadSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(410, schema=ProblemSchema)
    def get(self, upload_id: UUID) -> Standing:
        """Show where an upload stands"""
        return transfer.look_up(_desk(), upload_id)

    @requires(PERMISSION, own_unit=True)
    @blp.doc(responses={"200": {"description": f"Headers {STANDING}."}})
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(410, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def head(self, upload_id: UUID) -> Response:
        """Tell in headers from where an upload continues"""
        rules.require_version(request.headers.get("Tus-Resumable"))
        standing = transfer.look_up(_desk(), upload_id)
        response = _answer(standing, 200)
        response.headers["Upload-Length"] = str(standing.length)
        if standing.pairs:
            response.headers["Upload-Metadata"] = rules.write_metadata(standing.pairs)
        return response

    @requires(PERMISSION, own_unit=True)
    @blp.doc(responses={"204": {"description": f"Taken; headers {STANDING}."}})
    @blp.alt_response(400, schema=ProblemSchema)
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(409, schema=ProblemSchema)
    @blp.alt_response(410, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(413, schema=ProblemSchema)
    @blp.alt_response(415, schema=ProblemSchema)
    @blp.alt_response(422, schema=ProblemSchema)
    @blp.alt_response(503, schema=ProblemSchema)
    def patch(self, upload_id: UUID) -> Response:
        """Continue an upload with the bytes of this request, at most 8 MiB"""
        rules.require_version(request.headers.get("Tus-Resumable"))
        rules.require_patch_type(request.content_type)
        arrival = _arrival(offset=rules.read_offset(request.headers.get("Upload-Offset")))
        with _slot():
            standing = transfer.continue_upload(_desk(), upload_id, arrival)
        return _answer(standing, 204)

    @requires(PERMISSION, own_unit=True)
    @blp.doc(responses={"204": {"description": "Ended."}})
    @blp.alt_response(404, schema=ProblemSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    def delete(self, upload_id: UUID) -> Response:
        """End an upload; what is already attached stays"""
        rules.require_version(request.headers.get("Tus-Resumable"))
        transfer.end_upload(_desk(), upload_id)
        return Response(status=204, headers={"Tus-Resumable": TUS_VERSION})

    @requires(PERMISSION, own_unit=True)
    @blp.doc(responses={"204": {"description": "As the method named in the header."}})
    @blp.alt_response(405, schema=ProblemSchema)
    def post(self, upload_id: UUID) -> Response:
        """Do what X-HTTP-Method-Override says, for clients that cannot send PATCH or DELETE"""
        override = request.headers.get("X-HTTP-Method-Override", "").upper()
        methods: dict[str, Callable[[UUID], Response]] = {
            "PATCH": self.patch,
            "DELETE": self.delete,
            "HEAD": self.head,
        }
        if override not in methods:
            raise MethodNotAllowed(valid_methods=["DELETE", "GET", "HEAD", "OPTIONS", "PATCH"])
        return methods[override](upload_id)

    @public(own_unit=True)
    @blp.doc(responses={"204": {"description": "Version, extensions, limits in headers."}})
    def options(self, upload_id: UUID) -> Response:
        """Tell which version and extensions of tus are spoken"""
        del upload_id
        return _offered()


@blp.after_request
def speak_tus(response: Response) -> Response:
    """Name the version of tus in every answer.

    "This header MUST be included in every request and response except for OPTIONS requests."
    """
    if request.method != "OPTIONS":
        response.headers["Tus-Resumable"] = TUS_VERSION
    return response


def _desk() -> transfer.Desk:
    platform = current_platform()
    store: FileStore = platform.port(FileStore)  # type: ignore[type-abstract]
    return transfer.Desk(
        actor=current_actor(), open_unit=new_unit, folder=platform.settings.home, store=store
    )


def _arrival(*, offset: int) -> transfer.Arrival:
    """Return the request's body as something to read piece by piece, never as a whole."""
    # One more than allowed may be read, so that too much is noticed by us, with our answer.
    request.max_content_length = rules.MAX_PATCH_SIZE + 1
    announced = request.content_length

    def read(size: int) -> bytes:
        try:
            with watched(request.remote_addr):
                return request.stream.read(size)
        except ClientDisconnected as error:
            raise ConnectionError from error

    return transfer.Arrival(
        offset=offset,
        announced=announced,
        checksum=rules.read_checksum(request.headers.get("Upload-Checksum")),
        read=read,
    )


@contextmanager
def _slot() -> Iterator[None]:
    """Hold one of the threads that uploads may use, half of them; raises UploadsBusy."""
    slots = _slots(max(1, current_platform().settings.api_threads // 2))
    if not slots.acquire(blocking=False):
        raise UploadsBusy("Many uploads run just now; continue in a moment.")
    try:
        yield
    finally:
        slots.release()


@cache
def _slots(count: int) -> BoundedSemaphore:
    return BoundedSemaphore(count)


def _answer(standing: Standing, status: int) -> Response:
    return Response(
        status=status,
        headers={
            "Tus-Resumable": TUS_VERSION,
            "Upload-Offset": str(standing.offset),
            "Upload-Expires": rules.http_date(standing.expires_at),
            "Cache-Control": "no-store",
        },
    )


def _offered() -> Response:
    return Response(status=204, headers={"Tus-Resumable": TUS_VERSION, **rules.offered()})
