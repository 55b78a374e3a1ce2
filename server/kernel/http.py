"""The HTTP edge: one unit of work per request, permissions, revisions, idempotency.

A view parses, calls one service function and returns; everything else about a request is here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID

import orjson
import structlog
from flask import Flask, Response, current_app, g, request
from flask.json.provider import JSONProvider
from flask.typing import ResponseReturnValue
from flask_smorest import Api, Blueprint
from sqlalchemy.orm import Session
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from server.kernel import idempotency, problems, repetition, session
from server.kernel.actors import Actor
from server.kernel.document import describe_fields
from server.kernel.errors import DomainError, RevisionRequired, StaleRevision
from server.kernel.ids import new_id
from server.kernel.modules import Platform
from server.kernel.problems import ProblemSchema
from server.kernel.uow import retrying, unit_of_work

JSON_BODY_LIMIT = 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger("http")


@dataclass(frozen=True)
class Access:
    """Who may call a view, and whether it opens its own units of work."""

    permission: str | None
    own_unit: bool = False


@dataclass(frozen=True)
class Credentials:
    """What a request proves before the database is asked: tenant, subject and token facts."""

    tenant_id: UUID
    subject_id: UUID
    claims: dict[str, Any]


class Authenticator(Protocol):
    """Port filled by the room that knows users: from request to actor in two steps."""

    def credentials(self, platform: Platform) -> Credentials:
        """Read the request's token without the database; raises Unauthenticated."""

    def actor(self, session: Session, credentials: Credentials) -> Actor:
        """Return the actor with today's permissions; raises Unauthenticated when disabled."""


def requires(permission: str, *, own_unit: bool = False) -> Callable[[View], View]:
    """Mark a view with the permission it needs.

    ``own_unit`` is for views that read a long body or stream an answer: they open short units of
    work themselves through ``new_unit`` and must check nothing else themselves.
    """
    return _mark(Access(permission, own_unit))


def signed_in(*, own_unit: bool = False) -> Callable[[View], View]:
    """Mark a view that every signed-in actor may call."""
    return _mark(Access("", own_unit))


def public(*, own_unit: bool = False) -> Callable[[View], View]:
    """Mark a view that needs no credentials; its unit of work begins without tenant."""
    return _mark(Access(None, own_unit))


def access_of(view: Callable[..., Any], method: str) -> Access | None:
    """Return the mark of a view function, or of the method of a view class."""
    view_class = getattr(view, "view_class", None)
    target = getattr(view_class, method.lower(), None) if view_class else view
    return cast("Access | None", getattr(target, "access", None))


def current_session() -> Session:
    """Return the session of this request's unit of work."""
    return cast("Session", g.session)


def current_actor() -> Actor:
    """Return who makes this request."""
    return cast("Actor", g.actor)


def current_platform() -> Platform:
    """Return the platform this application serves."""
    return cast("TruckrollApp", current_app).platform


def new_unit(*, write: bool = True) -> Any:
    """Open a short unit of work of the signed-in actor, in a view marked ``own_unit``."""
    actor = current_actor()
    return unit_of_work(
        current_platform(), actor.tenant_id, write=write, actor=actor, origin=_origin()
    )


def keep_no_answer() -> None:
    """Keep this answer from being stored for its ``Idempotency-Key``: it shows a secret."""
    g.is_answer_secret = True


def require_match(record: Any) -> None:
    """Check the record's revision against ``If-Match``.

    Raises RevisionRequired (428) without the header and StaleRevision (412) when it differs.
    """
    header = request.headers.get("If-Match")
    if not header:
        raise RevisionRequired("Send If-Match with the ETag you read.", revision=record.revision)
    if header.strip() == "*":
        return
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")}
    if str(record.revision) not in tags:
        raise StaleRevision("The record has changed since you read it.", revision=record.revision)


