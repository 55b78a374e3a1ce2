"""The one place that starts a browser: system Chromium, driven by Playwright."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    CDPSession,
    ConsoleMessage,
    Error,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.servers import Missing, find_program

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-first-run",
    # Nothing but the platform under test is to be reached.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
    # The quota is then what a test says, see `Window.limit_storage`.
    "--disable-features=StaticStorageQuota",
    # The same software rendering on every machine: the map needs WebGL.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # Tabs in the background work on, as a second phone or screen would.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
)
PATIENCE_MS = 15_000
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
# The browser itself reports each failed request; answers of the server are judged by status.
HARMLESS = re.compile(r"^Failed to load resource|GPU stall due to ReadPixels")
# Shifts the clock of pages by what the context says; nothing else about time changes.
CLOCK = """(() => {
  const offset = %d, Real = Date, now = () => Real.now() + offset;
  globalThis.Date = new Proxy(Real, {
    construct: (to, args, as) => Reflect.construct(to, args.length ? args : [now()], as),
    apply: () => new Real(now()).toString(),
    get: (to, key) => (key === "now" ? now : Reflect.get(to, key)),
  });
})()"""

STUFF = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("stuff");
    asked.onupgradeneeded = () => asked.result.createObjectStore("s", { autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
  });
  const put = (size) => new Promise((done) => {
    const change = base.transaction("s", "readwrite", { durability: "strict" });
    for (let at = 0; at < size; at += 50_000)
      change.objectStore("s").put(crypto.getRandomValues(new Uint8Array(Math.min(size, 50_000))));
    change.oncomplete = () => done(true);
    change.onabort = () => done(false);
  });
  for (const size of [1_000_000, 200_000, 50_000, 5_000, 500]) while (await put(size));
  base.close();
}"""


def find_chromium() -> Path:
    """The browser of this machine; raises Missing."""
    if chosen := os.environ.get("CHROMIUM"):
        return find_program(chosen)
    for name in PROGRAMS:
        with contextlib.suppress(Missing):
            return find_program(name)
    raise Missing(f"none of {', '.join(PROGRAMS)} is installed, and CHROMIUM names no other")


@contextlib.contextmanager
def chromium() -> Iterator[Chromium]:
    """Start the browser, and stop it with all that it opened."""
    program = find_chromium()
    with sync_playwright() as playwright:
        yield from _running(playwright.chromium, program)


def _running(kind: BrowserType, program: Path) -> Iterator[Chromium]:
    browser = kind.launch(executable_path=program, args=arguments())
    expect.set_options(timeout=PATIENCE_MS)
    try:
        yield Chromium(kind, program, browser)
    finally:
        browser.close()


def arguments(*more: str) -> list[str]:
    """The command line of the browser; as root its sandbox does not work."""
    return [*ARGUMENTS, *more, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


@dataclasses.dataclass(frozen=True)
class Chromium:
    """A running browser, and how to start another one."""

    kind: BrowserType
    program: Path
    browser: Browser

    def open(self, **options: Any) -> Window:
        """A window with cookies and storage of its own."""
        offset, chosen = _options(options)
        return Window(self.browser.new_context(**chosen), offset)

    def open_on_disk(self, folder: Path, *more: str, **options: Any) -> Window:
        """A window whose storage survives in ``folder``: closing and opening it is a restart."""
        offset, chosen = _options(options)
        context = self.kind.launch_persistent_context(
            folder, executable_path=self.program, args=arguments(*more), **chosen
        )
        return Window(context, offset, folder)


class Window:
    """One person's browser, with everything in it that must not go unnoticed.

    ``troubles`` collects errors of scripts, errors written to the console, and answers with a
    server error, until the test takes them out.
    """

    def __init__(self, context: BrowserContext, offset_ms: int, folder: Path | None = None) -> None:
        self.context = context
        self._folder = folder
        self._devtools: list[CDPSession] = []
        self.troubles: list[str] = []
        self.log: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        if offset_ms:
            context.add_init_script(CLOCK % offset_ms)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        context.on("console", self._on_console)
        context.on("response", self._on_response)
        self.page: Page = context.pages[0] if context.pages else context.new_page()

    def new_tab(self) -> Page:
        """One more tab of the same person."""
        return self.context.new_page()

    def set_offline(self, *, offline: bool = True) -> None:
        """Take the whole window off the network, as a tunnel does, or bring it back."""
        self.context.set_offline(offline)

    def limit_storage(self, origin: str, size: int) -> None:
        """Let the phone have so much room for a page that was not opened yet."""
        devtools = self.context.new_cdp_session(self.page)
        quota = {"origin": origin, "quotaSize": size}
        devtools.send("Storage.overrideQuotaForOrigin", quota)
        # The limit holds as long as the session that has set it.
        self._devtools.append(devtools)

    def fill_storage(self) -> None:
        """Take all the room that is left, to the last kilobytes."""
        self.page.evaluate(STUFF)

    def free_storage(self) -> None:
        """Give it back."""
        self.page.evaluate(
            "() => new Promise((done) => {"
            " indexedDB.deleteDatabase('stuff').onsuccess = done; }).then(() => undefined)"
        )

    def close(self) -> None:
        """Close all tabs; does nothing to a window that is gone."""
        with contextlib.suppress(Error):
            self.context.close()

    def lose_power(self) -> None:
        """Let a browser on disk die in this moment: nothing it had in mind is written any more."""
        wanted = f"--user-data-dir={self._folder}"
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if wanted in process.cmdline():
                    process.kill()
        self.close()

    def save_evidence(self, folder: Path, name: str) -> list[Path]:
        """Write what every tab shows and what was logged; for a test that failed."""
        folder.mkdir(parents=True, exist_ok=True)
        saved = [folder / f"{name}.log"]
        saved[0].write_text("\n".join([*self.log, "", "troubles:", *self.troubles]))
        for number, page in enumerate(self.context.pages):
            picture, words = (folder / f"{name}-{number}.{end}" for end in ("png", "txt"))
            with contextlib.suppress(Error):
                page.screenshot(path=picture, timeout=5_000)
                words.write_text(f"{page.url}\n{page.locator('body').aria_snapshot(timeout=5_000)}")
                saved += [picture, words]
        return saved

    def _on_console(self, message: ConsoleMessage) -> None:
        self.log.append(f"{message.type}: {message.text}")
        if message.type == "error" and not HARMLESS.search(message.text):
            self.troubles.append(f"console: {message.text}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.log.append(f"{response.status} {response.request.method} {response.url}")
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.request.method} {response.url}")


def until_offline_ready(page: Page) -> None:
    """Wait until the app may go offline: its worker is active and controls the page."""
    page.evaluate(
        """async () => {
          const worker = (await navigator.serviceWorker.ready).active;
          if (worker.state === "activated") return;
          await new Promise((done) => worker.addEventListener("statechange",
            () => worker.state === "activated" && done()));
        }"""
    )
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def seconds_until(look: Callable[[], object]) -> float:
    """How long ``look`` has to wait for what it expects."""
    began = time.monotonic()
    look()
    return time.monotonic() - began


def _options(options: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    offset_ms = round(options.pop("clock_offset_seconds", 0) * 1000)
    if options.pop("is_phone", False):
        phone = {"viewport": PHONE, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
        options = phone | options
    defaults = {"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Lisbon"}
    return offset_ms, defaults | {"reduced_motion": "reduce"} | options
