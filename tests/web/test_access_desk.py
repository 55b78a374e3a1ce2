"""Every screen and dialog of the console is fine with axe, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.server.workforce.people import an_engineer
from tests.web.axe import LOOKS, look_at, look_at_dialog
from tests.web.browser import PHONE, Window
from tests.web.company import COOL, HOT, Company, reassign
from tests.web.desk import Desk
from tests.web.phone import Phone
from tests.web.pictures import a_photo

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
    pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["locale"]),
]

OpenWindow = Callable[..., Window]
TWENTY_MINUTES = 20 * 60 * 1000
NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null"


def desk_of(company: Company, window: Window, language: str) -> Desk:
    """The dispatcher's window, signed in."""
    return Desk(window, company, language).sign_in(company.dispatcher)


def test_signing_in_and_an_empty_desk(
    company: Company, open_desk: OpenWindow, look: dict[str, str]
) -> None:
    desk = Desk(open_desk(**look), company, look["locale"]).open()
    expect(desk.button("app.signIn")).to_be_visible()
    look_at(desk.page, "sign-in", in_both=True)
    desk.page.get_by_label(desk.words("app.login")).fill(company.dispatcher.login)
    desk.page.get_by_role("textbox", name=desk.words("app.password")).fill("wrong")
    desk.button("app.signIn").click()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    look_at(desk.page, "wrong password")

    desk.sign_in(company.dispatcher)
    expect(desk.text("list.none")).to_be_visible()
    look_at(desk.page, "nothing open", in_both=True)
    desk.button("list.unassigned").click()
    expect(desk.text("list.noMatch")).to_be_visible()
    look_at(desk.page, "nothing found")
    desk.window.set_offline()
    expect(desk.text("app.live.offline")).to_be_visible(timeout=60_000)
    look_at(desk.page, "offline")


def test_the_desk_and_what_opens_on_it(
    company: Company, open_desk: OpenWindow, look: dict[str, str]
) -> None:
    title = company.work_order(company.engineers[0], title="Leaks at the flange")["title"]
    desk = desk_of(company, open_desk(**look), look["locale"])
    expect(desk.map).to_have_attribute("data-ready", "true", timeout=60_000)
    look_at(desk.page, "desk", in_both=True)

    look_at_dialog(desk.page, desk.button("list.filters"), "filters")
    look_at_dialog(desk.page, desk.button("app.userIs"), "account")
    look_at_dialog(desk.page, desk.button("app.todayIs"), "calendar")
    look_at_dialog(desk.page, desk.button("app.help"), "help")
    banner = desk.page.get_by_role("banner")
    opener = banner.get_by_role("button", name=desk.words("app.newTicketButton"))
    look_at_dialog(desk.page, opener, "new ticket")
    for panel in ("map.legend", "map.list"):
        desk.button(panel).click()
        look_at(desk.page, panel)
    desk.row(title).get_by_role("button", name=desk.words("list.actionsOf")).click()
    expect(desk.page.get_by_role("menu")).to_be_visible()
    look_at(desk.page, "what can be done with a row")


def test_choosing_who_goes(company: Company, open_desk: OpenWindow, look: dict[str, str]) -> None:
    title = company.work_order(title="Makes no pressure")["title"]
    with company.records(write=True) as session:
        an_engineer(session, name="Gil Faria")
    desk = desk_of(company, open_desk(**look), look["locale"]).open_ticket(title)
    expect(desk.offers()).to_have_count(3)
    section = desk.section("assign.title")
    section.locator("summary").click()
    section.get_by_role("button", name=desk.words.part("assign.details")).first.click()
    look_at(desk.page, "ranked engineers, with reasons", in_both=True)

    other_time = section.get_by_role("button", name=desk.words.part("assign.otherTime"))
    look_at_dialog(desk.page, other_time.last, "another time")
    look_at_dialog(desk.page, desk.offers().last, "why somebody else")
    desk.book_best_by_keyboard()
    expect(desk.button("assign.undo")).to_be_visible()
    desk.button("assign.reassign").click()
    expect(desk.button("assign.keep")).to_be_visible()
    look_at(desk.page, "booked, and to be given to somebody else")
    look_at_dialog(desk.page, desk.button("assign.cancelBooking"), "cancelling a booking")