class MalformedJSON(DomainError):
    """The body claims to be JSON and is not."""

    code = "malformed-json"
    status = 400
    title = "Malformed JSON"


class StrictParser(FlaskParser):
    """Leaves it to the schema to refuse unknown fields, in the query as in the body."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}  # noqa: RUF012 - as in the base.

    def _raw_load_json(self, req: Any) -> Any:
        """Parse strict JSON; a body that claims to be something else is refused, not ignored."""
        body = req.get_data(cache=True)
        if not body:
            return missing
        if req.content_length is None and len(body) >= JSON_BODY_LIMIT:
            raise RequestEntityTooLarge  # A body of unknown length is cut off there.
        if not req.is_json:
            raise UnsupportedMediaType("Send the body as application/json.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise MalformedJSON(f"The body is not JSON (RFC 8259): {error}.") from None


def document_response(document: dict[str, Any], status: int = 200) -> Response:
    """Answer a document that is JSON already, with its ``revision`` as ETag."""
    g.etag = f'"{document["revision"]}"'
    return Response(orjson.dumps(document), status, mimetype="application/json")


class ApiBlueprint(Blueprint):
    """A blueprint whose answers carry the record's revision as ETag and document their errors."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Parse the input with one instance of the schema: making one costs more than using it."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Any:
        """Document and build the answer; a record with a revision gets its ETag."""
        decorate = super().response(status_code, schema, **options)

        def decorator(function: Callable[..., Any]) -> Any:
            def with_etag(*args: Any, **kwargs: Any) -> Any:
                result = function(*args, **kwargs)
                # The revision moves with the flush, so it must happen before the dump.
                if request.method not in SAFE_METHODS and hasattr(g, "session"):
                    g.session.flush()
                revision = getattr(result, "revision", None)
                if isinstance(revision, int):
                    g.etag = f'"{revision}"'
                return result

            with_etag.__dict__.update(function.__dict__)
            with_etag.__name__ = function.__name__
            with_etag.__doc__ = function.__doc__
            return decorate(with_etag)

        return decorator


class ProblemApi(Api):
    """flask-smorest's OpenAPI with our error shape in place of its own."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to ``problems``."""


class OrjsonProvider(JSONProvider):
    """JSON as the contract says: UUIDs, instants and enums included."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Return ``obj`` as JSON text."""
        return orjson.dumps(obj, default=str, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Parse strict JSON: NaN and duplicate commas are refused."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer the given value as JSON."""
        value = self._prepare_response_obj(args, kwargs)
        body = orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)
        return Response(body, mimetype="application/json")


