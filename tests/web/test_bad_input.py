"""What goes wrong in people's hands is said clearly, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web import pictures
from tests.web.browser import Window
from tests.web.company import PASSWORD, Company
from tests.web.desk import Desk
from tests.web.phone import Phone

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenPhone = Callable[..., Window]
ARABIC, EMOJI = "مريم العلي", "Zoë 👩🏽‍🔧 O’Brien"
NONSENSE = '\u202e<script>alert("🤷")</script> %00 ../../etc'
PHONE_BYTES = 12_000_000


@pytest.fixture
def phone(company: Company, open_phone: OpenPhone) -> Phone:
    """Ana's phone, with a piece of work that she has begun."""
    work_order = company.work_order(company.engineers[0])
    made = Phone(open_phone(), company).sign_in(company.engineers[0])
    made.open_work(work_order).start()
    made.work_order = work_order
    return made


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (pictures.a_heic(), "heic"),
        (pictures.an_empty_file(), "empty"),
        (pictures.a_text_named_as_photo(), "not-an-image"),
    ],
    ids=["heic", "empty", "text"],
)
def test_a_file_that_is_no_photo_is_refused_in_words(
    phone: Phone, file: dict[str, Any], problem: str
) -> None:
    phone.hand_over(file, pictures.a_photo(1))

    alert = phone.page.get_by_role("alert").filter(has_text=file["name"])
    expect(alert).to_contain_text(phone.words.part(f"photos.problem.{problem}"))
    phone.until_safe()
    (photo,) = phone.company.until_stored(phone.work_order["id"], 1)
    assert photo["name"] == "photo-1.jpg"


def test_a_photo_of_40_megapixels_is_made_smaller(phone: Phone) -> None:
    phone.take_photos(pictures.a_photo_of_40_megapixels()).until_safe()

    (photo,) = phone.company.until_stored(phone.work_order["id"], 1)
    assert photo["mime"] == "image/jpeg"
    assert photo["size"] < 1_000_000
    assert max(photo["width"], photo["height"]) <= 2000


def test_names_in_any_script_come_through(phone: Phone) -> None:
    phone.record_repair(f"{EMOJI} · {ARABIC}").tab("finish").sign(f"{ARABIC} {EMOJI}")
    phone.until_safe()

    done = phone.company.desk.get(f"/work-orders/{phone.work_order['id']}")
    assert [repair["action"] for repair in done["repairs"]] == [f"{EMOJI} · {ARABIC}"]
    assert done["sign_off"]["signer_name"] == f"{ARABIC} {EMOJI}"
    width = phone.page.evaluate("() => document.documentElement.scrollWidth")
    assert width == phone.page.viewport_size["width"]  # type: ignore[index]


def test_nonsense_that_was_scanned_is_no_part(phone: Phone) -> None:
    phone.button("parts.scan").click()
    phone.field("scan.number").fill(NONSENSE)
    phone.button("scan.find").click()

    expect(phone.text("scan.unknown")).to_be_visible()
    phone.field("scan.number").fill(phone.company.part_number.lower())
    phone.button("scan.find").click()
    phone.button("parts.record").click()
    expect(phone.text("parts.recorded")).to_be_visible()
    phone.until_safe()
    done = phone.company.desk.get(f"/work-orders/{phone.work_order['id']}")
    assert [part["part_id"] for part in done["parts_fitted"]] == [str(phone.company.part_id)]


def test_a_camera_that_is_not_allowed(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    work_order = company.work_order(company.engineers[0])
    window = open_phone(tmp_path, "--use-fake-device-for-media-stream", permissions=[])
    phone = Phone(window, company).sign_in(company.engineers[0]).open_work(work_order).start()

    phone.button("parts.scan").click()

    expect(phone.text("scan.problem.denied")).to_be_visible()
    expect(phone.field("scan.number")).to_be_editable()


def test_a_phone_that_is_full(company: Company, open_phone: OpenPhone) -> None:
    work_order = company.work_order(company.engineers[0])
    window = open_phone()
    window.limit_storage(company.installation.url, PHONE_BYTES)
    phone = Phone(window, company).sign_in(company.engineers[0]).open_work(work_order)
    phone.until_ready_offline().start()
    section = phone.section("work-order.repair")
    section.get_by_role("button", name=phone.words("work-order.repair.add")).click()
    action = section.get_by_label(phone.words("work-order.repair.action"))
    action.fill("Greased the bearing")
    window.fill_storage()

    expect(phone.text("photos.full")).to_be_visible()
    expect(phone.button("photos.choose")).to_be_disabled()
    section.get_by_role("button", name=phone.words("common.save")).click()
    expect(section.get_by_role("alert")).to_have_text(phone.words("common.full"))
    expect(action).to_have_value("Greased the bearing")

    window.free_storage()
    section.get_by_role("button", name=phone.words("common.save")).click()
    phone.button("photos.full-retry").click()
    phone.take_photos(pictures.a_photo(1)).until_safe()
    done = company.desk.get(f"/work-orders/{work_order['id']}")
    assert [repair["action"] for repair in done["repairs"]] == ["Greased the bearing"]
    assert len(company.attachments(work_order["id"])) == 1


def test_a_session_that_ends_while_somebody_types(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(open_phone(tmp_path), company).sign_in(ana).open_work(work_order).start()
    section = phone.section("work-order.repair")
    section.get_by_role("button", name=phone.words("work-order.repair.add")).click()
    action = section.get_by_label(phone.words("work-order.repair.action"))
    action.fill("Greased the bearing")
    phone.until_safe()

    company.end_sessions(ana)
    phone.page.reload()
    expect(phone.text("sign-in.expired.title")).to_be_visible()
    expect(action).to_have_value("Greased the bearing")
    section.get_by_role("button", name=phone.words("common.save")).click()
    expect(phone.chip).not_to_have_text(phone.words.part("sync.chip.safe"))
    phone.sign_in_again()
    phone.until_safe()

    done = company.desk.get(f"/work-orders/{work_order['id']}")
    assert [repair["action"] for repair in done["repairs"]] == ["Greased the bearing"]


def test_an_engineer_at_the_console_is_shown_the_way_to_the_app(
    company: Company, open_desk: OpenPhone
) -> None:
    ana = company.engineers[0]
    desk = Desk(open_desk(), company).open()
    desk.page.get_by_label(desk.words("app.login")).fill(ana.login)
    desk.page.get_by_role("textbox", name=desk.words("app.password")).fill(PASSWORD)
    desk.button("app.signIn").click()

    expect(desk.text("app.notForYouHint")).to_be_visible()
    expect(desk.page.get_by_role("alert")).to_have_count(0)
    desk.page.get_by_role("link", name=desk.words("app.toField")).click()
    expect(desk.page).to_have_url(f"{company.installation.url}/field/")
