"""A customer rings: the dispatcher opens a ticket at the right place, or finds the old one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.web.browser import Window
from tests.web.company import Company
from tests.web.desk import Desk

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenWindow = Callable[..., Window]


def test_a_ticket_is_not_opened_over_a_place_that_was_typed_and_not_chosen(
    company: Company, open_desk: OpenWindow
) -> None:
    desk = Desk(open_desk(), company).sign_in(company.dispatcher)
    desk.button("app.newTicketButton").click()
    dialog = desk.page.get_by_role("dialog")
    place = dialog.get_by_label(desk.words("panel.new.where"))
    place.fill(company.machine.site)
    dialog.get_by_label(desk.words.part("panel.new.title")).fill("Water on the floor")
    hit = dialog.get_by_role("button", name=company.machine.site)
    expect(hit).to_be_visible()

    dialog.get_by_role("button", name=desk.words("panel.new.open")).click()
    expect(desk.text("panel.new.unchosen")).to_be_visible()
    assert company.desk.every("/tickets") == []
    place.press("ArrowDown")
    expect(hit).to_be_focused()
    desk.page.keyboard.press("Enter")
    dialog.get_by_role("button", name=desk.words("panel.new.open")).click()
    expect(dialog).to_be_hidden()

    (ticket,) = company.desk.every("/tickets")
    assert ticket["site_id"] == str(company.machine.site_id)


def test_a_ticket_without_a_site_is_given_one_and_its_fault_opens_the_work(
    company: Company, open_desk: OpenWindow
) -> None:
    made = company.desk.post("/tickets", {"title": "Water on the floor"})
    desk = Desk(open_desk(), company).sign_in(company.dispatcher).open_ticket(made["title"])
    expect(desk.button("panel.openWork")).to_have_count(0)

    desk.button("panel.givePlace").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_label(desk.words("panel.new.where")).fill(company.machine.name)
    hit = dialog.get_by_role("button", name=company.machine.name)
    expect(hit).to_be_visible()
    hit.click()
    dialog.get_by_label(desk.words("panel.new.fault")).select_option(company.machine.fault)
    dialog.get_by_role("button", name=desk.words("word.save")).click()
    expect(desk.offers().first).to_be_visible()

    placed = company.desk.get(f"/tickets/{made['id']}")
    assert (placed["site_id"], placed["asset_id"]) == (
        str(company.machine.site_id),
        str(company.machine.id),
    )
    assert len(company.desk.every("/work-orders", ticket_id=made["id"])) == 1


def test_a_ticket_that_is_settled_is_found_by_its_number(
    company: Company, open_desk: OpenWindow
) -> None:
    opened = company.work_order(title="Leaks at the flange")["ticket"]
    ticket = company.desk.get(f"/tickets/{opened['id']}")
    company.desk.post(
        f"/tickets/{ticket['id']}/moves",
        {"action": "cancel", "reason": "Twice"},
        **{"If-Match": f'"{ticket["revision"]}"'},
    )
    desk = Desk(open_desk(), company).sign_in(company.dispatcher)
    search = desk.page.get_by_label(desk.words("list.search"))
    search.fill("flange")
    expect(desk.text("list.noMatch")).to_be_visible()

    desk.button("list.inAllStates").click()
    expect(desk.row(ticket["title"])).to_be_visible()
    desk.open("").until_live()
    search.fill(f"#{ticket['number']}")

    expect(desk.row(ticket["title"])).to_be_visible()
