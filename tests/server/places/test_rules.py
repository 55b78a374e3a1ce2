from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.places import rules
from tests.builders import a_ring

WORLD = 4 * math.pi * rules.EARTH_RADIUS_METRES**2
longitudes = st.floats(-180, 179)
latitudes = st.floats(-89, 88)
sizes = st.floats(0.001, 1)


def test_the_whole_world_is_as_large_as_the_sphere() -> None:
    size = rules.square_metres([a_ring(-180, -90, 180, 90)])

    assert size == pytest.approx(WORLD)


def test_a_degree_at_the_equator_is_known() -> None:
    size = rules.square_metres([a_ring(0, 0, 1, 1)])

    assert size == pytest.approx(12_364e6, rel=1e-3)


def test_a_hole_is_not_part_of_a_territory() -> None:
    outer, hole = a_ring(0, 0, 2, 2), a_ring(0, 0, 1, 2)

    size = rules.square_metres([outer, hole])

    assert size == pytest.approx(rules.square_metres([outer]) / 2)


@given(longitudes, latitudes, sizes, sizes)
def test_a_box_within_a_box_is_smaller(
    west: float, south: float, width: float, height: float
) -> None:
    whole = a_ring(west, south, west + width, south + height)
    part = a_ring(west, south, west + width / 2, south + height / 2)

    assert rules.square_metres([part]) < rules.square_metres([whole])


@given(longitudes, latitudes, sizes)
def test_the_direction_of_a_border_does_not_change_the_size(
    west: float, south: float, width: float
) -> None:
    ring = a_ring(west, south, west + width, south + width)

    backwards = rules.square_metres([list(reversed(ring))])

    assert backwards == pytest.approx(rules.square_metres([ring]))


def test_the_bounds_hold_the_outer_ring() -> None:
    assert rules.bounds([[(1, 2), (5, 3), (4, 9), (1, 2)]]) == (1, 2, 5, 9)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Europe/Lisbon", True),
        ("Asia/Shanghai", True),
        ("UTC", True),
        ("Europe/Atlantis", False),
        ("../../etc/passwd", False),
        ("", False),
    ],
)
def test_a_time_zone_is_one_of_the_iana_database(name: str, expected: bool) -> None:  # noqa: FBT001
    assert rules.is_timezone(name) is expected
