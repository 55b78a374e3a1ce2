"""The checks run side by side; one that fails is told with its output, and fails the whole."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.architecture.source import ROOT
from tests.scripts.loading import load

lint: Any = load("lint")


def a_check(name: str, code: str) -> Any:
    return lint.Check(name, [sys.executable, "-c", code])


def test_a_failed_check_fails_all_and_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    checks = [
        a_check("good", "print('silent')"),
        a_check("bad", "import sys; print('the reason'); sys.exit(3)"),
        a_check("worse", "import sys; sys.exit('on the other channel')"),
    ]

    code = lint.report(checks)

    said = capsys.readouterr().out
    assert code == 1
    assert "the reason" in said
    assert "on the other channel" in said
    assert "silent" not in said
    assert "lint: good: fine" in said
    assert said.splitlines()[-1] == "lint: 2 failed: bad, worse"


def test_checks_that_are_fine_are_fine_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint.report([a_check("good", "pass")]) == 0
    assert "FAILED" not in capsys.readouterr().out


def test_a_name_that_is_no_check_is_not_taken_for_success(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lint.main(["no such check"]) == 2
    assert "web types" in capsys.readouterr().out


def test_the_apps_and_the_server_are_checked() -> None:
    names = [check.name for check in lint.all_checks()]

    assert {"types", "style", "imports", "API document", "lock files"} <= set(names)
    assert {"web types", "web style", "web format", "web lock file", "web size"} <= set(names)
    assert "API client" in names
    assert len(names) == len(set(names))


def test_ci_checks_and_tests_everything_and_pytest_has_the_last_word() -> None:
    ci = (ROOT / ".ci" / "run").read_text()
    recipe = (ROOT / "Makefile").read_text().split("\ntest:", 1)[1].split("\n\n", 1)[0]

    steps = [line.split()[:2] for line in ci.splitlines() if line.startswith("make ")]
    assert steps == [["make", "lint"], ["make", "test"]]
    commands = [line.strip("\t@") for line in recipe.splitlines()[1:]]
    assert "web.py test" in commands[0]
    assert "-m pytest" in commands[-1]
