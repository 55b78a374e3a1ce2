"""Pages and probes outside the rooms: sign-in page, places of the apps, health and metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any, cast

from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server.kernel import heartbeat
from server.kernel.document import name_problems
from server.kernel.errors import Busy
from server.kernel.http import TruckrollApp, current_platform, public
from server.kernel.modules import Platform
from server.kernel.paging import json_response
from server.kernel.uow import unit_of_work

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;"
    "color:#1b2733;background:#fff}a{color:#0b5cad}code{background:#eef2f6;padding:.1em .3em}"
    "td,th{padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#11181f}a{color:#7ab7ff}"
    "code{background:#1f2a35}}"
)
CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
METHODS = ("get", "post", "put", "patch", "delete")


def register(app: TruckrollApp) -> None:
    """Add the pages, the probes and the API document to the application."""
    for path, view in PAGES.items():
        app.add_url_rule(path, f"pages.{view.__name__}", view, methods=["GET"])


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
def home() -> Response:
    """Show where everything is."""
    rows = (
        ("/console/", "Dispatcher console", "调度控制台"),
        ("/field/", "Engineer's app", "工程师应用"),
        ("/api/docs", "API reference", "接口文档"),
        ("/readyz", "State of the platform", "平台状态"),
    )
    links = "".join(
        f'<tr><td><a href="{path}">{escape(name)}</a></td><td lang="zh">{name_zh}</td></tr>'
        for path, name, name_zh in rows
    )
    return _page("Truckroll", f"<p>Field service, self-hosted.</p><table>{links}</table>")


@public(own_unit=True)
def console() -> Response:
    """Hold the place of the dispatcher console until it is built."""
    return _app_page("Dispatcher console", "调度控制台")


@public(own_unit=True)
def field() -> Response:
    """Hold the place of the engineers' app until it is built."""
    return _app_page("Engineer's app", "工程师应用")


@public(own_unit=True)
def openapi() -> Response:
    """Answer the OpenAPI document."""
    return json_response(openapi_document(_app()))


@public(own_unit=True)
def docs() -> Response:
    """List every operation of the API."""
    return _page("Truckroll API", _operations(openapi_document(_app())))


@public(own_unit=True)
def healthz() -> Response:
    """Say that the process answers."""
    return json_response({"status": "ok"})


@public(own_unit=True)
def readyz() -> Response:
    """Say whether the parts that a request needs can be reached, and whether the gateway lives."""
    checks = _checks()
    ready = checks["database"] == "ok"
    body = {"status": "ready" if ready else "not-ready", "checks": checks}
    return json_response(body, 200 if ready else 503)


@public(own_unit=True)
def metrics() -> Response:
    """Answer the counters of this process and of the gateway for Prometheus."""
    others = CollectorRegistry()
    others.register(_OtherProcesses(current_platform()))
    body = generate_latest() + generate_latest(others)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


class _OtherProcesses(Collector):
    """The counters that other processes have left with their last sign of life."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def collect(self) -> Iterator[Metric]:
        with unit_of_work(self._platform, None, write=False) as session:
            counters = heartbeat.counters(session)
        for process, counted in counters.items():
            for name, value in counted.items():
                text = f"Of the {process}, since it started."
                yield GaugeMetricFamily(f"truckroll_{process}_{name}", text, value)


PAGES: dict[str, Callable[[], Response]] = {
    "/": home,
    "/console/": console,
    "/field/": field,
    "/api/v1/openapi.json": openapi,
    "/api/docs": docs,
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}


def _app() -> TruckrollApp:
    return cast("TruckrollApp", current_app)


def _checks() -> dict[str, str]:
    """Return the state of each part; requests need the database alone."""
    try:
        with unit_of_work(current_platform(), None, write=False) as session:
            return {"database": "ok", "gateway": heartbeat.life_of(session, "gateway")}
    except (SQLAlchemyError, Busy) as error:
        return {"database": type(error).__name__}


def _operations(document: dict[str, Any]) -> str:
    rows = []
    for path, operations in sorted(document["paths"].items()):
        for method in METHODS:
            if method in operations:
                summary = escape(operations[method].get("summary", ""))
                rows.append(
                    f"<tr><td><code>{method.upper()}</code></td>"
                    f"<td><code>{escape(path)}</code><br>{summary}</td></tr>"
                )
    link = '<p><a href="/api/v1/openapi.json">OpenAPI 3.1 document</a></p>'
    return f"{link}<table>{''.join(rows)}</table>"


def _app_page(title: str, title_zh: str) -> Response:
    text_en = "This app is not built yet; the API behind it is complete and documented."
    text_zh = "该应用尚未构建；其接口已可用并有文档。"
    body = (
        f'<p>{text_en}</p><p lang="zh">{title_zh}：{text_zh}</p>'
        '<p><a href="/api/docs">API reference</a></p>'
    )
    return _page(title, body)


def _page(title: str, body: str) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
