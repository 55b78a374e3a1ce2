"""The built apps as static files: cached for ever where the name holds a digest, else asked anew.

Nothing here asks the database. A page that the browser opens gets the app's one page, whatever its
path; a file that is missing is missing, so that a phone never keeps a page in place of a script.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from flask import Response, redirect, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from server.kernel.http import TruckrollApp, current_platform, public
from server.kernel.map_source import FILE_PATH
from server.pages import layout
from server.pages.policy import app_headers

INDEX = "index.html"
DIGESTED = "assets/"
ETERNAL = "public, max-age=31536000, immutable"
ASK_ANEW = "no-cache"
MAP_SECONDS = 3600
# Left to themselves, systems disagree about these; a wrong one keeps a script from running.
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# Best first: the first of equally welcome ones is sent.
ENCODINGS = {"br": ".br", "gzip": ".gz"}


class Built(NamedTuple):
    """One file of a built app, and how it may be kept."""

    path: Path
    kind: str
    is_digested: bool


def register(app: TruckrollApp) -> None:
    """Add both apps: their page at every path, and the files it asks for."""
    for name, view, short in (("console", console, to_console), ("field", field, to_field)):
        app.add_url_rule(f"/{name}", f"pages.to_{name}", short, methods=["GET"])
        app.add_url_rule(f"/{name}/", f"pages.{name}", view, methods=["GET"])
        app.add_url_rule(f"/{name}/<path:path>", f"pages.{name}", view, methods=["GET"])
    app.add_url_rule(FILE_PATH, "pages.map_file", map_file, methods=["GET"])


@public(own_unit=True)
def console(path: str = "") -> Response:
    """Send a file of the dispatcher's console."""
    return _send("console", path)


@public(own_unit=True)
def field(path: str = "") -> Response:
    """Send a file of the engineers' app."""
    return _send("field", path)


@public(own_unit=True)
def to_console() -> ResponseReturnValue:
    """Lead to the console's page."""
    return redirect("/console/", 308)


@public(own_unit=True)
def to_field() -> ResponseReturnValue:
    """Lead to the page of the engineers' app."""
    return redirect("/field/", 308)


@public(own_unit=True)
def map_file() -> Response:
    """Send the pieces that a map asks of the PMTiles file on this host."""
    path = current_platform().settings.map.file
    if path is None or not path.is_file():
        raise NotFound("No map is kept here.")
    response = send_file(path, "application/vnd.pmtiles", conditional=True, max_age=MAP_SECONDS)
    response.headers.update(app_headers(current_platform().settings))
    return response


def _send(app: str, path: str) -> Response:
    folder = current_platform().settings.web_dist / app
    built = find_file(folder, path or INDEX)
    if built is None and is_page(path, request.headers.get("Accept", "")):
        built = find_file(folder, INDEX)
        if built is None:
            return layout.not_built(app)
    if built is None:
        raise NotFound(f"The app {app} has no file {path!r}.")
    return _answer(built)


def find_file(folder: Path, name: str) -> Built | None:
    """Find a file of an app by the name in its address; None when it is not one to send."""
    joined = safe_join(str(folder), name)
    if joined is None or any(part.startswith(".") for part in name.split("/")):
        return None
    path = Path(joined)
    kind = KINDS.get(path.suffix)
    try:
        if kind is None or not path.is_file():
            return None
    except OSError:  # A name longer than the file system knows.
        return None
    return Built(path, kind, name.startswith(DIGESTED))


def is_page(path: str, accept: str) -> bool:
    """Whether a browser opens this path as a page, so that a page must answer it."""
    return not path or ("." not in path.rsplit("/", 1)[-1] and "text/html" in accept)


def _answer(built: Built) -> Response:
    encoding, path = _encoded(built.path)
    content = path.read_bytes()
    response = Response(content, content_type=built.kind)
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = ETERNAL if built.is_digested else ASK_ANEW
    response.headers.update(app_headers(current_platform().settings))
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _encoded(path: Path) -> tuple[str, Path]:
    """Return the compressed copy that the client likes best, or the file itself."""
    welcome = request.accept_encodings
    known = [name for name in ENCODINGS if welcome.quality(name) > 0]
    for name in sorted(known, key=welcome.quality, reverse=True):
        copy = path.with_name(path.name + ENCODINGS[name])
        if copy.is_file():
            return name, copy
    return "", path
