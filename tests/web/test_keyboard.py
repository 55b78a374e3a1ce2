"""A dispatcher who uses no mouse: from the sign-in to a booking, and back to the list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.web.browser import Window
from tests.web.company import PASSWORD, Company
from tests.web.desk import Desk

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

# Nobody goes on for longer to reach what is next on the screen.
MOST_STEPS = 20


def test_a_ticket_is_opened_booked_and_closed_without_a_mouse(
    company: Company, open_desk: Callable[..., Window]
) -> None:
    ana = company.engineers[0]
    company.work_order(title="Makes no pressure")
    company.work_order(ana, title="Leaks at the flange")
    desk = Desk(open_desk(), company).open()
    keyboard = desk.page.keyboard

    go_to(desk, desk.page.get_by_label(desk.words("app.login")))
    keyboard.type(company.dispatcher.login)
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    desk.until_live()
    keyboard.press("Tab")
    expect(desk.page.get_by_role("link", name=desk.words("app.skipToList"))).to_be_focused()
    keyboard.press("Enter")
    go_to(desk, link_of(desk, "Leaks at the flange"))
    keyboard.press("ArrowDown")
    expect(link_of(desk, "Makes no pressure")).to_be_focused()
    keyboard.press("Enter")
    expect(desk.panel.get_by_role("heading", level=2)).to_have_text("Makes no pressure")

    desk.book_best_by_keyboard()
    expect(desk.row("Makes no pressure")).to_contain_text(ana.name)
    expect(desk.offers()).to_have_count(0)
    assert len(company.desk.every("/bookings")) == 2

    keyboard.press("Escape")
    expect(desk.panel).to_have_count(0)
    expect(link_of(desk, "Makes no pressure")).to_be_focused()


def link_of(desk: Desk, title: str) -> Locator:
    """What opens a ticket of the list."""
    return desk.row(title).get_by_role("link")


def go_to(desk: Desk, wanted: Locator) -> None:
    """Press the tab key until ``wanted`` has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_STEPS):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        desk.page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
