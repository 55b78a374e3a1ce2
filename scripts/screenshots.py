"""Take pictures of both apps, from a demonstration that is started in a folder of its own.

    scripts/screenshots.py                  the four pictures of the README, in docs/images
    scripts/screenshots.py --all FOLDER     every main screen, in each size and language
    scripts/screenshots.py --all FOLDER --dark

The demonstration lives around the present hour: the timeline looks best when it is day in Porto.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"

sys.path.insert(0, str(ROOT))

from tests.web.browser import DESK, PHONE, Chromium, chromium  # noqa: E402 - see the path above
from tests.web.installation import installed  # noqa: E402
from tests.web.words import Words  # noqa: E402

TABLET = {"width": 1024, "height": 768}
SIZES = {"1440": DESK, "1024": TABLET, "360": PHONE}
COMPANIES = {"en": ("demo", "Europe/Lisbon"), "zh-CN": ("demo-cn", "Asia/Shanghai")}
PASSWORD = "demo"  # noqa: S105 - of the demonstration, told on its sign-in page
COLOURS = 256
MAP_MS = 60_000
# Markers glide and pictures fade in after all is there.
SETTLE_MS = 1_500


@dataclass(frozen=True)
class Studio:
    """A browser before a running demonstration, and where its pictures go."""

    browser: Chromium
    url: str
    folder: Path
    scheme: str = "light"

    @contextmanager
    def visitor(self, app: str, language: str, size: dict[str, int]) -> Iterator[Visitor]:
        """Somebody who has opened an app and has not signed in yet."""
        (company, zone), start = COMPANIES[language], f"{self.url}/{app}/"
        look = {"locale": language, "timezone_id": zone, "color_scheme": self.scheme}
        window = self.browser.open(**look, viewport=size, is_phone=size is PHONE)
        window.page.goto(start)
        try:
            yield Visitor(window.page, Words(app, language), company, start, self.folder)
        finally:
            window.close()


@dataclass(frozen=True)
class Visitor:
    """One window of one app, read by the names of its texts."""

    page: Page
    words: Words
    company: str
    start: str
    folder: Path

    def keep(self, name: str) -> None:
        """Take a picture of what the window shows, in as few bytes as 256 colours need."""
        self.page.wait_for_timeout(SETTLE_MS)
        taken = Image.open(io.BytesIO(self.page.screenshot(animations="disabled")))
        small = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(self.folder / f"{name}.png", optimize=True)
        print(f"{name}.png")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.words(name))

    def sign_in_at_desk(self) -> None:
        self.page.get_by_label(self.words("app.login")).fill(f"dispatcher@{self.company}")
        self.page.get_by_role("textbox", name=self.words("app.password")).fill(PASSWORD)
        self.button("app.signIn").click()
        live = self.page.get_by_role("banner").get_by_role("status")
        expect(live).to_have_text(self.words("app.live.live"), timeout=MAP_MS)

    def until_map(self) -> None:
        expect(self.page.locator("[data-jobs][data-ready=true]")).to_be_visible(timeout=MAP_MS)

    def open_alarm(self) -> None:
        """Open the newest ticket that a device has raised, and wait for the engineers."""
        alarm = self.page.get_by_text(self.words("list.hasAlarm"))
        self.page.get_by_role("row").filter(has=alarm).first.get_by_role("link").click()
        ranked = self.page.get_by_role("list", name=self.words("assign.list"))
        expect(ranked.get_by_role("button").first).to_be_visible()

    def sign_in_at_phone(self, engineer: str) -> None:
        self.page.get_by_label(self.words("sign-in.login")).fill(f"{engineer}@{self.company}")
        self.page.get_by_label(self.words("sign-in.password")).fill(PASSWORD)
        self.button("sign-in.submit").click()
        chip = self.page.get_by_role("banner").get_by_role("link").last
        expect(chip).to_have_text(self.words.part("sync.chip.safe"), timeout=MAP_MS)

    def open_work(self) -> None:
        self.page.get_by_role("link", name=self.words("my-work.open")).first.click()
        actions = self.page.get_by_role("group", name=self.words("work-order.actions"))
        expect(actions).to_be_visible()


def take_for_readme(studio: Studio) -> None:
    """The map, a ticket, the work of a day, and a work order in Chinese."""
    with studio.visitor("console", "en", DESK) as desk:
        desk.sign_in_at_desk()
        desk.until_map()
        desk.keep("console-map")
        desk.open_alarm()
        desk.keep("console-ticket")
    with studio.visitor("field", "en", PHONE) as phone:
        phone.sign_in_at_phone("engineer1")
        phone.keep("field-work")
    with studio.visitor("field", "zh-CN", PHONE) as phone:
        phone.sign_in_at_phone("engineer1")
        phone.open_work()
        phone.keep("field-work-order-zh")


def take_all(studio: Studio) -> None:
    """Every main screen of both apps."""
    for language in COMPANIES:
        for width, size in SIZES.items():
            ending = f"{language}-{width}-{studio.scheme}"
            with studio.visitor("console", language, size) as desk:
                take_desk(desk, ending, is_narrow=size is PHONE)
            with studio.visitor("field", language, size) as phone:
                take_phone(phone, ending)


def take_desk(desk: Visitor, ending: str, *, is_narrow: bool) -> None:
    """The screens and the dialogs of the console."""
    desk.keep(f"console-sign-in-{ending}")
    desk.sign_in_at_desk()
    for pane in ("map", "timeline", "list") if is_narrow else ("map",):
        if is_narrow:
            tabs = desk.page.get_by_role("navigation", name=desk.words("app.panes"))
            tabs.get_by_role("button", name=desk.words(f"app.pane.{pane}")).click()
        if pane == "map":
            desk.until_map()
        desk.keep(f"console-{pane}-{ending}")
    for dialog, opener in (("new-ticket", "app.newTicketButton"), ("filters", "list.filters")):
        desk.button(opener).click()
        desk.keep(f"console-{dialog}-{ending}")
        desk.page.keyboard.press("Escape")
    desk.open_alarm()
    desk.keep(f"console-ticket-{ending}")


def take_phone(phone: Visitor, ending: str) -> None:
    """The screens of the engineer's app; the second engineer is at work on a site."""
    phone.keep(f"field-sign-in-{ending}")
    phone.sign_in_at_phone("engineer2")
    phone.keep(f"field-work-{ending}")
    phone.open_work()
    tabs = {tab: f"{phone.page.url}/{tab}" for tab in ("overview", "do", "finish")}
    for place, address in (tabs | {n: phone.start + n for n in ("sync", "settings")}).items():
        phone.page.goto(address)
        expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
        phone.keep(f"field-{place}-{ending}")


def main(arguments: Sequence[str]) -> None:
    """Build what has changed, start the demonstration, and take the pictures that are asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every main screen, there")
    parser.add_argument("--dark", action="store_true", help="in the dark scheme; with --all")
    chosen = parser.parse_args(arguments)
    if chosen.dark and not chosen.all:
        parser.error("the pictures of the README are light: --dark goes with --all")
    folder: Path = chosen.all or IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    build = [sys.executable, str(ROOT / "scripts" / "web.py"), "build"]
    subprocess.run(build, check=True)  # noqa: S603 - our own command
    apps = Path(os.environ.get("TRUCKROLL_WEB_DIST", ROOT / "web" / "dist"))
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        database = f"sqlite:///{home}/truckroll.db"
        with installed(Path(home), database, apps, DEMO="1") as running:
            scheme = "dark" if chosen.dark else "light"
            studio = Studio(browser, running.url, folder, scheme)
            take_all(studio) if chosen.all else take_for_readme(studio)


if __name__ == "__main__":
    main(sys.argv[1:])