def test_changing_a_ticket(company: Company, open_desk: OpenWindow, look: dict[str, str]) -> None:
    work_order = company.work_order(title="Makes no pressure")
    desk = desk_of(company, open_desk(**look), look["locale"]).open_ticket(work_order["title"])
    look_at_dialog(desk.page, desk.button("panel.move.resolve"), "resolving")
    look_at_dialog(desk.page, desk.button("panel.work.cancel"), "calling work off")
    desk.button("panel.moreSteps").click()
    expect(desk.page.get_by_role("menu")).to_be_visible()
    look_at(desk.page, "more steps")
    item = desk.page.get_by_role("menuitem", name=desk.words("panel.move.cancel"))
    look_at_dialog(desk.page, item, "cancelling a ticket")

    desk.button("panel.edit").click()
    dialog = desk.page.get_by_role("dialog")
    field = dialog.get_by_label(desk.words.part("panel.field.title"))
    field.fill("Makes a noise")
    look_at(desk.page, "editing")
    # Of the change of somebody else this window hears only when it wants to save.
    held = company.installation.line.hold("GET /api/v1/sync/pull", times=99)
    ticket = company.desk.get(f"/tickets/{work_order['ticket_id']}")
    company.desk.http.patch(
        f"/tickets/{ticket['id']}",
        json={"title": "Makes no water"},
        headers={"If-Match": f'"{ticket["revision"]}"'},
    ).raise_for_status()
    held.wait()
    dialog.get_by_role("button", name=desk.words("word.save")).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog).to_contain_text("Makes no water")
    look_at(desk.page, "somebody was faster")


def test_a_ticket_with_an_alarm(
    company: Company, open_desk: OpenWindow, look: dict[str, str]
) -> None:
    machine = company.machine
    desk = desk_of(company, open_desk(**look), look["locale"])
    company.report(*[COOL] * 5, HOT)
    desk.open_ticket(f"{machine.name}: {machine.fault}")
    desk.write_note("The key is with the porter")
    expect(desk.panel.locator("svg path").first).to_be_attached()
    look_at(desk.page, "alarm with a chart", in_both=True)

    desk.button("panel.asTable").click()
    expect(desk.panel.get_by_role("cell").first).to_be_visible()
    desk.button("panel.acknowledge").click()
    expect(desk.text("panel.alarmSeen")).to_be_visible()
    look_at(desk.page, "alarm with a table")


def test_what_came_from_a_phone(
    company: Company, open_desk: OpenWindow, open_phone: OpenWindow, look: dict[str, str]
) -> None:
    ana, rui = company.engineers[:2]
    work_order = company.work_order(ana, title="Leaks at the flange")
    phone = Phone(open_phone(), company).sign_in(ana).open_work(work_order).until_ready_offline()
    phone.start().tick("Switch off the power").take_photos(a_photo(1)).tab("finish").sign("Rosa")
    phone.until_safe().go_offline().tab("do").tick("Close the valves")
    phone.record_repair("Greased the bearing").act("pause")
    phone.page.get_by_role("radio").first.click()
    phone.page.get_by_role("dialog").get_by_role(
        "button", name=phone.words("work-order.act.pause")
    ).click()
    reassign(company, work_order, rui.engineer_id)
    phone.go_online()

    desk = desk_of(company, open_desk(**look), look["locale"]).open_ticket(work_order["title"])
    expect(desk.text("panel.waiting").first).to_be_visible(timeout=60_000)
    desk.panel.get_by_text(desk.words("panel.signedText")).click()
    look_at(desk.page, "reports that wait, a photo and a signature")
    photo = desk.section("panel.evidence").get_by_role("button", name=desk.words("panel.photoOf"))
    look_at_dialog(desk.page, photo, "photo")


def test_a_desk_with_room_for_one_pane(
    company: Company, open_desk: OpenWindow, look: dict[str, str]
) -> None:
    title = company.work_order(company.engineers[0], title="Leaks at the flange")["title"]
    desk = desk_of(company, open_desk(**look, viewport=PHONE), look["locale"])
    tabs = desk.page.get_by_role("navigation", name=desk.words("app.panes"))
    for pane in ("panel", "map", "timeline", "list"):
        tabs.get_by_role("button", name=desk.words(f"app.pane.{pane}")).click()
        look_at(desk.page, f"narrow {pane}")
    look_at_dialog(desk.page, desk.button("app.newTicketButton"), "narrow new ticket")

    desk.open_ticket(title)
    look_at(desk.page, "narrow ticket")


def test_what_goes_wrong_at_a_desk(
    company: Company, open_desk: OpenWindow, look: dict[str, str]
) -> None:
    title = company.work_order(title="Makes no pressure")["title"]
    window = open_desk(**look)
    window.context.add_init_script(NO_WEBGL)
    window.page.clock.install()
    desk = desk_of(company, window, look["locale"])
    expect(desk.text("map.noWebGl")).to_be_visible()
    look_at(desk.page, "no map")
    failing = company.installation.line.lose_answer("POST /api/v1/auth/tokens", times=99)
    desk.page.reload()
    expect(desk.page.get_by_role("alert")).to_be_visible()
    look_at(desk.page, "server out of reach")

    failing.release()
    desk.page.reload()
    desk.until_live().open_ticket(title)
    expect(desk.offers().first).to_be_visible()
    company.end_sessions(company.dispatcher)
    desk.page.clock.fast_forward(TWENTY_MINUTES)
    expect(desk.page.get_by_role("dialog", name=desk.words("app.signInAgain"))).to_be_visible()
    look_at(desk.page, "signing in again")
