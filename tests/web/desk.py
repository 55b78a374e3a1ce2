"""The dispatcher's console as a dispatcher uses it: by what stands on the screen."""

from __future__ import annotations

import re
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.web.browser import Window
from tests.web.company import PASSWORD, Company, Person
from tests.web.words import Words


class Desk:
    """One dispatcher's window."""

    def __init__(self, window: Window, company: Company, language: str = "en") -> None:
        self.window = window
        self.company = company
        self.words = Words("console", language)
        self.page: Page = window.page

    def open(self, path: str = "") -> Self:
        """Open the console, at a place in it."""
        self.page.goto(f"{self.company.installation.url}/console/{path}")
        return self

    def sign_in(self, person: Person, password: str = PASSWORD) -> Self:
        """Sign in and wait until changes appear by themselves."""
        self.open()
        self.page.get_by_label(self.words("app.login")).fill(person.login)
        self.page.get_by_role("textbox", name=self.words("app.password")).fill(password)
        self.button("app.signIn").click()
        return self.until_live()

    def until_live(self) -> Self:
        """Wait until the window follows the server."""
        live = self.page.get_by_role("banner").get_by_role("status")
        expect(live).to_have_text(self.words("app.live.live"), timeout=30_000)
        return self

    # ------------------------------------------------------------------------------ list and map
    def row(self, title: str) -> Locator:
        """The line of a ticket in the list."""
        table = self.page.get_by_role("table", name=self.words("list.tickets"))
        return table.get_by_role("row").filter(has_text=title)

    @property
    def map(self) -> Locator:
        """The map; it says how many tickets are drawn."""
        return self.page.get_by_role("region", name=self.words("app.pane.map")).locator(
            "[data-jobs]"
        )

    def open_ticket(self, title: str) -> Self:
        """Open a ticket from the list."""
        self.row(title).get_by_role("link").click()
        expect(self.panel.get_by_role("heading", level=2)).to_have_text(title)
        return self

    # ------------------------------------------------------------------------------ the ticket
    @property
    def panel(self) -> Locator:
        """What the console knows about the ticket that is open."""
        return self.page.get_by_role("region", name=self.words("app.pane.panel"), exact=True)

    def section(self, name: str, /, **values: str | int) -> Locator:
        """A part of the ticket, by the name of its heading."""
        return self.panel.get_by_role("region", name=self.words(name, **values))

    def offers(self) -> Locator:
        """The buttons that book the engineers who were ranked, the best first."""
        ranked = self.section("assign.title").get_by_role("list", name=self.words("assign.list"))
        return ranked.get_by_role("button", name=self.words.part("assign.bookNamed"))

    def book_best_by_keyboard(self) -> Self:
        """Go to the proposal with one key, and take it with another."""
        expect(self.offers().first).to_be_visible()
        self.page.keyboard.press("a")
        expect(self.offers().first).to_be_focused()
        self.page.keyboard.press("Enter")
        return self

    def book_by_click(self, engineer: Person, reason: str) -> Self:
        """Choose somebody who was not proposed first, and say why."""
        name = self.words.part("assign.bookNamed", engineer=engineer.name)
        self.section("assign.title").get_by_role("button", name=name).click()
        return self.say_why(reason)

    def say_why(self, reason: str) -> Self:
        """Answer the question for a reason."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name=self.words.part("assign.reasonLabel")).fill(reason)
        dialog.get_by_role("button", name=self.words("assign.confirmBook")).click()
        expect(dialog).to_be_hidden()
        return self

    def note_field(self) -> Locator:
        """Where a note is written."""
        return self.section("panel.notes").get_by_role("textbox", name=self.words("panel.newNote"))

    def write_note(self, text: str) -> Self:
        """Write a note on the ticket."""
        self.note_field().fill(text)
        self.button("panel.addNote").click()
        expect(self.section("panel.notes").get_by_role("listitem")).to_contain_text(text)
        return self

    def sign_in_again(self, password: str = PASSWORD) -> Self:
        """Answer the dialog that comes up when the session has ended."""
        dialog = self.page.get_by_role("dialog", name=self.words("app.signInAgain"))
        dialog.get_by_role("textbox", name=self.words("app.password")).fill(password)
        dialog.get_by_role("button", name=self.words("app.signIn")).click()
        expect(dialog).to_be_hidden()
        return self

    def drag_to(self, title: str, engineer: Person) -> Self:
        """Pull a ticket from the list onto the row of an engineer in the timeline."""
        self.row(title).drag_to(self.engineer_row(engineer))
        return self

    def engineer_row(self, engineer: Person) -> Locator:
        """The day of an engineer in the timeline."""
        timeline = self.page.get_by_role("region", name=self.words("app.pane.timeline"), exact=True)
        return timeline.get_by_role("listitem", name=re.compile(f"^{re.escape(engineer.name)}"))

    def visit(self, engineer: Person, title: str) -> Locator:
        """A booking in the day of an engineer."""
        return self.engineer_row(engineer).get_by_role("button", name=title)

    def button(self, name: str, /, **values: str | int) -> Locator:
        return self.page.get_by_role("button", name=self.words(name, **values))

    def text(self, name: str, /, **values: str | int) -> Locator:
        return self.page.get_by_text(self.words.part(name, **values))
