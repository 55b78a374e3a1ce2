"""The built apps over HTTP: what is cached, what is compressed, and what is never sent."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from server.kernel.http import Access, access_of
from server.kernel.map_source import MapSource
from server.pages import apps
from server.pages.apps import find_file, is_page
from tests.server.pages.conftest import PAGE, SCRIPT, Visit, write

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SCRIPT_PATH = "/console/assets/index-abc123.js"


@pytest.mark.parametrize("app", ["console", "field"])
def test_the_page_of_an_app_is_asked_for_anew_each_time(visit: Visit, app: str) -> None:
    answer = visit().get(f"/{app}/", headers=BROWSER)

    assert answer.status_code == 200
    assert answer.text == PAGE + app
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/console/", "/field/sw.js", "/field/manifest.webmanifest"])
def test_what_has_not_changed_is_not_sent_again(visit: Visit, path: str) -> None:
    client = visit()
    first = client.get(path)

    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 304
    assert second.data == b""
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == "no-cache"
    assert second.headers["Vary"] == "Accept-Encoding"


def test_a_new_build_is_sent_at_the_next_request(visit: Visit, dist: Path) -> None:
    client = visit()
    old = client.get("/console/").headers["ETag"]

    write(dist / "console" / "index.html", "a new build")
    answer = client.get("/console/", headers={"If-None-Match": old})

    assert (answer.status_code, answer.text) == (200, "a new build")


def test_a_file_with_a_digest_in_its_name_is_kept_for_ever(visit: Visit) -> None:
    answer = visit().get(SCRIPT_PATH)

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (SCRIPT_PATH, "text/javascript; charset=utf-8"),
        ("/console/assets/reader-abc123.wasm", "application/wasm"),
        ("/field/manifest.webmanifest", "application/manifest+json"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_a_file_says_what_it_is(visit: Visit, path: str, kind: str) -> None:
    answer = visit().get(path)

    assert answer.headers["Content-Type"].removesuffix("; charset=utf-8") == kind.removesuffix(
        "; charset=utf-8"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("welcome", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("*;q=0", None),
        ("zstd", None),
        ("", None),
    ],
)
def test_the_compressed_copy_that_the_browser_likes_is_sent(
    visit: Visit, welcome: str, encoding: str | None
) -> None:
    answer = visit().get(SCRIPT_PATH, headers={"Accept-Encoding": welcome})

    bodies = {"br": b"as brotli", "gzip": gzip.compress(SCRIPT.encode()), None: SCRIPT.encode()}
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    if encoding == "gzip":
        assert gzip.decompress(answer.data) == SCRIPT.encode()
    else:
        assert answer.data == bodies[encoding]
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Type"].startswith("text/javascript")


def test_a_compressed_copy_has_an_etag_of_its_own(visit: Visit) -> None:
    client = visit()

    tags = {
        client.get(SCRIPT_PATH, headers={"Accept-Encoding": welcome}).headers["ETag"]
        for welcome in ("br", "gzip", "identity")
    }

    assert len(tags) == 3


@pytest.mark.parametrize("path", ["/console/tickets/TR-12", "/field/work/a", "/console/a/b/"])
def test_a_page_within_an_app_is_the_page_of_the_app(visit: Visit, path: str) -> None:
    answer = visit().get(path, headers=BROWSER)

    assert answer.status_code == 200
    assert answer.text.startswith(PAGE)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/console/assets/index-old000.js", "*/*"),
        ("/console/assets/index-old000.js", BROWSER["Accept"]),
        ("/console/tickets/TR-12", "*/*"),
        ("/console/tickets/TR-12", "application/json"),
        ("/field/missing.png", BROWSER["Accept"]),
        ("/console/assets/index-abc123.js.br", BROWSER["Accept"]),
        ("/console/.draft.html", BROWSER["Accept"]),
    ],
)
def test_a_file_that_is_not_there_is_a_problem_and_never_the_page(
    visit: Visit, path: str, accept: str
) -> None:
    answer = visit().get(path, headers={"Accept": accept})

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/console/../secret.html",
        "/console/../../secret.html",
        "/console/%2e%2e/%2e%2e/secret.html",
        "/console/..%2f..%2fsecret.html",
        "/console/assets/..%5c..%5csecret.html",
        "/console//etc/passwd.html",
        "/console/index.html%00.js",
        "/console/" + "long/" * 500 + "name.js",
        "/console/" + "x" * 300 + ".js",
    ],
)
def test_nothing_outside_the_app_is_ever_sent(visit: Visit, path: str) -> None:
    answer = visit().get(path)

    assert answer.status_code in {308, 404}
    assert b"not for anybody" not in answer.data


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.lists(st.sampled_from(["..", ".", "", "assets", "index.html", "a\0", "\\", "~"])).map(
        "/".join
    )
)
def test_whatever_the_name_a_file_found_lies_within_the_app(dist: Path, name: str) -> None:
    found = find_file(dist / "field", name)

    assert found is None or (dist / "field").resolve() in found.path.resolve().parents


@pytest.mark.parametrize("path", ["/console/", SCRIPT_PATH, "/console/tickets/TR-12"])
def test_head_answers_the_same_headers_without_the_body(visit: Visit, path: str) -> None:
    client = visit()
    whole = client.get(path, headers=BROWSER)

    answer = client.head(path, headers=BROWSER)

    unlike = {"X-Request-Id", "Date"}
    assert answer.status_code == 200
    assert answer.data == b""
    assert {k: v for k, v in answer.headers.items() if k not in unlike} == {
        k: v for k, v in whole.headers.items() if k not in unlike
    }


def test_an_app_takes_no_other_method(visit: Visit) -> None:
    assert visit().post("/console/").status_code == 405


@pytest.mark.parametrize("app", ["console", "field"])
def test_the_short_address_leads_to_the_app(visit: Visit, app: str) -> None:
    answer = visit().get(f"/{app}")

    assert (answer.status_code, answer.headers["Location"]) == (308, f"/{app}/")


@pytest.mark.parametrize("app", ["console", "field"])
def test_an_app_that_is_not_built_says_what_builds_it_in_both_languages(
    visit: Visit, dist: Path, app: str
) -> None:
    shutil.rmtree(dist)

    answer = visit().get(f"/{app}/", headers=BROWSER)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "make run" in answer.text
    assert "scripts/web.py build" in answer.text
    assert "尚未构建" in answer.text
    assert visit().get(f"/{app}/assets/index-abc123.js").status_code == 404


@pytest.mark.parametrize("view", [apps.console, apps.field, apps.map_file])
def test_a_file_is_sent_without_a_unit_of_work(view: Callable[..., Any]) -> None:
    assert access_of(view, "GET") == Access(permission=None, own_unit=True)


def test_the_apps_answer_while_the_database_does_not(visit: Visit) -> None:
    client = visit()

    assert client.get("/readyz").status_code == 503
    assert client.get("/console/").status_code == 200


def test_a_page_may_load_from_here_only_and_listen_to_the_stream(visit: Visit) -> None:
    client = visit(port=8160, stream_port=8161, public_url="http://127.0.0.1:8160")

    policy = policy_of(client.get("/console/").headers["Content-Security-Policy"])

    assert policy == {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'", "http://127.0.0.1:8161", "http://localhost:8161"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }


def test_behind_a_proxy_the_stream_has_the_one_public_origin(visit: Visit) -> None:
    client = visit(public_url="https://service.example.org")

    policy = policy_of(client.get("/console/").headers["Content-Security-Policy"])

    assert policy["connect-src"] == ["'self'", "https://service.example.org"]


def test_the_base_map_may_be_loaded_from_where_the_settings_say(visit: Visit) -> None:
    tiles = ("https://tiles.example.org", "https://fonts.example.org:8443")
    client = visit(map=MapSource(kind="style", url=f"{tiles[0]}/style.json", origins=tiles))

    policy = policy_of(client.get("/console/").headers["Content-Security-Policy"])

    assert policy["img-src"][-2:] == list(tiles)
    assert policy["connect-src"][-2:] == list(tiles)


@pytest.mark.parametrize("path", ["/console/", "/field/sw.js", SCRIPT_PATH])
def test_every_file_of_an_app_carries_the_policies(visit: Visit, path: str) -> None:
    headers = visit().get(path).headers

    assert "script-src 'self' 'wasm-unsafe-eval'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Permissions-Policy"].startswith("camera=(self), geolocation=(self)")


def test_a_map_kept_on_this_host_is_sent_in_pieces(visit: Visit, tmp_path: Path) -> None:
    write(tmp_path / "town.pmtiles", "0123456789")
    client = visit(map=MapSource(kind="pmtiles", url="/x", file=tmp_path / "town.pmtiles"))

    answer = client.get("/map.pmtiles", headers={"Range": "bytes=2-4"})

    assert (answer.status_code, answer.text) == (206, "234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"
    answer.close()


def test_without_a_map_on_this_host_there_is_no_file(visit: Visit) -> None:
    assert visit().get("/map.pmtiles").status_code == 404


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("", "*/*", True),
        ("tickets", "text/html", True),
        ("tickets/", "text/html", True),
        ("v1.2/tickets", "text/html", True),
        ("tickets", "image/png", False),
        ("tickets.js", "text/html", False),
    ],
)
def test_a_page_is_told_from_a_file(path: str, accept: str, *, expected: bool) -> None:
    assert is_page(path, accept) is expected


def policy_of(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";")]
    return {name: values for name, *values in parts}
