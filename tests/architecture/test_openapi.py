"""The API document is whole: what clients are generated from is what the code says."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from server import factory
from server.kernel.http import TruckrollApp
from server.pages import openapi_document
from tests.architecture.source import ROOT
from tests.platforms import a_settings

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The document, every warning an error: apispec warns of schemas that share a name."""
    home = tmp_path_factory.mktemp("home")
    platform = factory.load(a_settings(f"sqlite:///{home}/none.sqlite", home), wake=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        app = factory.create_app(platform)
    platform.dispose()
    assert isinstance(app, TruckrollApp)
    return openapi_document(app)


def test_the_committed_document_is_what_the_code_says(document: Json) -> None:
    kept = json.loads((ROOT / "docs" / "openapi.json").read_text())

    assert kept == json.loads(json.dumps(document)), "run `make openapi` and look at the difference"


def test_no_two_schemas_share_a_name(document: Json) -> None:
    numbered = [name for name in document["components"]["schemas"] if re.search(r"\d$", name)]

    assert numbered == []


def test_every_reference_leads_somewhere(document: Json) -> None:
    broken = {
        value
        for name, value in properties(document)
        if name == "$ref" and not resolves(document, value)
    }

    assert broken == set()


def test_every_field_says_what_it_is(document: Json) -> None:
    silent = [
        f"{schema}.{name}"
        for schema, described in document["components"]["schemas"].items()
        for name, described_field in described.get("properties", {}).items()
        if not described_field.keys() & {"type", "$ref", "anyOf", "allOf", "enum"}
        # An answer of a checklist, and details of a refusal, are any JSON by their nature.
        and name != "value"
    ]

    assert silent == []


def test_every_field_of_an_answer_is_always_there(document: Json) -> None:
    answers = {name for name in answered(document) if not name.startswith("Problem")}
    optional = {
        name: sorted(schema["properties"].keys() - set(schema.get("required", ())))
        for name, schema in document["components"]["schemas"].items()
        if name in answers and schema.get("properties")
    }

    assert {name: fields for name, fields in optional.items() if fields} == {}


def test_every_error_is_documented_as_a_problem(document: Json) -> None:
    other = []
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            described = resolve(document, answer)
            kinds = set(described.get("content", {})) - {"application/problem+json"}
            if kinds and not status.startswith(("2", "3")):
                other.append(f"{method} {path} {status}")

    assert other == []


def test_every_operation_has_a_name_of_its_own_or_none(document: Json) -> None:
    names = Counter(
        operation["operationId"]
        for _, _, operation in operations(document)
        if "operationId" in operation
    )

    assert [name for name, count in names.items() if count > 1] == []


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict):
                yield path, method.upper(), operation


def properties(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from properties(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from properties(inner)


def answered(document: Json) -> set[str]:
    """The names of all schemas that answers consist of."""
    found: set[str] = set()
    waiting = [operation["responses"] for _, _, operation in operations(document)]
    while waiting:
        for name, value in properties(waiting.pop()):
            if name == "$ref" and value.startswith("#/components/schemas/"):
                schema = value.rsplit("/", 1)[1]
                if schema not in found:
                    found.add(schema)
                    waiting.append(document["components"]["schemas"][schema])
    return found


def resolve(document: Json, value: Json) -> Json:
    while "$ref" in value:
        found: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = found
    return value


def resolves(document: Json, reference: str) -> bool:
    try:
        resolve(document, {"$ref": reference})
    except KeyError:
        return False
    return True
