"""The API reference for people, made from the API document: one entry per operation and schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
Json = Mapping[str, Any]
CODE = re.compile(r"`([^`]+)`")


def reference(document: Json) -> str:
    """Return the body of the reference page."""
    by_tag: dict[str, list[str]] = {tag["name"]: [] for tag in document["tags"]}
    for path, method, operation in operations(document):
        tags = operation.get("tags") or ["other"]
        by_tag.setdefault(tags[0], []).append(_operation(path, method, operation))
    about = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    used = {name: entries for name, entries in by_tag.items() if entries}
    sections = "".join(
        _section(name, about.get(name, ""), entries) for name, entries in used.items()
    )
    schemas = [
        _schema(name, schema)
        for name, schema in sorted(document["components"].get("schemas", {}).items())
    ]
    about_schemas = "The bodies that operations take and answer."
    index = "".join(_link(name) for name in [*used, "schemas"])
    return (
        '<main class="reference"><div class="lead"><h1>API reference</h1>'
        '<p>Made from the <a href="/api/v1/openapi.json">OpenAPI 3.1 document</a>. Sign in at '
        "<code>POST /api/v1/auth/tokens</code> and send the access token as "
        "<code>Authorization: Bearer …</code>. Errors are <code>application/problem+json</code> "
        "with a stable <code>code</code>.</p></div>"
        '<div class="with-index"><nav aria-label="Contents"><h2>Contents</h2>'
        f"<ul>{index}</ul></nav>"
        f"<div>{sections}{_section('schemas', about_schemas, schemas)}</div></div></main>"
    )


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation as (path, method, operation), by path."""
    for path, methods in sorted(document["paths"].items()):
        yield from ((path, method, methods[method]) for method in METHODS if method in methods)


def _section(name: str, about: str, entries: list[str]) -> str:
    text = f"<p>{escape(about.rstrip('.'))}.</p>" if about else ""
    return (
        f'<section id="{escape(name)}"><h2>{escape(_title(name))}</h2>{text}'
        f'<div class="card">{"".join(entries)}</div></section>'
    )


def _link(name: str) -> str:
    return f'<li><a href="#{escape(name)}">{escape(_title(name))}</a></li>'


def _title(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _operation(path: str, method: str, operation: Json) -> str:
    parts = [*_parameters(operation), *_body(operation), *_answers(operation)]
    return (
        f'<details><summary><span class="method {method}">{method.upper()}</span>'
        f"<code>{escape(path)}</code><span>{escape(operation.get('summary', ''))}</span></summary>"
        f'<div class="detail">{_access(operation)}{"".join(parts)}</div></details>'
    )


def _access(operation: Json) -> str:
    if operation.get("security") == []:
        return "<p>Needs no sign-in.</p>"
    return ""


def _parameters(operation: Json) -> Iterator[str]:
    rows = [
        _row(p["name"], f"{p['in']}, {_kind(p['schema'])}", p.get("description"), p.get("required"))
        for p in operation.get("parameters", ())
        if "schema" in p
    ]
    if rows:
        yield f"<h3>Parameters</h3><dl>{''.join(rows)}</dl>"


def _body(operation: Json) -> Iterator[str]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h3>Body, <code>{escape(kind)}</code></h3><p>{_kind(content.get('schema', {}))}</p>"


def _answers(operation: Json) -> Iterator[str]:
    rows = []
    for status, answer in operation["responses"].items():
        if not status.isdecimal() or "$ref" in answer:
            continue
        kinds = [_kind(c["schema"]) for c in answer.get("content", {}).values() if "schema" in c]
        text = escape(answer.get("description", ""))
        rows.append(f"<dt><code>{status}</code></dt><dd>{' '.join([*kinds, text])}</dd>")
    if rows:
        yield f"<h3>Answers</h3><dl>{''.join(rows)}</dl>"


def _schema(name: str, schema: Json) -> str:
    required = schema.get("required", ())
    rows = [
        _row(field, _kind(about), about.get("description"), field in required)
        for field, about in schema.get("properties", {}).items()
    ]
    text = f"<p>{_prose(schema['description'])}</p>" if schema.get("description") else ""
    return (
        f'<details class="schema"><summary><code>{escape(name)}</code></summary>'
        f'<div class="detail" id="schema-{escape(name)}">{text}<dl>{"".join(rows)}</dl></div>'
        "</details>"
    )


def _row(name: str, kind: str, about: str | None, required: bool | None) -> str:  # noqa: FBT001 - as in the document
    must = ' <span class="must">required</span>' if required else ""
    text = f"<br>{_prose(about)}" if about else ""
    return f"<dt><code>{escape(name)}</code></dt><dd>{kind}{must}{text}</dd>"


def _prose(text: str) -> str:
    return CODE.sub(r"<code>\1</code>", escape(text))


def _kind(schema: Json) -> str:
    """Say in a few words of HTML what a value is."""
    if reference := schema.get("$ref"):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}">{name}</a>'
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(_kind(part) for part in schema[choice])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(v))}</code>" for v in schema["enum"] if v is not None)
    types = schema.get("type", "any")
    named = [types] if isinstance(types, str) else list(types)
    words = [
        f"list of {_kind(schema.get('items', {}))}" if word == "array" else word for word in named
    ]
    text = " or ".join(words)
    return f"{text}, {escape(schema['format'])}" if "format" in schema else text
