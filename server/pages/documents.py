"""The API's own documents: OpenAPI for programs, a list of every operation for people."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, current_app

from server.kernel.document import name_problems
from server.kernel.http import TruckrollApp, public
from server.kernel.paging import json_response
from server.pages import layout
from server.pages.reference import reference


def openapi_document(app: TruckrollApp) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the whole API."""
    document: dict[str, Any] = app.api.spec.to_dict()
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    name_problems(document)
    return document


@public(own_unit=True)
def openapi() -> Response:
    """Answer the OpenAPI document."""
    return json_response(openapi_document(_app()))


@public(own_unit=True)
def docs() -> Response:
    """List every operation of the API."""
    return layout.page("Truckroll API", reference(openapi_document(_app())))


def _app() -> TruckrollApp:
    return cast("TruckrollApp", current_app)
