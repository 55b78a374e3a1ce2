"""Files and functions stay short enough to be read in one go."""

from __future__ import annotations

import ast

from tests.architecture.source import BESIDE, PACKAGES, ROOT, python_files

FILE_LINES = 400
FUNCTION_LINES = 50
FILES = python_files(*PACKAGES, *BESIDE)


def test_no_file_is_longer_than_its_budget() -> None:
    lengths = {name: len(text.splitlines()) for name, text in FILES}

    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}


def test_no_stylesheet_is_longer_than_its_budget() -> None:
    folders = [ROOT / "web" / app / "src" for app in ("console", "field", "shared")]
    sheets = [path for folder in [*folders, ROOT / "server"] for path in folder.rglob("*.css")]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sheets}

    assert len(sheets) > len(folders)
    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_longer_than_its_budget() -> None:
    too_long = {
        f"{name}:{node.lineno} {node.name}": length
        for name, text in FILES
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }

    assert too_long == {}