class TruckrollApp(Flask):
    """The Flask application: ``dispatch_request`` is the edge that opens the unit of work."""

    json_provider_class = OrjsonProvider

    def __init__(self, platform: Platform) -> None:
        """Bind the application to a platform."""
        super().__init__("server", static_folder=None)
        self.platform = platform
        self.config.update(
            API_TITLE="Truckroll",
            API_VERSION="v1",
            OPENAPI_VERSION="3.1.0",
            OPENAPI_URL_PREFIX=None,
            MAX_CONTENT_LENGTH=JSON_BODY_LIMIT,
            TRAP_BAD_REQUEST_ERRORS=False,
        )
        self.before_request(self._begin)
        self.after_request(self._finish)
        problems.install(self, platform)
        self.api = ProblemApi(self)
        describe_fields(self.api)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view in its unit of work; raising anything keeps nothing."""
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        if request.method == "OPTIONS" and getattr(
            request.url_rule, "provide_automatic_options", False
        ):
            return self.make_default_options_response()
        view = self.view_functions[cast("str", request.endpoint)]
        access = access_of(view, "GET" if request.method == "HEAD" else request.method)
        if access is None:
            if getattr(view, "view_class", None) is None:
                msg = f"The view {request.endpoint} has no access mark."
                raise RuntimeError(msg)
            return super().dispatch_request()  # A method the class lacks: 405.
        credentials = None
        if access.permission is not None:
            credentials = self.platform.port(cast("Any", Authenticator)).credentials(self.platform)
        if access.own_unit:
            return self._dispatch_own(access, credentials)
        return retrying(lambda: self._dispatch_in_unit(access, credentials))

    def _dispatch_own(self, access: Access, credentials: Credentials | None) -> ResponseReturnValue:
        if credentials is not None:
            with unit_of_work(self.platform, credentials.tenant_id, write=False) as reading:
                self._sign_in(reading, access, credentials)
            key = request.headers.get("Idempotency-Key")
            if key is not None and request.method == "POST" and not repetition.brings_bytes():
                return self._answer_own_once(key)
        return super().dispatch_request()

    def _answer_own_once(self, key: str) -> Response:
        """Honour ``Idempotency-Key`` where the view opens units of work itself.

        The answer is kept after what it answers, so a process that dies in between leaves a
        repeat that runs again; of two at once, both get the answer that was kept first.
        """
        used = repetition.claimed(key, current_actor().id)
        with new_unit(write=False) as reading:
            if kept := idempotency.find_kept(reading, used):
                return repetition.replayed(kept)
        response = self.make_response(super().dispatch_request())
        if g.get("is_answer_secret") or not 200 <= response.status_code < 300:  # noqa: PLR2004
            return response
        self._add_etag(response)

        def keep() -> dict[str, Any] | None:
            with new_unit() as writing:
                kept = idempotency.find_answer(writing, used)
                if kept is None:
                    idempotency.keep_answer(writing, used, repetition.kept(response))
                return kept

        kept = retrying(keep)
        return response if kept is None else repetition.replayed(kept)

    def _dispatch_in_unit(self, access: Access, credentials: Credentials | None) -> Response:
        write = request.method not in SAFE_METHODS
        tenant_id = credentials.tenant_id if credentials else None
        with unit_of_work(self.platform, tenant_id, write=write, origin=_origin()) as unit_session:
            g.session = unit_session
            g.pop("etag", None)
            if credentials is not None:
                self._sign_in(unit_session, access, credentials)
                return self._answer_once(unit_session)
            return self.make_response(super().dispatch_request())

    def _sign_in(self, unit_session: Session, access: Access, credentials: Credentials) -> None:
        authenticator = self.platform.port(cast("Any", Authenticator))
        actor: Actor = authenticator.actor(unit_session, credentials)
        session.unit_of(unit_session).actor = actor
        g.actor = actor
        if access.permission:
            actor.require(access.permission)

    def _answer_once(self, unit_session: Session) -> Response:
        """Honour ``Idempotency-Key`` on a POST: the first answer is kept with what it did."""
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST":
            return self.make_response(super().dispatch_request())
        used = repetition.claimed(key, current_actor().id)
        kept = idempotency.find_answer(unit_session, used)
        if kept is not None:
            return repetition.replayed(kept)
        response = self.make_response(super().dispatch_request())
        if g.get("is_answer_secret"):
            return response
        self._add_etag(response)
        idempotency.keep_answer(unit_session, used, repetition.kept(response))
        return response

    def _begin(self) -> None:
        g.started = time.perf_counter()
        g.request_id = str(new_id())

    def _finish(self, response: Response) -> Response:
        self._add_etag(response)
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        actor = g.get("actor")
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            actor=str(actor.id) if actor else None,
            request_id=g.get("request_id"),
        )
        return response

    @staticmethod
    def _add_etag(response: Response) -> None:
        etag = g.get("etag")
        if etag and response.status_code < 300:  # noqa: PLR2004 - only a success shows a record.
            response.headers["ETag"] = etag


def _mark(access: Access) -> Callable[[View], View]:
    def decorator(view: View) -> View:
        cast("Any", view).access = access
        return view

    return decorator


def _origin() -> session.Origin:
    return session.Origin(request_id=g.request_id, address=request.remote_addr or "")
