"""The app as something installed: first load, new versions, and a server that is away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser import Window, until_offline_ready
from tests.web.company import Company
from tests.web.installation import Installation
from tests.web.phone import Phone, draw
from tests.web.release import release

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenPhone = Callable[..., Window]


def test_a_phone_that_opened_the_app_once_opens_it_without_signal(
    company: Company, open_phone: OpenPhone
) -> None:
    window = open_phone()
    phone = Phone(window, company).open()
    until_offline_ready(window.page)

    phone.go_offline().open("settings")

    expect(phone.button("sign-in.submit")).to_be_visible()


def test_a_page_deep_inside_opens_while_the_server_is_away(
    company: Company, open_phone: OpenPhone
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(), company).sign_in(ana).until_ready_offline()
    company.installation.line.go_down()

    phone.open(f"work/{work_order['id']}/finish")

    expect(phone.page.get_by_role("heading", level=1)).to_have_text(work_order["title"])
    expect(phone.page.get_by_label(phone.words.part("signature.pad"))).to_be_visible()


def test_a_browser_that_dropped_the_app_says_so_in_our_words(
    company: Company, open_phone: OpenPhone
) -> None:
    phone = Phone(open_phone(), company).sign_in(company.engineers[0]).until_ready_offline()
    phone.page.evaluate(
        "async () => { for (const name of await caches.keys()) await caches.delete(name); }"
    )
    company.installation.line.go_down()

    phone.open("settings")

    expect(phone.page.get_by_text("What you recorded is kept apart")).to_be_visible()
    expect(phone.page.get_by_text("已记录的内容另行保存")).to_be_visible()
    # Our own page is honest about what it is: not the one that was asked for.
    assert [trouble[:7] for trouble in phone.window.troubles] == ["503 GET"]
    phone.window.troubles.clear()
    company.installation.line.come_back()
    phone.page.get_by_role("link").click()
    expect(phone.heading("settings.language")).to_be_visible()


def test_a_new_version_waits_until_the_engineer_takes_it(
    updated_company: Company, open_phone: OpenPhone, changing_apps: Path
) -> None:
    ana = updated_company.engineers[0]
    work_order = updated_company.work_order(ana)
    phone = Phone(open_phone(), updated_company).sign_in(ana).until_ready_offline()
    signing = phone.window.new_tab()
    begin_to_sign(phone, signing, work_order["id"])
    for page in (phone.page, signing):
        page.evaluate("() => { window.isOld = true; }")

    old_names = release(changing_apps)
    phone.page.evaluate("async () => (await navigator.serviceWorker.ready).update()")

    expect(phone.text("pwa.update")).to_be_visible()
    assert is_old(phone.page)
    phone.button("pwa.reload").click()
    expect(phone.text("pwa.update-busy")).to_be_visible()
    assert is_old(phone.page)
    phone.button("pwa.reload-anyway").click()
    phone.page.wait_for_function("() => window.isOld === undefined")
    expect(phone.heading("my-work.title")).to_be_visible()

    # The other window runs the old version on, with what was being signed and all its parts.
    expect(signing.get_by_text(phone.words.part("pwa.update-elsewhere"))).to_be_visible()
    assert is_old(signing)
    expect(signing.get_by_label(phone.words("signature.name"))).to_have_value("Zé")
    assert [name for name in old_names if not is_there(signing, name)] == []
    signing.get_by_role("button", name=phone.words("signature.save")).click()
    signed = signing.get_by_text(phone.words.part("signature.signed-by", name="Zé"))
    expect(signed.first).to_be_visible()
    phone.until_safe()
    done = updated_company.desk.get(f"/work-orders/{work_order['id']}")
    assert done["sign_off"]["signer_name"] == "Zé"


def test_work_recorded_with_the_old_version_is_sent_by_the_new_one(
    updated_company: Company, open_phone: OpenPhone, changing_apps: Path
) -> None:
    ana = updated_company.engineers[0]
    work_order = updated_company.work_order(ana)
    phone = Phone(open_phone(), updated_company).sign_in(ana).until_ready_offline()
    away = updated_company.installation.line.cut("POST /api/v1/sync/push", times=1000)
    phone.open_work(work_order).start().tick("Switch off the power")

    release(changing_apps)
    phone.page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
    phone.button("pwa.reload").click()
    expect(phone.text("pwa.update")).to_be_hidden()

    expect(phone.page.get_by_role("checkbox", name="Switch off the power")).to_be_checked()
    away.release()
    phone.until_safe()
    done = updated_company.desk.get(f"/work-orders/{work_order['id']}")
    assert [task["value"] for task in done["tasks"]][:1] == [True]


def begin_to_sign(phone: Phone, page: Page, work_order_id: str) -> None:
    """A second window in which a customer has just drawn, and not yet pressed."""
    installation: Installation = phone.company.installation
    page.goto(f"{installation.url}/field/work/{work_order_id}/finish")
    page.get_by_label(phone.words("signature.name")).fill("Zé")
    draw(page, page.get_by_label(phone.words.part("signature.pad")))


def is_old(page: Page) -> bool:
    """Whether a window has not been loaded anew."""
    return bool(page.evaluate("() => window.isOld === true"))


def is_there(page: Page, script: str) -> bool:
    """Whether a window still gets a script, by the name it had in the version before."""
    # What the browser itself happens to remember does not count: it may forget it any day.
    fetched = "async (name) => (await fetch(`/field/assets/${name}`, { cache: 'no-store' })).ok"
    return bool(page.evaluate(fetched, script))
