from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.assets import rules
from server.assets.rules import ChecklistKind, TaskDefinition, TreeProblem

ids = st.uuids()


@given(st.lists(ids, unique=True, max_size=20), ids, st.integers(0, 20))
def test_an_asset_never_stands_under_itself(
    above: list[UUID], asset_id: UUID, levels_below: int
) -> None:
    problem = rules.tree_problem(asset_id, above=[*above, asset_id], levels_below=levels_below)

    assert problem is TreeProblem.CYCLE


@given(st.lists(ids, unique=True, min_size=1, max_size=20), ids, st.integers(0, 20))
def test_a_tree_has_at_most_eight_levels(
    above: list[UUID], asset_id: UUID, levels_below: int
) -> None:
    above = [one for one in above if one != asset_id]

    problem = rules.tree_problem(asset_id, above=above, levels_below=levels_below)

    levels = len(above) + 1 + levels_below
    assert (problem is TreeProblem.TOO_DEEP) == (levels > rules.MAX_TREE_DEPTH)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("machine-001", True),
        ("0a.B_c-9", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("-x", False),
        ("a/b", False),
        ("a+b", False),
        ("#", False),
        ("a b", False),
        ("泵-1", False),
        ("machine-001\n", False),
    ],
)
def test_a_device_is_named_like_one_level_of_a_topic(name: str, expected: bool) -> None:  # noqa: FBT001
    assert rules.is_device_name(name) is expected


@pytest.mark.parametrize(
    ("task", "is_possible"),
    [
        (TaskDefinition(title="Locked out"), True),
        (TaskDefinition(title="Locked out", unit="bar"), False),
        (TaskDefinition(title="Locked out", low=1), False),
        (TaskDefinition(title="Remarks", kind=ChecklistKind.TEXT), True),
        (TaskDefinition(title="Remarks", kind=ChecklistKind.TEXT, high=1), False),
        (TaskDefinition(title="p", kind=ChecklistKind.READING, unit="bar", low=1, high=1), True),
        (TaskDefinition(title="p", kind=ChecklistKind.READING, low=-5), True),
        (TaskDefinition(title="p", kind=ChecklistKind.READING, low=2, high=1), False),
    ],
)
def test_only_a_reading_has_limits_and_they_are_in_order(
    task: TaskDefinition,
    is_possible: bool,  # noqa: FBT001
) -> None:
    assert (rules.checklist_problem(task) is None) is is_possible
