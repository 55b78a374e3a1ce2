"""Sign-in, refresh and sign-out, for browsers by cookie and for other clients by body."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask.views import MethodView

from server.auth import authenticator, rules, signin, tokens
from server.auth.errors import OriginRefused, RefreshTokenInvalid
from server.auth.schemas import (
    RefreshSchema,
    SignedInSchema,
    SignInSchema,
    SignOutSchema,
    StreamTokenSchema,
)
from server.auth.service import sessions
from server.auth.service.sessions import SignedIn
from server.kernel.clock import now
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    public,
    signed_in,
)
from server.kernel.paging import json_response
from server.kernel.problems import ProblemSchema
from server.kernel.session import Origin
from server.kernel.uow import unit_of_work

COOKIE = "truckroll_refresh"
COOKIE_PATH = "/api/v1/auth"
CLIENT_HEADER = "X-Truckroll-Client"

blp = ApiBlueprint(
    "auth",
    __name__,
    url_prefix="/api/v1/auth",
    description="Sign-in: short access tokens, rotating refresh tokens",
)


@blp.route("/tokens")
class Tokens(MethodView):
    @public(own_unit=True)
    @blp.doc(security=[])
    @blp.arguments(SignInSchema)
    @blp.response(200, SignedInSchema)
    @blp.alt_response(401, schema=ProblemSchema, description="Wrong login or password")
    @blp.alt_response(403, schema=ProblemSchema, description="Cookie asked for by another page")
    @blp.alt_response(429, schema=ProblemSchema, description="Too many failures; Retry-After")
    def post(self, args: dict[str, Any]) -> Any:
        """Sign in with login and password"""
        by_cookie = args.pop("cookie") or request.headers.get(CLIENT_HEADER) == "browser"
        if by_cookie:
            _require_own_origin()
        issued = signin.sign_in(current_platform(), origin=_origin(), **args)
        return _answer(issued, by_cookie=by_cookie)

    @public(own_unit=True)
    @blp.doc(security=[])
    @blp.arguments(SignOutSchema, required=False)
    @blp.response(204)
    @blp.alt_response(403, schema=ProblemSchema, description="Cookie sent by another page")
    def delete(self, args: dict[str, Any]) -> Response:
        """Sign out: end the session of the refresh token, or of the access token"""
        platform = current_platform()
        token = _presented(args)
        if token is not None:
            signin.sign_out(platform, token=token)
        elif request.headers.get("Authorization"):
            credentials = authenticator.JWTAuthenticator().credentials(platform)
            if (session_id := credentials.claims["session_id"]) is not None:
                with unit_of_work(platform, credentials.tenant_id) as session:
                    sessions.end_session(session, session_id=session_id)
        response = Response(status=204)
        if COOKIE in request.cookies:
            response.delete_cookie(COOKIE, path=COOKIE_PATH, httponly=True, samesite="Strict")
        return response


@blp.route("/tokens/refresh")
class TokensRefresh(MethodView):
    @public(own_unit=True)
    @blp.doc(security=[])
    @blp.arguments(RefreshSchema, required=False)
    @blp.response(200, SignedInSchema)
    @blp.alt_response(401, schema=ProblemSchema, description="The session has ended")
    @blp.alt_response(403, schema=ProblemSchema, description="Cookie sent by another page")
    def post(self, args: dict[str, Any]) -> Any:
        """Exchange the refresh token for the next one and a new access token"""
        token = _presented(args)
        if token is None:
            raise RefreshTokenInvalid("Send the refresh token in the body or as the cookie.")
        issued = signin.refresh(
            current_platform(),
            token=token,
            origin=_origin(),
            installation_id=args.get("installation_id"),
        )
        return _answer(issued, by_cookie=args.get("refresh_token") is None)


@blp.route("/stream-tokens")
class StreamTokens(MethodView):
    @signed_in()
    @blp.response(200, StreamTokenSchema)
    def post(self) -> dict[str, Any]:
        """Issue a token for the event stream, good for one minute"""
        settings = current_platform().settings
        return {
            "token": tokens.issue_stream_token(settings, current_actor()),
            "expires_in": int(rules.STREAM_LIFETIME.total_seconds()),
            "stream_url": rules.stream_url(
                settings.public_url, settings.port, settings.stream_port
            ),
        }


def _presented(args: dict[str, Any]) -> str | None:
    """Return the refresh token of the body, else of the cookie; a cookie needs our own page."""
    token: str | None = args.get("refresh_token")
    if token is None and COOKIE in request.cookies:
        _require_own_origin()
        token = request.cookies[COOKIE]
    return token


def _require_own_origin() -> None:
    public_url = current_platform().settings.public_url
    origin = request.headers.get("Origin", "")
    if not rules.is_same_origin(origin, public_url):
        raise OriginRefused(f"Sign-in by cookie works on {public_url} only.", origin=origin)


def _origin() -> Origin:
    return Origin(request_id=g.request_id, address=request.remote_addr or "")


def _answer(issued: SignedIn, *, by_cookie: bool) -> Response:
    document: dict[str, Any] = SignedInSchema().dump(issued)
    if not by_cookie:
        return json_response(document)
    response = json_response({**document, "refresh_token": None})
    response.set_cookie(
        COOKIE,
        issued.refresh_token,
        max_age=int((issued.refresh_expires_at - now()).total_seconds()),
        path=COOKIE_PATH,
        secure=current_platform().settings.public_url.startswith("https:"),
        httponly=True,
        samesite="Strict",
    )
    return response
