"""Pages outside the rooms: the front page, the built apps, the API's documents, the probes."""

from __future__ import annotations

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from server.kernel.http import TruckrollApp
from server.pages import apps, documents, front, missing, probes
from server.pages.documents import openapi_document

__all__ = ["openapi_document", "register"]

PAGES: dict[str, Callable[[], ResponseReturnValue]] = {
    "/": front.home,
    "/icon.svg": front.icon,
    "/api/v1/openapi.json": documents.openapi,
    "/api/docs": documents.docs,
    "/healthz": probes.healthz,
    "/readyz": probes.readyz,
    "/metrics": probes.metrics,
}


def register(app: TruckrollApp) -> None:
    """Add the pages, the probes, the API document and the built apps to the application."""
    for path, view in PAGES.items():
        app.add_url_rule(path, f"pages.{view.__name__}", view, methods=["GET"])
    apps.register(app)
    app.register_error_handler(404, missing.answer)
