"""What of a request and its answer says that the request is sent again (``Idempotency-Key``)."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from flask import Response, request

from server.kernel import idempotency

REPLAYED_HEADERS = (
    "ETag",
    "Location",
    "Content-Type",
    "Tus-Resumable",
    "Upload-Expires",
    "Upload-Offset",
)
ASKING_HEADERS = ("Upload-Length", "Upload-Metadata")


def brings_bytes() -> bool:
    """Whether the request carries a file; what has arrived of one is told by its offset."""
    return bool(request.content_length) and not request.is_json


def claimed(key: str, actor_id: UUID) -> idempotency.Claim:
    """Return the claim of a key by an actor for this very request."""
    # What a creation of an upload asks for stands in its headers.
    asked = "\n".join(request.headers.get(name, "") for name in ASKING_HEADERS)
    parts = (request.full_path.encode(), request.get_data(cache=True), asked.encode())
    return idempotency.claim(actor_id, key, *parts[: 3 if asked.strip() else 2])


def kept(response: Response) -> dict[str, Any]:
    """Return what is kept of an answer."""
    names = [name for name in REPLAYED_HEADERS if name in response.headers]
    return {
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in names},
        "body": base64.b64encode(response.get_data()).decode(),
    }


def replayed(answer: dict[str, Any]) -> Response:
    """Return a kept answer, marked as given before."""
    response = Response(base64.b64decode(answer["body"]), answer["status"])
    response.headers.update(answer["headers"])
    response.headers["Idempotency-Replayed"] = "true"
    response.autocorrect_location_header = False
    return response
