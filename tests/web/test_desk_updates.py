"""A console that stays open while the server is upgraded."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import PHONE, Window
from tests.web.company import Company
from tests.web.desk import Desk
from tests.web.release import release

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenDesk = Callable[..., Window]
TIMELINE_SCRIPT = re.compile(r"/TimelinePane[^/]*[.]js$")
NOTE = "Key at the neighbour's"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_part_that_is_gone_with_the_old_build_is_had_by_reloading_and_no_text_is_lost(
    updated_company: Company, open_desk: OpenDesk, changing_apps: Path, language: str
) -> None:
    title = updated_company.work_order()["title"]
    desk = Desk(open_desk(viewport=PHONE, locale=language), updated_company, language)
    desk.sign_in(updated_company.dispatcher).open_ticket(title).note_field().fill(NOTE)
    desk.page.evaluate("() => { window.isOld = true; }")

    release(changing_apps, "console")
    show_pane(desk, "timeline")

    notice = desk.page.get_by_role("status")
    expect(notice.get_by_text(desk.words.part("app.updated"))).to_be_visible()
    assert is_old(desk.page)
    notice.get_by_role("button", name=desk.words("app.reload")).click()
    desk.until_live()
    assert not is_old(desk.page)
    expect(desk.text("app.updated")).to_be_hidden()
    expect(desk.note_field()).to_have_value(NOTE)
    show_pane(desk, "timeline")
    timeline = desk.page.get_by_role("region", name=desk.words("app.pane.timeline"))
    expect(timeline.get_by_text(updated_company.engineers[0].name)).to_be_visible()
    # The browser and the boundary of the pane both say that a script was missing.
    desk.window.troubles.clear()


def test_a_connection_that_comes_back_to_another_build_tells_and_the_dispatcher_may_go_on(
    updated_company: Company, open_desk: OpenDesk, changing_apps: Path
) -> None:
    title = updated_company.work_order()["title"]
    desk = Desk(open_desk(), updated_company).sign_in(updated_company.dispatcher)
    expect(desk.map).to_be_visible()
    updated = desk.text("app.updated")

    updated_company.installation.line.go_down()
    release(changing_apps, "console")
    updated_company.installation.line.come_back()

    expect(updated).to_be_visible(timeout=60_000)
    desk.button("app.later").click()
    expect(updated).to_be_hidden()
    expect(desk.row(title)).to_be_visible()


def test_a_part_that_could_not_be_loaded_for_once_is_had_by_trying_again(
    updated_company: Company, open_desk: OpenDesk
) -> None:
    desk = Desk(open_desk(viewport=PHONE), updated_company).sign_in(updated_company.dispatcher)
    desk.page.route(TIMELINE_SCRIPT, lambda route: route.abort())
    show_pane(desk, "timeline")
    expect(desk.text("error.pane-broken")).to_be_visible()

    desk.page.unroute(TIMELINE_SCRIPT)
    desk.button("word.retry").click()

    timeline = desk.page.get_by_role("region", name=desk.words("app.pane.timeline"))
    expect(timeline.get_by_text(updated_company.engineers[0].name)).to_be_visible()
    desk.window.troubles.clear()


def show_pane(desk: Desk, pane: str) -> None:
    """Turn to a part of the screen where there is room for one at a time."""
    panes = desk.page.get_by_role("navigation", name=desk.words("app.panes"))
    panes.get_by_role("button", name=desk.words(f"app.pane.{pane}")).click()


def is_old(page: Page) -> bool:
    """Whether a window has not been loaded anew."""
    return bool(page.evaluate("() => window.isOld === true"))
