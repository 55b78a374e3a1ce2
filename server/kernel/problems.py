"""One error shape: problem+json (RFC 9457) with a stable code, for every way a request fails."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from marshmallow import fields
from werkzeug.exceptions import HTTPException

from server.kernel.errors import DomainError, InvalidInput
from server.kernel.fields import OutputSchema
from server.kernel.modules import Platform
from server.kernel.refusals import as_refusal

CODES = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "timeout",
    411: "length-required",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    422: "invalid-input",
    429: "too-many-requests",
    431: "headers-too-large",
    503: "busy",
}
log = structlog.get_logger(__name__)


class ProblemSchema(OutputSchema):
    """The documented shape of every error answer."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    params = fields.Dict(keys=fields.String())
    errors = fields.Dict(keys=fields.String())


def install(app: Flask, platform: Platform) -> None:
    """Answer every exception of the application as a problem."""

    def answer(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return to_response(error, error)
        return to_response(as_refusal(error, platform), error)

    app.register_error_handler(Exception, answer)


def to_response(refusal: DomainError | HTTPException | None, error: Exception) -> Response:
    """Build the problem+json answer; a bug is logged once and answered without its details."""
    if isinstance(refusal, DomainError):
        body = {
            "type": f"/problems/{refusal.code}",
            "title": refusal.title,
            "status": refusal.status,
            "code": refusal.code,
            "detail": refusal.detail,
        }
        if "errors" in refusal.params:
            body["errors"] = refusal.params["errors"]
        else:
            body["params"] = refusal.params
        return _problem(body, refusal.status, refusal.headers)
    if isinstance(refusal, HTTPException) and refusal.code is not None:
        return _from_http(refusal)
    log.error("unexpected error", path=request.path, exc_info=error)
    body = {
        "type": "/problems/internal-error",
        "title": "Internal error",
        "status": 500,
        "code": "internal-error",
        "detail": "Something went wrong on our side; nothing was changed.",
    }
    return _problem(body, 500, {})


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    code = CODES.get(status, f"http-{status}")
    if status == 400 and "json" in str(error.description).lower():  # noqa: PLR2004
        code = "malformed-json"
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": InvalidInput.title if messages else error.name,
        "status": status,
        "code": code,
        "detail": "The input is not valid." if messages else str(error.description or error.name),
    }
    if messages:
        body["errors"] = _by_field(messages)
    headers = {
        key: value
        for key, value in error.get_headers(request.environ)
        if key.lower() not in {"content-type", "content-length"}
    }
    return _problem(body, status, headers)


def _by_field(messages: Any) -> Any:
    """Leave out the name of the place (json, query) that webargs puts around the fields."""
    if isinstance(messages, dict) and len(messages) == 1:
        (place, inner), *_ = messages.items()
        if place in {"json", "query", "headers", "form", "files", "json_or_form"}:
            return inner if isinstance(inner, dict) else {"_schema": inner}
    return messages if isinstance(messages, dict) else {"_schema": messages}


def _problem(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    response = Response(
        orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=str),
        status,
        mimetype="application/problem+json",
    )
    response.headers.extend(headers)
    return response
