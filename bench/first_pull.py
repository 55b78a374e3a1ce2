"""The first pull of ten thousand documents in Chromium: our sync client against RxDB.

RxDB 17.6 has the Dexie storage, the free one for browsers, and is set up as its documentation
does. Both sides pull from the same endpoint of the same server; an adapter in the page turns our
pages into RxDB's ``{documents, checkpoint}``. Each run has a new browser profile; the rounds take
turns. Measured is the time from opening the database until everything is in IndexedDB and can be
read: for ours that includes enrolment, for RxDB the creation of its collection. RxDB gets the page
size that suits it best of those tried; ours finds its own.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from bench._first_pull import site
from tests.web.browser import ARGUMENTS, PROGRAMS

ROUNDS = 5
PAGE_SIZES = (100, 500, 1000)
WANTED = 2.0


def run() -> list[str]:
    """Return the times of both, their ratio, and what they take on the disk."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed to list names.

    from tests.servers import Missing, find_program  # noqa: PLC0415

    try:
        program = next(find_program(name) for name in PROGRAMS)
    except Missing as error:
        return [f"not measured, {error}"]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            site.page(home / "apps" / "field")
        except site.NotInstalled as error:
            return [f"not measured, RxDB: {error}"]
        with site.serving(home, home / "apps") as place, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=str(program), args=[*ARGUMENTS, "--no-sandbox"]
            )
            try:
                return _measure(chromium, place)
            finally:
                chromium.close()


def _measure(chromium: Any, place: site.Site) -> list[str]:
    _once(chromium, place, "ours")
    tried = {size: _once(chromium, place, "rxdb", size) for size in PAGE_SIZES}
    best = min(tried, key=lambda size: tried[size]["milliseconds"])
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "rxdb": []}
    for _ in range(ROUNDS):
        found["ours"].append(_once(chromium, place, "ours"))
        found["rxdb"].append(_once(chromium, place, "rxdb", best))
    ours, theirs = (_median(found[side]) for side in ("ours", "rxdb"))
    mib = {side: results[0]["usage"] / 2**20 for side, results in found.items()}
    return [
        f"{place.order['count']} documents, medians of {ROUNDS}, taking turns",
        f"  ours {ours / 1e3:.2f} s, {mib['ours']:.1f} MiB",
        f"  RxDB {theirs / 1e3:.2f} s, {mib['rxdb']:.1f} MiB, pages of {best}",
        f"  RxDB / ours: {theirs / ours:.1f} (wanted: {WANTED})",
    ]


def _once(chromium: Any, place: site.Site, side: str, limit: int = 0) -> dict[str, Any]:
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"{place.url}/field/#{side}")
        page.wait_for_function("() => 'run' in globalThis")
        order = {**place.order, "limit": limit}
        result: dict[str, Any] = page.evaluate("(order) => globalThis.run(order)", order)
    finally:
        context.close()
    assert result["count"] == place.order["count"], f"{side}: {result}"
    return result


def _median(results: list[dict[str, Any]]) -> float:
    return statistics.median([float(result["milliseconds"]) for result in results])
