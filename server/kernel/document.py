"""How our fields look in the API document: what JSON they are, so that clients can be generated."""

from __future__ import annotations

from typing import Any

from flask_smorest import Api

from server.kernel.fields import Area, Money, Position, Quantity

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_PAIR = {
    "type": "array",
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 2,
    "description": "Longitude, latitude.",
}
_RING = {"type": "array", "items": _PAIR, "minItems": 4}


def describe_fields(api: Api) -> None:
    """Teach the document our own fields; before any schema is read."""
    for scaled in (Quantity, Money):
        api.register_field(scaled, "string", "decimal")
    for shape in (Position, Area):
        api.register_field(shape, "object", None)
    api.ma_plugin.converter.add_attribute_function(_shape)


def name_problems(document: dict[str, Any]) -> None:
    """Give every answer that is a problem its own media type (RFC 9457)."""
    operations = [
        operation
        for methods in document["paths"].values()
        for operation in methods.values()
        if isinstance(operation, dict)
    ]
    answers = [answer for one in operations for answer in one.get("responses", {}).values()]
    for answer in (*answers, *document["components"].get("responses", {}).values()):
        content = answer.get("content", {})
        if content.get("application/json", {}).get("schema") == _PROBLEM:
            content["application/problem+json"] = content.pop("application/json")


def _shape(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    """Return what type and format leave open."""
    if isinstance(field, Position):
        return _geometry("Point", _PAIR)
    if isinstance(field, Area):
        return _geometry("Polygon", {"type": "array", "items": _RING, "minItems": 1})
    if isinstance(field, Quantity | Money):
        return {"pattern": rf"^-?[0-9]{{1,12}}(\.[0-9]{{1,{field.places}}}0*)?$"}
    return {}


def _geometry(kind: str, coordinates: dict[str, Any]) -> dict[str, Any]:
    return {
        "required": ["type", "coordinates"],
        "properties": {"type": {"const": kind}, "coordinates": coordinates},
    }
