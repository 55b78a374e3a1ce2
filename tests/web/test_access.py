"""Every screen, in both languages and both schemes of colours, has nothing that axe objects to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web import axe
from tests.web.browser import Window
from tests.web.company import Company
from tests.web.desk import Desk
from tests.web.phone import Phone
from tests.web.pictures import a_photo

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenWindow = Callable[..., Window]
# Each language with another scheme: all texts and all colours are seen, in half the time.
LOOKS = [("en", "light"), ("zh-CN", "dark")]
# Pictures that are still loading make a screen longer.
SPARE_PIXELS = 1500


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_screens_of_the_phone(
    company: Company, open_phone: OpenWindow, language: str, scheme: str
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    company.work_order(ana, title="Leaks at the flange")
    window = open_phone(locale=language, color_scheme=scheme)
    phone = Phone(window, company, language).open()
    expect(phone.button("sign-in.submit")).to_be_visible()
    look_at(phone.page, "sign-in")

    phone.sign_in(ana).until_safe()
    look_at(phone.page, "my work")
    phone.open_work(work_order, "overview")
    look_at(phone.page, "overview")
    phone.start().tick("Switch off the power").take_photos(a_photo(1))
    look_at(phone.page, "do")
    phone.act("pause")
    look_at(phone.page, "pause")
    phone.button("common.cancel").click()
    phone.button("parts.add").click()
    look_at(phone.page, "parts")
    phone.page.keyboard.press("Escape")
    phone.go_offline().tab("finish")
    look_at(phone.page, "finish")
    for path in ("sync", "settings"):
        phone.go_online().open(path)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        look_at(phone.page, path)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_screens_of_the_desk(
    company: Company, open_desk: OpenWindow, language: str, scheme: str
) -> None:
    title = company.work_order(company.engineers[0], title="Leaks at the flange")["title"]
    open_title = company.work_order(title="Makes no pressure")["title"]
    window = open_desk(locale=language, color_scheme=scheme)
    desk = Desk(window, company, language).open()
    expect(desk.button("app.signIn")).to_be_visible()
    look_at(desk.page, "sign-in")

    desk.sign_in(company.dispatcher)
    expect(desk.map).to_have_attribute("data-ready", "true", timeout=60_000)
    look_at(desk.page, "desk")
    desk.open_ticket(title)
    look_at(desk.page, "booked ticket")
    desk.open_ticket(open_title)
    expect(desk.offers().first).to_be_visible()
    look_at(desk.page, "ranked engineers")
    desk.button("app.help").click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    look_at(desk.page, "help")
    desk.page.keyboard.press("Escape")
    desk.button("app.newTicketButton").click()
    expect(desk.page.get_by_role("dialog")).to_be_visible()
    look_at(desk.page, "new ticket")


def look_at(page: Page, screen: str) -> None:
    """Ask axe, and see that nothing sticks out at the side.

    All of the screen is in view: what happens to lie under a bar at the foot is not meant.
    """
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size(
        {"width": size["width"], "height": max(size["height"], height) + SPARE_PIXELS}
    )
    found = axe.violations(page)
    page.set_viewport_size(size)
    assert not found, f"{screen}:\n" + "\n".join(found)
    wider = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0, f"{screen} is {wider} px too wide"
