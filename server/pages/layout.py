"""How our few hand-written pages look; they need no script and no second request."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from flask import Response, request

STYLE = (Path(__file__).parent / "pages.css").read_text()
STYLE_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LANGUAGES = ("en", "zh-CN")
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" aria-hidden="true">'
    '<rect width="64" height="64" rx="14" fill="#0b5cad"/>'
    '<path d="M10 22h26v22H10zM36 30h10l8 8v6H36z" fill="#fff"/>'
    '<circle cx="20" cy="46" r="6" fill="#fff" stroke="#0b5cad" stroke-width="3"/>'
    '<circle cx="45" cy="46" r="6" fill="#fff" stroke="#0b5cad" stroke-width="3"/></svg>'
)


def language() -> str:
    """Return the language of the reader: the one asked for in the address, else the browser's."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    liked = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-SG"], "en")
    return "zh-CN" if str(liked).startswith("zh") else "en"


def page(
    title: str, body: str, status: int = 200, *, lang: str = "en", aside: str = ""
) -> Response:
    """Return a whole page; ``body`` and ``aside``, right in the head bar, are HTML."""
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" href="/icon.svg" type="image/svg+xml">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<header class="bar"><a class="mark" href="/">{MARK}Truckroll</a>{aside}</header>'
        f"{body}</body></html>"
    )
    response = Response(html, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def not_built(app: str) -> Response:
    """Say in both languages that the app is not built, and what builds it."""
    run, build = "<code>make run</code>", "<code>python3 scripts/web.py build</code>"
    body = (
        '<main class="card notice">'
        "<div><h1>This app is not built yet</h1>"
        f"<p>{run} builds it when it starts; {build} does it alone. Then load this page again.</p>"
        '</div><div lang="zh-CN"><h2>此应用尚未构建</h2>'
        f"<p>{run} 会在启动时构建；也可以单独运行 {build}，然后重新加载本页。</p></div></main>"
    )
    response = page(f"Truckroll: {app}", body, 503)
    response.headers["Retry-After"] = "10"
    return response
