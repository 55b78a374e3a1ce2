"""What tests share stands in modules of its own, where no other test runs along with it."""

from __future__ import annotations

import pytest

from tests.architecture.source import imports, python_files


def is_of_a_test_module(imported: str) -> bool:
    """Whether a name of ``tests`` is a test module, or stands in one."""
    package, *parts = imported.split(".")
    return package == "tests" and any(part.startswith("test_") for part in parts)


def test_no_test_module_is_imported_by_another() -> None:
    found = [
        f"{path}:{line} imports {imported}"
        for path, text in python_files("tests", "bench", "scripts")
        for line, imported in imports(path, text)
        if is_of_a_test_module(imported)
    ]

    assert found == []


@pytest.mark.parametrize(
    "imported", ["tests.sync.test_push_and_pull.Phone", "tests.sync.test_push_and_pull"]
)
def test_what_stands_in_a_test_module_is_told_by_its_name(imported: str) -> None:
    assert is_of_a_test_module(imported)


@pytest.mark.parametrize(
    "imported", ["tests.sync.phones.Phone", "tests.servers.PostGIS", "sync.test_push_and_pull"]
)
def test_what_tests_share_may_be_imported(imported: str) -> None:
    assert not is_of_a_test_module(imported)
