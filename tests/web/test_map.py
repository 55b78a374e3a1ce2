"""What a dispatcher reads off the map."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from server.kernel import geo
from server.kernel.session import actor_of
from server.workforce import api as workforce
from tests.builders import PORTO
from tests.web.browser import Window
from tests.web.company import Company
from tests.web.desk import Desk

pytestmark = [
    pytest.mark.servers,
    pytest.mark.slow,
    pytest.mark.only("sqlite"),
    pytest.mark.timeout(240),
]

# How near the middle of any engineer's pin is to the middle of any cluster, in pixels.
NEAREST = """(box) => {
  const { left, top } = box.getBoundingClientRect();
  const clusters = box.glMap.queryRenderedFeatures({ layers: ["cluster"] })
    .map(({ geometry }) => box.glMap.project(geometry.coordinates));
  const pins = [...box.querySelectorAll("[data-engineer]")].map((pin) => {
    const { x, y, width, height } = pin.getBoundingClientRect();
    return { x: x + width / 2 - left, y: y + height / 2 - top };
  });
  const apart = clusters.flatMap((one) => pins.map(({ x, y }) => Math.hypot(x - one.x, y - one.y)));
  return Math.min(...apart);
}"""


def test_an_engineer_on_the_spot_leaves_the_count_of_the_tickets_there_free(
    company: Company, open_desk: Callable[..., Window]
) -> None:
    for _ in range(3):
        company.work_order()
    ana = company.engineers[0]
    assert ana.engineer_id is not None
    with company.records(write=True) as session:
        workforce.record_position(
            session,
            actor=actor_of(session),
            engineer_id=ana.engineer_id,
            position=geo.point(*PORTO),
        )

    desk = Desk(open_desk(), company).sign_in(company.dispatcher)

    expect(desk.map).to_have_attribute("data-ready", "true", timeout=60_000)
    box = desk.map.element_handle()
    desk.page.wait_for_function(f"(box) => ({NEAREST})(box) < Infinity", arg=box)
    desk.page.wait_for_function(f"(box) => ({NEAREST})(box) > 34", arg=box)
