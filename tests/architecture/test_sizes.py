"""Files and functions stay short enough to be read in one go."""

from __future__ import annotations

import ast

from tests.architecture.source import python_files

FILE_LINES = 400
FUNCTION_LINES = 50


def test_no_file_is_longer_than_its_budget() -> None:
    lengths = {name: len(text.splitlines()) for name, text in python_files()}

    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_longer_than_its_budget() -> None:
    too_long = {
        f"{name}:{node.lineno} {node.name}": length
        for name, text in python_files()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }

    assert too_long == {}
