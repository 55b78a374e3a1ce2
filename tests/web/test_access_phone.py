"""Every screen and sheet of the engineer's app is fine with axe, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.axe import LOOKS, look_at, look_at_dialog
from tests.web.browser import Window, until_offline_ready
from tests.web.company import Company, reassign
from tests.web.phone import SYNC_MS, Phone
from tests.web.pictures import a_heic, a_photo

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
    pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["locale"]),
]

OpenPhone = Callable[..., Window]
PHONE_BYTES = 12_000_000
THREE_HOURS = 3 * 3600
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
# What a browser does that could put the app on the home screen.
OFFER_INSTALLING = "() => void dispatchEvent(new Event('beforeinstallprompt'))"
NOWHERE = "00000000-0000-4000-8000-000000000000"


def at_work(company: Company, window: Window, language: str) -> tuple[Phone, dict[str, Any]]:
    """Ana's phone, with a piece of work that she has begun."""
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    return Phone(window, company, language).sign_in(ana).open_work(work_order).start(), work_order


def test_signing_in_and_having_no_work(
    company: Company, open_phone: OpenPhone, look: dict[str, str]
) -> None:
    window = open_phone(**look, user_agent=IPHONE)
    phone = Phone(window, company, look["locale"]).open()
    expect(phone.text("pwa.install-ios")).to_be_visible()
    look_at(phone.page, "sign-in, on an iPhone", in_both=True)
    phone.field("sign-in.login").fill(company.engineers[0].login)
    phone.field("sign-in.password").fill("wrong")
    phone.button("sign-in.submit").click()
    expect(phone.text("sign-in.fault.wrong")).to_be_visible()
    look_at(phone.page, "wrong password")

    phone.sign_in(company.engineers[0])
    expect(phone.text("my-work.nothing.title")).to_be_visible()
    look_at(phone.page, "no work")
    phone.open(f"work/{NOWHERE}")
    expect(phone.heading("work-order.gone.title")).to_be_visible()
    look_at(phone.page, "work that is not here")
    phone.open("settings")
    phone.page.evaluate(OFFER_INSTALLING)
    look_at(phone.page, "settings", in_both=True)
    look_at_dialog(phone.page, phone.button("settings.sign-out"), "signing out")
    phone.button("settings.sign-out").click()
    phone.page.get_by_role("dialog").get_by_role(
        "button", name=phone.words("settings.sign-out")
    ).click()
    expect(phone.text("sign-in.known")).to_be_visible()
    look_at(phone.page, "who is known on this phone")


