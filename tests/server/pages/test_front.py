"""The hand-written pages: the front page in the reader's language, and the API reference."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from server.pages.front import EN, ZH
from server.pages.reference import reference
from tests.server.pages.conftest import Visit

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Page(HTMLParser):
    """What a test asks of a page: its language, links, anchors and whether its tags are closed."""

    VOID = frozenset({"meta", "link", "br", "wbr", "rect", "path", "circle"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang = ""
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        if tag == "a":
            self.links.append(given.get("href") or "")
        self.anchors.add(given.get("id") or "")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("path", "browser", "lang"),
    [
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("/", "zh", "zh-CN"),
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "pt-PT", "en"),
        ("/", "", "en"),
        ("/?lang=zh-CN", "en", "zh-CN"),
        ("/?lang=en", "zh-CN", "en"),
        ("/?lang=<script>", "en", "en"),
    ],
)
def test_the_front_page_speaks_the_language_of_its_reader(
    visit: Visit, path: str, browser: str, lang: str
) -> None:
    answer = visit().get(path, headers={"Accept-Language": browser})

    texts = ZH if lang == "zh-CN" else EN
    assert answer.status_code == 200
    assert Page(answer.text).lang == lang
    assert texts.lead in answer.text
    assert answer.headers["Vary"] == "Accept-Language"


def test_every_link_of_the_front_page_leads_somewhere(visit: Visit) -> None:
    client = visit()
    page = Page(client.get("/").text)

    statuses = {link: client.get(link).status_code for link in page.links}

    assert {"/console/", "/field/", "/api/docs"} <= set(page.links)
    # The database of this platform does not exist, and the page says so.
    assert statuses.pop("/readyz") == 503
    assert set(statuses.values()) == {200}
    assert page.open == []


def test_only_a_demonstration_names_its_users(visit: Visit) -> None:
    assert "dispatcher@demo" in visit(demo=True).get("/").text
    assert "dispatcher@demo" not in visit().get("/").text


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_an_address_that_leads_nowhere_leads_a_person_home(visit: Visit, lang: str) -> None:
    headers = {"Accept": BROWSER, "Accept-Language": lang}

    answer = visit().get("/tickets", headers=headers)

    page = Page(answer.text)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert page.lang == lang
    assert page.links == ["/", "/"]
    assert page.open == []


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/tickets", "*/*"), ("/api/v1/none", BROWSER), ("/console/assets/gone.js", "*/*")],
)
def test_an_address_that_leads_nowhere_is_a_problem_to_a_program(
    visit: Visit, path: str, accept: str
) -> None:
    answer = visit().get(path, headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json()["code"] == "not-found"


@pytest.mark.parametrize("path", ["/", "/api/docs"])
def test_a_hand_written_page_allows_its_own_style_and_nothing_else(visit: Visit, path: str) -> None:
    answer = visit().get(path)

    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "<script" not in answer.text
    assert " style=" not in answer.text


def test_the_reference_lists_every_operation_and_its_links_lead_somewhere(visit: Visit) -> None:
    client = visit()
    document = client.get("/api/v1/openapi.json").get_json()

    page = client.get("/api/docs").text

    listed = [
        f'<span class="method {method}">{method.upper()}</span><code>{path}</code>'
        for path, methods in document["paths"].items()
        for method in methods.keys() & {"get", "post", "put", "patch", "delete"}
    ]
    assert len(listed) > 100
    assert [entry for entry in listed if entry not in page] == []
    parsed = Page(page)
    assert {link[1:] for link in parsed.links if link.startswith("#")} - parsed.anchors == set()
    assert parsed.open == []


def test_the_reference_shows_text_as_text() -> None:
    document = {
        "tags": [{"name": "notes"}],
        "paths": {"/notes": {"get": {"summary": "a < b & <script>", "responses": {}}}},
        "components": {},
    }

    page = reference(document)

    assert "a &lt; b &amp; &lt;script&gt;" in page
    assert "<script>" not in page
