"""The engineer's app as an engineer uses it: by what stands on the screen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

from playwright.sync_api import Locator, Page, expect

from tests.web.browser import PATIENCE_MS, Window, until_offline_ready
from tests.web.company import PASSWORD, Company, Person
from tests.web.words import Words

SYNC_MS = 40_000


class Phone:
    """One engineer's phone."""

    def __init__(self, window: Window, company: Company, language: str = "en") -> None:
        self.window = window
        self.company = company
        self.words = Words("field", language)
        self.page: Page = window.page
        # What a test is about, once it knows.
        self.work_order: dict[str, Any] = {}

    # ------------------------------------------------------------------------------ getting in
    def open(self, path: str = "") -> Self:
        """Open the app, at the list of work or a deeper page."""
        self.page.goto(f"{self.company.installation.url}/field/{path}")
        return self

    def sign_in(self, person: Person, password: str = PASSWORD) -> Self:
        """Sign in and wait for the work."""
        self.open()
        self.field("sign-in.login").fill(person.login)
        self.field("sign-in.password").fill(password)
        self.button("sign-in.submit").click()
        expect(self.heading("my-work.title")).to_be_visible()
        return self

    def sign_in_again(self, password: str = PASSWORD) -> Self:
        """Follow the notice that the session has ended."""
        self.button("sign-in.submit").first.click()
        dialog = self.page.get_by_role("dialog", name=self.words("sign-in.again.title"))
        dialog.get_by_label(self.words("sign-in.password")).fill(password)
        dialog.get_by_role("button", name=self.words("sign-in.submit")).click()
        expect(dialog).to_be_hidden()
        return self

    def until_ready_offline(self) -> Self:
        """Wait until everything is on the phone: the app itself and the work."""
        until_offline_ready(self.page)
        self.until_safe()
        return self

    # ------------------------------------------------------------------------------ the network
    def go_offline(self) -> Self:
        """Into the cellar."""
        self.window.set_offline()
        return self

    def go_online(self) -> Self:
        """Back into the light; nothing is tapped for it."""
        self.window.set_offline(offline=False)
        return self

    @property
    def chip(self) -> Locator:
        """The line at the top that says whether the work is safe."""
        return self.page.get_by_role("banner").get_by_role("link").last

    def until_safe(self) -> Self:
        """Wait until the app says that the server has signed for everything."""
        expect(self.chip).to_have_text(self.words.part("sync.chip.safe"), timeout=SYNC_MS)
        return self

    # ------------------------------------------------------------------------------ the work
    def work(self, work_order: dict[str, Any]) -> Locator:
        """The way from the list to a work order: the next stop, or one of the cards."""
        main = self.page.get_by_role("main")
        called = work_order.get("ticket_number") or work_order["ticket"]["number"]
        number = self.page.get_by_text(f"#{called}", exact=True)
        card = main.get_by_role("listitem").filter(has=number).get_by_role("link")
        following = main.get_by_role("region").filter(has=number)
        return card.or_(following.get_by_role("link", name=work_order["title"], exact=True))

    def open_work(self, work_order: dict[str, Any], tab: str = "") -> Self:
        """Open a work order from the list, at a tab."""
        self.work(work_order).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(work_order["title"])
        return self.tab(tab) if tab else self

    def tab(self, name: str) -> Self:
        """Turn to ``overview``, ``do`` or ``finish``."""
        tabs = self.page.get_by_role("navigation", name=self.words("work-order.tabs"))
        # The count of open steps may stand behind the name.
        title = re.compile(f"^{self.words.part(f'work-order.tab.{name}').pattern}")
        tab = tabs.get_by_role("link", name=title)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")
        return self

    def act(self, action: str) -> Self:
        """Tap one of the actions at the foot: ``travel``, ``arrive``, ``start`` and so on."""
        bar = self.page.get_by_role("group", name=self.words("work-order.actions"))
        bar.get_by_role("button", name=self.words(f"work-order.act.{action}")).click()
        return self

    def start(self) -> Self:
        """Begin the work, and see the checklist."""
        self.act("start")
        expect(self.heading("work-order.checklist")).to_be_visible()
        return self

    def tick(self, step: str) -> Self:
        """Tick a step; it stays ticked, and is kept."""
        box = self.page.get_by_role("checkbox", name=step)
        box.click()
        expect(box).to_be_checked()
        return self._until_kept(step)

    def answer(self, step: str, value: str) -> Self:
        """Write the value of a step and leave the field, which records it."""
        field = self.page.get_by_role("textbox", name=re.compile(f"^{re.escape(step)}"))
        field.fill(value)
        field.blur()
        expect(field).to_have_value(value)
        return self._until_kept(step)

    def _until_kept(self, step: str) -> Self:
        """Wait until an answer, which is shown at once, is in the phone's store."""
        item = self.page.get_by_role("listitem").filter(has_text=step).first
        expect(item).to_have_attribute("aria-busy", "false")
        return self

    def take_photos(self, *files: dict[str, Any]) -> Self:
        """Take photos as the camera hands them over, and see that they are kept."""
        gallery = self.page.get_by_role("list", name=self.words("photos.list"))
        before = gallery.get_by_role("listitem").count()
        self.hand_over(*files)
        expect(gallery.get_by_role("listitem")).to_have_count(before + len(files))
        return self

    def hand_over(self, *files: dict[str, Any]) -> Self:
        """Choose files; what becomes of them is seen later."""
        with self.page.expect_file_chooser() as chosen:
            self.button("photos.choose").click()
        chosen.value.set_files([dict(file) for file in files])  # type: ignore[arg-type]
        return self

    def take_reading(self, name: str, value: str, unit: str = "") -> Self:
        """Write down a value read off the asset."""
        section = self.section("work-order.readings")
        section.get_by_role("button", name=self.words("work-order.readings.add")).click()
        section.get_by_label(self.words("work-order.readings.name")).fill(name)
        section.get_by_label(self.words("work-order.readings.value")).fill(value)
        section.get_by_label(self.words("work-order.readings.unit")).fill(unit)
        section.get_by_role("button", name=self.words("common.save")).click()
        expect(section.get_by_role("listitem").filter(has_text=name)).to_contain_text(value)
        return self

    def record_repair(self, action: str) -> Self:
        """Say what was done."""
        section = self.section("work-order.repair")
        name = re.compile(
            f"{self.words('work-order.repair.add').pattern}|"
            f"{self.words('work-order.repair.more').pattern}"
        )
        section.get_by_role("button", name=name).click()
        section.get_by_label(self.words("work-order.repair.action")).fill(action)
        section.get_by_role("button", name=self.words("common.save")).click()
        expect(section.get_by_role("listitem").filter(has_text=action)).to_be_visible()
        return self

    def use_part(self, name: str) -> Self:
        """Fit a part that is needed, from the van, in the quantity that is proposed."""
        section = self.section("work-order.parts")
        section.get_by_role("button", name=self.words("parts.use-name", name=name)).click()
        self.button("parts.record").click()
        expect(
            self.page.get_by_text(self.words.part("parts.recorded", name=name)).first
        ).to_be_visible()
        return self

    def sign(self, name: str) -> Self:
        """Let the customer write a name and draw a signature."""
        self.field("signature.name").fill(name)
        pad = self.page.get_by_label(self.words.part("signature.pad"))
        draw(self.page, pad)
        self.button("signature.save").click()
        expect(
            self.page.get_by_text(self.words.part("signature.signed-by", name=name)).first
        ).to_be_visible()
        return self

    def finish(self, summary: str) -> Self:
        """Say how it ended, and finish."""
        self.field("work-order.summary.words").fill(summary)
        self.page.get_by_role("main").get_by_role(
            "button", name=self.words("work-order.act.finish")
        ).click()
        return self

    # ------------------------------------------------------------------------------ finding things
    def button(self, name: str, /, **values: str | int) -> Locator:
        return self.page.get_by_role("button", name=self.words(name, **values))

    def field(self, name: str, /, **values: str | int) -> Locator:
        return self.page.get_by_label(self.words(name, **values))

    def heading(self, name: str, /, **values: str | int) -> Locator:
        return self.page.get_by_role("heading", name=self.words(name, **values))

    def section(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=self.words(name))

    def text(self, name: str, /, **values: str | int) -> Locator:
        return self.page.get_by_text(self.words.part(name, **values))


def draw(page: Page, pad: Locator) -> None:
    """A stroke of the pen across the pad."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box(timeout=PATIENCE_MS)
    assert box is not None
    points: Sequence[tuple[float, float]] = [
        (0.1 + 0.07 * n, 0.4 + 0.3 * (n % 3) / 2) for n in range(12)
    ]
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=2)
    page.mouse.up()