def test_work_before_it_begins(
    company: Company, open_phone: OpenPhone, look: dict[str, str]
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    company.work_order(ana, title="Leaks at the flange")
    phone = Phone(open_phone(**look), company, look["locale"]).sign_in(ana).until_safe()
    look_at(phone.page, "my work", in_both=True)

    phone.open_work(work_order, "overview")
    look_at(phone.page, "overview", in_both=True)
    for action in ("travel", "arrive"):
        phone.act(action)
        expect(phone.text(f"work-order.did.{action}").first).to_be_visible()
        look_at(phone.page, f"after: {action}")
    for tab in ("do", "finish"):
        phone.tab(tab)
        look_at(phone.page, f"{tab}, not begun")


def test_doing_the_work(company: Company, open_phone: OpenPhone, look: dict[str, str]) -> None:
    phone, _ = at_work(company, open_phone(**look), look["locale"])
    phone.tick("Switch off the power").take_photos(a_photo(1)).hand_over(a_heic())
    expect(phone.page.get_by_role("alert").filter(has_text="HEIC").first).to_be_visible()
    phone.answer("Bearing temperature", "120")
    look_at(phone.page, "do", in_both=True)

    more = phone.page.get_by_role("button", name=phone.words.part("work-order.step.more"))
    more.nth(1).click()
    panel = phone.page.get_by_role("listitem").filter(has_text="Close the valves")
    panel.get_by_role("checkbox", name=phone.words("work-order.step.not-applicable")).click()
    panel.get_by_role("button", name=phone.words("common.save")).click()
    for section, opener in (("readings", "readings.add"), ("repair", "repair.add")):
        part = phone.section(f"work-order.{section}")
        part.get_by_role("button", name=phone.words(f"work-order.{opener}")).click()
        part.get_by_role("button", name=phone.words("common.save")).click()
    look_at(phone.page, "do, with all forms open and wrong")

    photo = phone.page.get_by_role("button", name=phone.words.part("photos.open"))
    look_at_dialog(phone.page, photo.first, "photo")
    look_at_dialog(
        phone.page,
        phone.page.get_by_role("group", name=phone.words("work-order.actions")).get_by_role(
            "button", name=phone.words("work-order.act.pause")
        ),
        "pause",
    )


def test_using_parts(company: Company, open_phone: OpenPhone, look: dict[str, str]) -> None:
    phone, _ = at_work(company, open_phone(**look), look["locale"])
    look_at_dialog(phone.page, phone.button("parts.add"), "parts in the van")
    phone.button("parts.scan").click()
    expect(phone.button("scan.retry")).to_be_visible()
    look_at(phone.page, "no camera")
    phone.field("scan.number").fill("nonsense")
    phone.button("scan.find").click()
    expect(phone.text("scan.unknown")).to_be_visible()
    look_at(phone.page, "no part")
    phone.button("scan.search").click()
    phone.field("parts.search").fill("nonsense")
    expect(phone.text("parts.nothing-found")).to_be_visible()
    look_at(phone.page, "nothing found")
    phone.page.get_by_role("dialog").get_by_role("button", name=phone.words("parts.cancel")).click()

    phone.button("parts.use-name", name="Shaft seal 24 mm").click()
    phone.page.get_by_role("dialog").get_by_role("textbox").fill("5")
    expect(phone.text("parts.beyond-van")).to_be_visible()
    look_at(phone.page, "more than the van holds")
    phone.button("parts.record").click()
    expect(phone.text("parts.recorded").first).to_be_visible()
    look_at(phone.page, "part fitted")


def test_finishing_without_signal(
    company: Company, open_phone: OpenPhone, look: dict[str, str]
) -> None:
    phone, _ = at_work(company, open_phone(**look), look["locale"])
    phone.until_ready_offline().go_offline().tab("finish")
    phone.button("signature.save").click()
    expect(phone.text("signature.name-missing")).to_be_visible()
    look_at(phone.page, "finish, with what is missing", in_both=True)

    phone.tab("do").tick("Switch off the power").tick("Close the valves")
    phone.answer("Bearing temperature", "71.5").take_photos(a_photo(1))
    phone.tab("finish").sign("Rosa Lima").finish("New seal, runs quietly")
    expect(phone.text("work-order.unsafe.title")).to_be_visible()
    phone.page.get_by_text(phone.words("signature.show-text")).click()
    look_at(phone.page, "finished, not safe yet")
    phone.open("sync")
    expect(phone.heading("sync.unsent")).to_be_visible()
    look_at(phone.page, "not sent yet", in_both=True)
    phone.open("settings")
    look_at_dialog(phone.page, phone.button("settings.sign-out"), "signing out with unsent work")

    phone.go_online().until_safe().open()
    look_at(phone.page, "my work, finished")


def test_what_the_server_could_not_take_over(
    company: Company, open_phone: OpenPhone, look: dict[str, str]
) -> None:
    ana, rui = company.engineers[:2]
    work_order = company.work_order(ana)
    window = open_phone(**look, clock_offset_seconds=THREE_HOURS)
    phone = Phone(window, company, look["locale"]).sign_in(ana).open_work(work_order)
    phone.until_ready_offline().go_offline().start().tick("Switch off the power")
    phone.take_photos(a_photo(1))
    reassign(company, work_order, rui.engineer_id)
    # As long as no receipt has come she sees what she has recorded.
    held = company.installation.line.hold("POST /api/v1/sync/receipts", times=99)
    phone.go_online()
    expect(phone.text("work-order.why.revoked.title")).to_be_visible(timeout=SYNC_MS)
    look_at(phone.page, "no longer hers")
    held.release()

    phone.open("sync")
    expect(phone.heading("sync.troubles")).to_be_visible()
    look_at(phone.page, "needs attention, and a wrong clock")


def test_a_session_that_ended_and_a_phone_that_is_full(
    company: Company, open_phone: OpenPhone, look: dict[str, str]
) -> None:
    window = open_phone(**look)
    window.limit_storage(company.installation.url, PHONE_BYTES)
    phone, _ = at_work(company, window, look["locale"])
    phone.until_ready_offline()
    window.fill_storage()
    expect(phone.text("photos.full")).to_be_visible()
    section = phone.section("work-order.repair")
    section.get_by_role("button", name=phone.words("work-order.repair.add")).click()
    section.get_by_label(phone.words("work-order.repair.action")).fill("Greased the bearing")
    section.get_by_role("button", name=phone.words("common.save")).click()
    expect(section.get_by_role("alert")).to_have_text(phone.words("common.full"))
    look_at(phone.page, "full")
    window.free_storage()

    company.end_sessions(company.engineers[0])
    phone.page.reload()
    expect(phone.text("sign-in.expired.title")).to_be_visible()
    look_at(phone.page, "session ended")
    look_at_dialog(phone.page, phone.button("sign-in.submit").first, "signing in again")


def test_the_first_start_without_signal(
    company: Company, open_phone: OpenPhone, look: dict[str, str]
) -> None:
    phone = Phone(open_phone(**look), company, look["locale"]).open()
    until_offline_ready(phone.page)
    held = company.installation.line.hold("GET /api/v1/sync/pull", times=9)
    phone.sign_in(company.engineers[0])
    held.wait()
    expect(phone.heading("my-work.first.title")).to_be_visible()
    look_at(phone.page, "getting the work")

    phone.go_offline()
    expect(phone.heading("my-work.first.offline.title")).to_be_visible()
    look_at(phone.page, "no work yet and no signal")
