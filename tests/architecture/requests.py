"""Requests made up from the API document: every endpoint, its path, a body it would take.

A room added later joins by its document; only what a schema cannot say stands here by name.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from werkzeug.routing import Rule

from server.kernel import clock
from server.kernel.http import TruckrollApp
from server.kernel.ids import new_id
from server.pages import openapi_document
from server.workorders.rules import sign_off_digest
from tests.architecture.worlds import World
from tests.platforms import PASSWORD

Json = dict[str, Any]
Path = tuple[str | int, ...]
PARAMETER = re.compile(r"<uuid:(\w+)>")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Names of parameters and fields whose noun is not their table's name.
NOUNS = {
    "model": "asset_model",
    "rule": "alert_rule",
    "location": "stock_location",
    "from_location": "stock_location",
    "task": "work_order_task",
    "command": "sync_command",
    "entity": "site",
    "installation": "sync_installation",
}
POINT = {"type": "Point", "coordinates": [-8.6, 41.1]}
RING = [[-8.7, 41.0], [-8.5, 41.0], [-8.5, 41.2], [-8.7, 41.2], [-8.7, 41.0]]
DOCUMENT: Json = {"tasks": []}
TUS = {"Tus-Resumable": "1.0.0"}
MORE_BYTES = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}


def _in_days(days: int) -> str:
    return (clock.now() + dt.timedelta(days=days)).isoformat()


# A value for a field of this name, whichever the schema.
NAMED: dict[str, Callable[[], Any]] = {
    "area": lambda: {"type": "Polygon", "coordinates": [RING]},
    "code": lambda: f"c{new_id().hex[-10:]}",
    "counted": lambda: "1",
    "current_password": lambda: PASSWORD,
    "digest": lambda: sign_off_digest(DOCUMENT),
    "document": lambda: DOCUMENT,
    "ends_at": lambda: _in_days(41),
    "entity_kind": lambda: "site",
    "home_position": lambda: POINT,
    "login": lambda: f"user-{new_id().hex[-10:]}",
    "mime": lambda: "image/jpeg",
    "name": lambda: f"name-{new_id().hex[-10:]}",
    "new_password": lambda: f"{PASSWORD} new",
    "number": lambda: f"N-{new_id().hex[-10:]}",
    "password": lambda: f"{PASSWORD} new",
    "permissions": lambda: ["tickets.read"],
    "position": lambda: POINT,
    "quantity": lambda: "1",
    "reason": lambda: "Because",
    "resolution": lambda: "dismissed",
    "sha256": lambda: "0" * 64,
    "starts_at": lambda: _in_days(40),
    "value": lambda: "61.5",
}
# What more a request needs than its schema says, or which of the choices it takes.
BODIES: dict[str, Json] = {
    "POST /alert-rules": {"event_code": "E8"},
    "PATCH /alert-rules/{}": {"name": "Renamed"},
    "POST /stock-moves": {"reason": "receipt"},
    "PUT /work-orders/{}/tasks/{}": {"value": True},
    "POST /stock-locations": {"kind": "warehouse"},
    "POST /roles": {"name": "day-shift"},
}
HEADERS: dict[str, dict[str, str]] = {
    "POST /uploads/": TUS | {"Upload-Length": "9"},
    "POST /uploads/{}": TUS | MORE_BYTES | {"X-HTTP-Method-Override": "PATCH"},
    "PATCH /uploads/{}": TUS | MORE_BYTES,
    "DELETE /uploads/{}": TUS,
}


@dataclass
class Endpoint:
    """One method of one route, with what the document says about it."""

    method: str
    rule: Rule
    operation: Json
    schemas: Json
    body_schema: Json | None = field(init=False)

    def __post_init__(self) -> None:
        content = self.operation.get("requestBody", {}).get("content", {})
        self.body_schema = content.get("application/json", {}).get("schema")

    @property
    def name(self) -> str:
        path = PARAMETER.sub("{}", self.rule.rule).removeprefix("/api/v1")
        return f"{self.method} {path}"

    @property
    def parameters(self) -> list[str]:
        """The names of the ids in the path."""
        return PARAMETER.findall(self.rule.rule)

    @property
    def id_filters(self) -> list[str]:
        """The names of the ids in the query."""
        return [
            parameter["name"]
            for parameter in self.operation.get("parameters", ())
            if parameter["in"] == "query" and parameter["schema"].get("format") == "uuid"
        ]

    def path(self, ids: dict[str, UUID]) -> str:
        """The path with an id of each noun; raises LookupError for a noun nobody made."""
        return PARAMETER.sub(lambda found: str(ids[noun_of(found[1])]), self.rule.rule)

    def options(self, world: World) -> dict[str, Any]:
        """Headers and a body that a caller of this world would send."""
        headers = {"If-Match": "*"} | HEADERS.get(self.name, {})
        shared = {"headers": headers, "query_string": self._query(world)}
        if self.body_schema is not None:
            return shared | {"json": self.body(world)}
        has_bytes = "Upload-Offset" in headers
        return shared | {"data": b"123" if has_bytes else b""}

    def body(self, world: World) -> Json:
        """The least body that the endpoint takes, with ids of this world."""
        assert self.body_schema is not None
        schema = self.resolved(self.body_schema)
        body: Json = self._object(schema, world)
        if self.method == "PATCH" and not body:
            properties = schema["properties"]
            first = next(name for name in properties if not name.endswith("_id"))
            body[first] = self._value(first, properties[first], world)
        if "reason" in schema["properties"] and "enum" not in schema["properties"]["reason"]:
            body["reason"] = "Because"
        return body | BODIES.get(self.name, {})

    def bodies_with(self, world: World, foreign: World) -> Iterator[tuple[str, Json]]:
        """Bodies of this world in which one id is of the other world; each with the id's place."""
        if self.body_schema is None:
            return
        for place in self._id_places(self.resolved(self.body_schema)):
            field_name = str(place[-1])
            known = foreign.ids.get(noun_of(field_name))
            if field_name == "id" or known is None:
                continue
            body = self.body(world)
            self._put(body, place, str(known), world)
            yield ".".join(map(str, place)), body

    def resolved(self, schema: Json) -> Json:
        """The schema behind a reference."""
        while "$ref" in schema or "anyOf" in schema:
            if "$ref" in schema:
                schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
            else:
                schema = next(s for s in schema["anyOf"] if s.get("type") != "null")
        return schema

    def _query(self, world: World) -> Json:
        """What the endpoint's query cannot do without."""
        return {
            parameter["name"]: self._value(parameter["name"], parameter["schema"], world)
            for parameter in self.operation.get("parameters", ())
            if parameter["in"] == "query" and parameter.get("required")
        }

    def _object(self, schema: Json, world: World) -> Json:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        return {name: self._value(name, properties[name], world) for name in required}

    def _value(self, name: str, schema: Json, world: World) -> Any:
        schema = self.resolved(schema)
        if "enum" in schema:
            return next(value for value in schema["enum"] if value is not None)
        if name.endswith("_id"):
            return str(world.ids[noun_of(name)])
        if name in NAMED:
            return copy.deepcopy(NAMED[name]())
        kind = schema.get("type")
        kind = str(kind[0] if isinstance(kind, list) else kind)
        makers: dict[str, Callable[[], Any]] = {
            "array": lambda: [self._value("item", schema["items"], world)],
            "object": lambda: self._object(schema, world),
            "date-time": lambda: clock.now().isoformat(),
            "uuid": lambda: str(new_id()),
            "integer": lambda: schema.get("minimum", 1),
            "number": lambda: 1,
            "boolean": lambda: False,
        }
        return makers.get(schema.get("format", kind), lambda: "Text")()

    def _id_places(self, schema: Json) -> Iterator[Path]:
        for name, inner in schema.get("properties", {}).items():
            resolved = self.resolved(inner)
            if resolved.get("format") == "uuid":
                yield (name,)
            elif resolved.get("type") == "array":
                for place in self._id_places(self.resolved(resolved["items"])):
                    yield (name, 0, *place)

    def _put(self, body: Json, place: Path, value: str, world: World) -> None:
        assert self.body_schema is not None
        name, *rest = place
        if rest:
            schema = self.resolved(self.resolved(self.body_schema)["properties"][name])
            body[str(name)] = [self._object(self.resolved(schema["items"]), world)]
            body[str(name)][0][rest[-1]] = value
        else:
            body[str(name)] = value


def endpoints(app: TruckrollApp) -> list[Endpoint]:
    """Every endpoint of the API, those that read first and those that end something last."""
    document = openapi_document(app)
    order = ["GET", "PUT", "PATCH", "POST", "DELETE"]
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.endpoint.startswith("pages."):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            operation = document["paths"][path][method.lower()]
            found.append(Endpoint(method, rule, operation, document["components"]["schemas"]))
    return sorted(
        found,
        key=lambda one: (one.name.endswith("/revocation"), order.index(one.method), one.name),
    )


def noun_of(name: str) -> str:
    """The table whose record a parameter or field names."""
    stem = name.removesuffix("_id")
    return NOUNS.get(stem, stem)


def ids_in(text: str) -> set[str]:
    """Every id that a text shows."""
    return set(UUID_TEXT.findall(text))
