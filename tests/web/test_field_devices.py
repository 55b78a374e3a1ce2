"""What the engineer's app does with the parts of a phone: camera, gallery, screen, finger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.web import camera, pictures
from tests.web.browser import PHONE, Chromium, Window
from tests.web.company import Company
from tests.web.phone import Phone, draw

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

OpenPhone = Callable[..., Window]
Film = Callable[..., Window]
TURNED = {"width": PHONE["height"], "height": PHONE["width"]}


@pytest.fixture
def film_phone(chromium: Chromium, windows: list[Window], tmp_path: Path) -> Film:
    """Open a phone with a browser of its own, for arguments that concern its camera."""

    def make(*arguments: str, **options: Any) -> Window:
        options = {"is_phone": True} | options
        windows.append(chromium.open_on_disk(tmp_path / "profile", *arguments, **options))
        return windows[-1]

    return make


def at_work(company: Company, window: Window, language: str = "en") -> Phone:
    """A phone with a piece of work that has begun."""
    ana = company.engineers[0]
    work_order = company.work_order(ana)
    phone = Phone(window, company, language).sign_in(ana).open_work(work_order).start()
    phone.work_order = work_order
    return phone


def test_a_part_is_scanned_without_signal(
    company: Company, film_phone: Film, tmp_path: Path
) -> None:
    label = f"https://parts.example/p/{company.part_number.lower()}"
    window = film_phone(*camera.looking_at(label, tmp_path), permissions=["camera"])
    phone = at_work(company, window).until_ready_offline().go_offline()

    phone.button("parts.scan").click()
    phone.button("parts.record").click()

    expect(phone.text("parts.recorded", name="Shaft seal 24 mm")).to_be_visible()
    phone.go_online().until_safe()
    done = company.desk.get(f"/work-orders/{phone.work_order['id']}")
    assert [part["number"] for part in done["parts_fitted"]] == [company.part_number]
    assert company.on_hand(company.engineers[0].van_id) == 2


def test_a_label_that_is_no_part_is_said_to_be_none(
    company: Company, film_phone: Film, tmp_path: Path
) -> None:
    window = film_phone(
        *camera.looking_at("WIFI:S:guest;T:WPA;P:secret;;", tmp_path), permissions=["camera"]
    )
    phone = at_work(company, window)

    phone.button("parts.scan").click()

    expect(phone.text("scan.unknown")).to_be_visible()
    expect(phone.page.get_by_text("WIFI:S:guest;T:WPA;P:secret;;")).to_be_visible()
    phone.button("scan.search").click()
    phone.field("parts.search").fill("seal 24")
    phone.page.get_by_role("dialog").get_by_role("button", name="Shaft seal 24 mm").click()
    expect(phone.button("parts.record")).to_be_enabled()


def test_a_camera_that_is_denied_leaves_typing_the_number(
    company: Company, film_phone: Film
) -> None:
    window = film_phone("--use-fake-device-for-media-stream", "--deny-permission-prompts")
    phone = at_work(company, window)

    phone.button("parts.scan").click()

    expect(phone.text("scan.problem.denied")).to_be_visible()
    phone.field("scan.number").fill(company.part_number)
    phone.button("scan.find").click()
    expect(phone.button("parts.record")).to_be_enabled()


def test_using_more_than_the_van_is_known_to_hold_is_recorded_and_said(
    company: Company, open_phone: OpenPhone
) -> None:
    phone = at_work(company, open_phone())

    phone.button("parts.use-name", name="Shaft seal 24 mm").click()
    dialog = phone.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("５")
    expect(phone.text("parts.beyond-van")).to_be_visible()
    phone.button("parts.record").click()
    expect(phone.text("parts.recorded", name="Shaft seal 24 mm")).to_be_visible()

    phone.until_safe()
    done = company.desk.get(f"/work-orders/{phone.work_order['id']}")
    assert [(p["quantity"], p["found"]) for p in done["parts_fitted"]] == [("5", "2")]
    expect(phone.text("parts.found-later")).to_be_visible()


def test_a_photo_of_a_phone_held_upright_stays_upright(
    company: Company, open_phone: OpenPhone
) -> None:
    phone = at_work(company, open_phone())

    phone.take_photos(pictures.a_photo_held_upright()).until_safe()

    (photo,) = company.until_stored(phone.work_order["id"], 1)
    assert (photo["width"], photo["height"]) == (1200, 1600)
    assert photo["taken_at"].startswith("2026-01-15T08:30:00")


def test_a_signature_survives_turning_the_phone_and_closing_the_app(
    company: Company, open_phone: OpenPhone, tmp_path: Path
) -> None:
    phone = at_work(company, open_phone(tmp_path)).tab("finish")
    phone.field("signature.name").fill("Zé")
    pad = phone.page.get_by_label(phone.words.part("signature.pad"))
    draw(phone.page, pad)

    phone.page.set_viewport_size(TURNED)  # type: ignore[arg-type]
    expect(phone.button("signature.undo")).to_be_enabled()
    turned = ink_of(pad)
    phone.page.reload()

    expect(phone.field("signature.name")).to_have_value("Zé")
    expect(phone.button("signature.undo")).to_be_enabled()
    assert turned > 200
    assert ink_of(pad) > 200
    phone.button("signature.save").click()
    expect(phone.text("signature.signed-by", name="Zé")).to_be_visible()
    phone.until_safe()
    done = company.desk.get(f"/work-orders/{phone.work_order['id']}")
    assert done["sign_off"]["attachment_id"] is not None


def test_a_customer_who_cannot_draw_confirms_with_the_name(
    company: Company, open_phone: OpenPhone
) -> None:
    phone = at_work(company, open_phone()).tab("finish")
    phone.button("signature.save").click()
    expect(phone.text("signature.name-missing")).to_be_visible()
    phone.field("signature.name").fill("Maria")
    phone.button("signature.save").click()
    expect(phone.text("signature.empty")).to_be_visible()

    phone.page.get_by_role("checkbox", name=phone.words.part("signature.typed")).click()
    phone.button("signature.save").click()
    expect(phone.text("signature.signed-by", name="Maria")).to_be_visible()

    phone.until_safe()
    signed = company.desk.get(f"/work-orders/{phone.work_order['id']}")["sign_off"]
    assert (signed["signer_name"], signed["attachment_id"]) == ("Maria", None)
    assert signed["document"]["way"] == "typed"


def test_what_is_signed_is_in_the_language_of_the_customer(
    company: Company, open_phone: OpenPhone
) -> None:
    phone = at_work(company, open_phone()).tab("finish")

    phone.page.get_by_role("radio", name="中文").click()
    phone.sign("王小明").until_safe()

    document = company.desk.get(f"/work-orders/{phone.work_order['id']}")["sign_off"]["document"]
    assert (document["language"], document["title"]) == ("zh-CN", "作业确认单")


def ink_of(pad: Locator) -> int:
    """How many dark pixels there are on the paper."""
    count: int = pad.evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let i = 0; i < data.length; i += 4) dark += data[i] < 128 ? 1 : 0;
          return dark;
        }"""
    )
    return count
