from __future__ import annotations

import pytest

from server.kernel import geo
from server.kernel.creation import differs
from tests.builders import a_ring

AREA = geo.polygon([a_ring(0, 0, 1, 1)])


@pytest.mark.parametrize(
    ("kept", "given", "expected"),
    [
        ("a", "a", False),
        ("a", None, True),
        (geo.point(1, 2), geo.point(1, 2), False),
        (geo.point(1, 2), geo.point(2, 1), True),
        (AREA, geo.polygon([a_ring(0, 0, 1, 1)]), False),
        (AREA, geo.polygon([a_ring(0, 0, 1, 2)]), True),
    ],
)
def test_values_differ_by_what_they_mean(
    kept: object,
    given: object,
    expected: bool,  # noqa: FBT001
) -> None:
    assert differs(kept, given) is expected
