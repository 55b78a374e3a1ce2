"""What an engineer records arrives exactly once, whatever the network and the phone do."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.kernel import clock
from sync.models import Installation as Enrolment
from tests.web.browser import Window
from tests.web.company import Company, reassign
from tests.web.phone import SYNC_MS, Phone
from tests.web.pictures import a_photo

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenPhone = Callable[..., Window]
THREE_HOURS = 3 * 3600
DAY = 24 * 3600


def test_two_days_in_the_cellar_with_restarts(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    window = open_phone(tmp_path, clock_offset_seconds=-2 * DAY)
    phone = Phone(window, company).sign_in(ana).open_work(work_order)
    phone.until_ready_offline()
    enrolled_two_days_ago(company)
    company.installation.line.go_down()
    phone.start().tick("Switch off the power").take_photos(a_photo(1))
    window.close()

    window = open_phone(tmp_path, clock_offset_seconds=-1 * DAY)
    phone = Phone(window, company).open().open_work(work_order, "do")
    expect(phone.page.get_by_role("checkbox", name="Switch off the power")).to_be_checked()
    phone.tick("Close the valves").answer("Bearing temperature", "71.5").take_photos(a_photo(2))
    window.lose_power()

    window = open_phone(tmp_path)
    phone = Phone(window, company).open().open_work(work_order, "do")
    phone.record_repair("Greased the bearing")
    company.installation.line.come_back()
    phone.until_safe()

    files = company.until_stored(work_order["id"], 2)
    assert len({file["sha256"] for file in files}) == 2
    assert company.outcomes() == all_applied(
        {"work_order.start": 1, "task.answer": 3, "attachment.add": 2, "repair.record": 1}
    )
    ages = [clock.now() - at for at in times_of(company, "task.answer")]
    assert_near(ages, [dt.timedelta(days=2), dt.timedelta(days=1), dt.timedelta(days=1)])


def test_a_phone_whose_clock_is_three_hours_wrong(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(tmp_path, clock_offset_seconds=THREE_HOURS), company)
    phone.sign_in(ana).open_work(work_order).until_ready_offline().go_offline()

    phone.start().tick("Switch off the power").take_photos(a_photo(1))
    phone.take_reading("Hours run", "8123", "h")
    phone.go_online().until_safe()

    now, nothing = clock.now(), dt.timedelta()
    assert all(command["is_skewed"] for command in company.commands())
    claimed = [dt.datetime.fromisoformat(c["device_at"]) - now for c in company.commands()]
    assert_near(claimed, [dt.timedelta(seconds=THREE_HOURS)] * len(claimed))
    done = company.desk.get(f"/work-orders/{work_order['id']}")
    (photo,) = company.until_stored(work_order["id"], 1)
    stated = [done["started_at"], done["readings"][0]["taken_at"], photo["taken_at"]]
    assert_near([now - dt.datetime.fromisoformat(at) for at in stated], [nothing] * 3)
    phone.open("sync")
    expect(phone.text("sync.clock.fast")).to_be_visible()


def test_the_server_is_killed_in_the_middle_of_an_upload(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(tmp_path), company).sign_in(ana).open_work(work_order)
    phone.until_ready_offline().start()
    fault = company.installation.line.cut(r"(PATCH|POST) /api/v1/uploads/.+", after_bytes=30_000)

    phone.take_photos(a_photo(1), a_photo(2))
    fault.wait()
    company.installation.kill_api()
    expect(phone.chip).not_to_have_text(phone.words.part("sync.chip.safe"))
    phone.until_safe()

    files = company.until_stored(work_order["id"], 2)
    assert len({file["sha256"] for file in files}) == 2
    assert company.outcomes()["attachment.add", "applied"] == 2


def test_a_tab_is_closed_in_the_middle_of_a_push(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    window = open_phone(tmp_path)
    phone = Phone(window, company).sign_in(ana).open_work(work_order).until_ready_offline()
    fault = company.installation.line.hold("POST /api/v1/sync/push")

    phone.start().tick("Switch off the power")
    fault.wait()
    phone.page.close()
    fault.release()
    again = Phone(window, company)
    again.page = window.new_tab()
    again.open().until_safe()

    assert company.outcomes() == all_applied({"work_order.start": 1, "task.answer": 1})
    again.open_work(work_order, "do")
    expect(again.page.get_by_role("checkbox", name="Switch off the power")).to_be_checked()


def test_the_answer_to_a_push_is_lost(company: Company, open_phone: OpenPhone) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(), company).sign_in(ana).open_work(work_order).until_ready_offline()
    fault = company.installation.line.lose_answer("POST /api/v1/sync/push", times=2)

    phone.start().tick("Switch off the power").record_repair("Greased the bearing")
    fault.wait()
    phone.until_safe()

    done = company.desk.get(f"/work-orders/{work_order['id']}")
    assert [repair["action"] for repair in done["repairs"]] == ["Greased the bearing"]
    assert company.outcomes() == all_applied(
        {"work_order.start": 1, "task.answer": 1, "repair.record": 1}
    )


def test_two_tabs_of_one_phone_send_everything_once(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    window = open_phone(tmp_path)
    one = Phone(window, company).sign_in(ana).open_work(work_order).until_ready_offline()
    two = Phone(window, company)
    two.page = window.new_tab()
    two.open().open_work(work_order)

    one.go_offline().start().tick("Switch off the power")
    two.tab("do").tick("Close the valves").take_photos(a_photo(1))
    expect(one.page.get_by_role("checkbox", name="Close the valves")).to_be_checked()
    expect(two.page.get_by_role("checkbox", name="Switch off the power")).to_be_checked()
    one.page.close()
    two.go_online().until_safe()

    company.until_stored(work_order["id"], 1)
    assert company.outcomes() == all_applied(
        {"work_order.start": 1, "task.answer": 2, "attachment.add": 1}
    )


def test_work_that_was_given_to_somebody_else_meanwhile(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana, rui = company.engineers[:2]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(tmp_path), company).sign_in(ana).open_work(work_order)
    phone.until_ready_offline().go_offline()
    phone.start().tick("Switch off the power").take_photos(a_photo(1))
    phone.record_repair("Greased the bearing")

    reassign(company, work_order, rui.engineer_id)
    phone.go_online()
    expect(phone.text("work-order.why.revoked.title")).to_be_visible(timeout=SYNC_MS)

    company.until_stored(work_order["id"], 1)
    outcomes = Counter({key[0]: n for key, n in company.outcomes().items() if key[1] != "refused"})
    assert outcomes["task.answer"] == outcomes["attachment.add"] == outcomes["repair.record"] == 1
    done = company.desk.get(f"/work-orders/{work_order['id']}")
    assert [repair["action"] for repair in done["repairs"]] == ["Greased the bearing"]
    phone.open()
    expect(phone.work(work_order)).to_have_count(0)


def test_a_phone_that_was_lost_revoked_and_found(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(tmp_path), company).sign_in(ana).open_work(work_order)
    phone.until_ready_offline().go_offline()
    phone.start().tick("Switch off the power").take_photos(a_photo(1))
    company.revoke_phone(ana)
    phone.go_online().sign_in_again()
    phone.chip.click()

    phone.button("revoked.again").click()
    dialog = phone.page.get_by_role("dialog", name=phone.words("revoked.ask"))
    dialog.get_by_role("button", name=phone.words("revoked.again")).click()

    phone.until_safe()
    company.until_stored(work_order["id"], 1)
    assert company.outcomes()["task.answer", "applied"] == 1


def all_applied(counts: dict[str, int]) -> Counter[tuple[str, str]]:
    """What came in, if nothing was lost or doubled."""
    return Counter({(type_, "applied"): count for type_, count in counts.items()})


def times_of(company: Company, type_: str) -> list[dt.datetime]:
    """When the facts of a kind happened, as the server has it; the oldest first."""
    found = [c["occurred_at"] for c in company.commands() if c["type"] == type_]
    return sorted(dt.datetime.fromisoformat(at) for at in found)


def assert_near(spans: Iterable[dt.timedelta], wanted: list[dt.timedelta]) -> None:
    """Within the minutes that a slow machine may need."""
    found = list(spans)
    assert len(found) == len(wanted)
    differences = [abs(one - other) for one, other in zip(found, wanted, strict=True)]
    assert max(differences) < dt.timedelta(minutes=3), found


def enrolled_two_days_ago(company: Company) -> None:
    """Facts are never older than the enrolment: let that be as old as the story says."""
    with company.records(write=True) as session:
        for enrolment in session.query(Enrolment).where(Enrolment.tenant_id == company.tenant_id):
            enrolment.enrolled_at -= dt.timedelta(days=2, hours=1)
