"""Dispatchers who work at the same time, and whose session ends while they type."""

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
TWENTY_MINUTES = 20 * 60 * 1000


def test_two_dispatchers_see_what_the_other_does(company: Company, open_desk: OpenWindow) -> None:
    title = company.work_order()["title"]
    ines = Desk(open_desk(), company).sign_in(company.dispatcher).open_ticket(title)
    marta = Desk(open_desk(), company).sign_in(company.colleague).open_ticket(title)

    ines.write_note("The key is with the porter")
    expect(marta.section("panel.notes")).to_contain_text("The key is with the porter")
    marta.book_best_by_keyboard()

    expect(ines.row(title)).to_contain_text(company.engineers[0].name)
    expect(ines.visit(company.engineers[0], title)).to_be_visible()
    expect(ines.offers()).to_have_count(0)
    expect(ines.panel).to_contain_text(company.engineers[0].name)


def test_of_two_bookings_at_once_one_is_made_and_the_other_explained(
    company: Company, open_desk: OpenWindow
) -> None:
    title = company.work_order()["title"]
    ines = Desk(open_desk(), company).sign_in(company.dispatcher).open_ticket(title)
    marta = Desk(open_desk(), company).sign_in(company.colleague).open_ticket(title)
    expect(ines.offers().first).to_be_visible()
    expect(marta.offers().first).to_be_visible()
    marta.window.set_offline()

    ines.book_best_by_keyboard()
    expect(ines.row(title)).to_contain_text(company.engineers[0].name)
    marta.window.set_offline(offline=False)
    marta.until_live()

    expect(marta.row(title)).to_contain_text(company.engineers[0].name)
    assert len(company.desk.every("/bookings")) == 1


def test_a_note_survives_the_end_of_the_session(company: Company, open_desk: OpenWindow) -> None:
    title = company.work_order()["title"]
    window = open_desk()
    window.page.clock.install()
    ines = Desk(window, company).sign_in(company.dispatcher).open_ticket(title)
    note = ines.note_field()
    note.fill("The key is with the porter")

    company.end_sessions(company.dispatcher)
    window.page.clock.fast_forward(TWENTY_MINUTES)
    ines.sign_in_again()

    expect(note).to_have_value("The key is with the porter")
    ines.button("panel.addNote").click()
    expect(ines.section("panel.notes").get_by_role("listitem")).to_contain_text(
        "The key is with the porter"
    )


def test_filters_are_in_the_address(company: Company, open_desk: OpenWindow) -> None:
    company.work_order(company.engineers[0], title="Leaks at the flange")
    company.work_order(title="Makes no pressure")
    ines = Desk(open_desk(), company).sign_in(company.dispatcher)
    expect(ines.row("Leaks at the flange")).to_be_visible()

    ines.button("list.unassigned").click()
    expect(ines.row("Leaks at the flange")).to_have_count(0)
    ines.page.reload()

    expect(ines.row("Makes no pressure")).to_be_visible()
    expect(ines.row("Leaks at the flange")).to_have_count(0)
