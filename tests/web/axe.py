"""Accessibility: axe-core, run inside a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.company import ROOT

TAGS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# All else is the same in the other scheme.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# With each language another scheme: all texts and all colours are seen, in half the time.
LOOKS = [
    {"locale": "en", "color_scheme": "light"},
    {"locale": "zh-CN", "color_scheme": "dark"},
]
# Pictures that are still loading make a screen longer.
SPARE_PIXELS = 300
# What fades or glides is looked at when it has arrived; what turns for ever is not waited for.
AT_REST = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  await frame();
  const ends = (one) => one.effect?.getComputedTiming().endTime < Infinity;
  const moving = document.getAnimations().filter(ends);
  await Promise.all(moving.map((one) => one.finished.catch(() => undefined)));
}"""
# What scrolls inside of the page does not make the page higher.
HIDDEN_PIXELS = """() => Math.max(...[...document.querySelectorAll("*")]
  .map((element) => element.scrollHeight - element.clientHeight))"""
# A dialog scrolls by itself, so the page does not tell.
TOO_WIDE = """() => [":root", "dialog[open]", "[role=dialog]"]
  .flatMap((kind) => [...document.querySelectorAll(kind)])
  .map((element) => element.scrollWidth - element.clientWidth)
  .filter((pixels) => pixels > 0)"""


def look_at(page: Page, screen: str, *, in_both: bool = False) -> None:
    """Let axe find nothing, and see that nothing sticks out at the side.

    The main screens are looked at ``in_both`` schemes of colours.
    """
    with _wholly_in_view(page):
        _see(page, TAGS, screen)
        if in_both:
            is_dark = page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
            now, other = ("dark", "light") if is_dark else ("light", "dark")
            _paint(page, other)
            _see(page, COLOURS, f"{screen}, {other}")
            _paint(page, now)
    wider = page.evaluate(TOO_WIDE)
    assert not wider, f"{screen} is {wider} px too wide"


def look_at_dialog(page: Page, opener: Locator, screen: str) -> None:
    """Open a dialog, look at it, and leave it."""
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    look_at(page, screen)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def _paint(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def _see(page: Page, rules: dict[str, Any], screen: str) -> None:
    """See that axe has nothing against the page; else fail with one line per rule and element."""
    # Not as a script tag: the policy of the pages forbids that, rightly.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())
    page.evaluate(AT_REST)
    found: list[dict[str, Any]] = page.evaluate(
        "async (runOnly) => (await axe.run(document,"
        " {runOnly, resultTypes: ['violations']})).violations",
        rules,
    )
    faults = [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
    assert not faults, f"{screen}:\n" + "\n".join(faults)


@contextmanager
def _wholly_in_view(page: Page) -> Iterator[None]:
    """What happens to lie under a bar at the foot is not meant."""
    size = page.viewport_size
    assert size is not None
    more = page.evaluate(HIDDEN_PIXELS) + SPARE_PIXELS
    page.set_viewport_size({"width": size["width"], "height": size["height"] + more})
    yield
    page.set_viewport_size(size)


@cache
def _source() -> str:
    return (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()
