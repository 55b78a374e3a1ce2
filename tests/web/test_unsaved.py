"""What an engineer has typed is not left behind on the phone when the work is finished."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.web.browser import Window
from tests.web.company import Company
from tests.web.phone import SYNC_MS, Phone

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenPhone = Callable[..., Window]


def test_work_is_not_finished_over_a_repair_that_was_typed_and_not_saved(
    company: Company, open_phone: OpenPhone
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(), company).sign_in(ana).open_work(work_order).start()
    phone.tick("Switch off the power").tick("Close the valves")
    phone.answer("Bearing temperature", "71.5")
    section = phone.section("work-order.repair")
    section.get_by_role("button").click()
    section.get_by_label(phone.words("work-order.repair.action")).fill("Greased the bearing")

    phone.tab("finish").field("work-order.summary.words").fill("All is well")
    phone.page.get_by_role("main").get_by_role(
        "button", name=phone.words("work-order.act.finish")
    ).press("Enter")
    refused = phone.text("work-order.finish.why.unsaved")
    expect(refused).to_be_visible()
    phone.page.get_by_role("link", name=phone.words("work-order.repair"), exact=True).click()
    section.get_by_role("button", name=phone.words("common.save")).click()
    expect(section.get_by_role("listitem")).to_contain_text("Greased the bearing")
    phone.tab("finish").finish("All is well")
    expect(phone.text("work-order.safe.title")).to_be_visible(timeout=SYNC_MS)

    done = company.desk.get(f"/work-orders/{work_order['id']}")
    assert done["state"] == "done"
    assert [repair["action"] for repair in done["repairs"]] == ["Greased the bearing"]
