"""Hands that slip, lost answers and nights at the desk: nothing is done that nobody meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Route, expect

from server.kernel import clock
from tests.web.browser import Window
from tests.web.company import Company
from tests.web.desk import Desk

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenDesk = Callable[..., Window]
TICKETS = "**/api/v1/tickets"
LISBON = ZoneInfo("Europe/Lisbon")


def test_a_click_on_the_edge_of_a_bar_books_nothing_anew(
    company: Company, open_desk: OpenDesk
) -> None:
    ana, work_order = company.engineers[0], company.work_order()
    # Whatever the hour is now: a bar whose end lies in the day that is shown.
    noon = (clock.now() + dt.timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    choice = {"engineer_id": str(ana.engineer_id), "starts_at": noon.isoformat()}
    company.desk.post(f"/work-orders/{work_order['id']}/bookings", choice)
    before = company.desk.every("/bookings")
    desk = Desk(open_desk(), company).sign_in(company.dispatcher).open(f"?day={noon:%Y-%m-%d}")
    bar = desk.visit(ana, work_order["title"])

    bar.hover()
    desk.page.get_by_title(desk.words("timeline.resize")).first.click(force=True)

    desk.page.wait_for_timeout(1_000)
    assert company.desk.every("/bookings") == before


def test_a_ticket_after_one_whose_answer_was_lost_is_another_one(
    company: Company, open_desk: OpenDesk
) -> None:
    desk = Desk(open_desk(), company).sign_in(company.dispatcher)
    sent: list[dict[str, Any]] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        sent.append(route.request.post_data_json or {})
        return route.abort() if len(sent) == 1 else route.fallback()

    desk.page.route(TICKETS, lose)
    desk.button("app.newTicketButton").click()
    form = desk.page.get_by_role("dialog")
    form.get_by_label(desk.words.part("panel.new.title")).fill("Leaks at the flange")
    form.get_by_role("button", name=desk.words("panel.new.open")).click()
    expect(form.get_by_role("alert")).to_be_visible()

    form.get_by_role("button", name=desk.words("panel.new.clear")).click()
    form.get_by_label(desk.words.part("panel.new.title")).fill("Makes no pressure")
    form.get_by_role("button", name=desk.words("panel.new.open")).click()

    expect(form).to_be_hidden()
    assert len({body["id"] for body in sent}) == len(sent) == 2


def test_a_console_that_is_left_open_over_midnight_shows_the_new_day(
    company: Company, open_desk: OpenDesk
) -> None:
    window = open_desk()
    window.page.clock.install()
    desk = Desk(window, company).sign_in(company.dispatcher)
    tomorrow = clock.now().astimezone(LISBON) + dt.timedelta(days=1)
    shown = desk.button("app.todayIs")
    today = shown.inner_text()

    window.page.clock.fast_forward(24 * 3600 * 1000)

    expect(shown).to_contain_text(f"{tomorrow.day} {tomorrow:%b}")
    assert today != shown.inner_text()
