"""What the architecture tests read: the project's own Python files, as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("server", "inventory", "sync", "iot_gateway")
BESIDE = ("tests", "scripts", "bench")
# A first revision is one long list of tables, written by Alembic.
GENERATED = "server/migrations/versions/"


@cache
def _read(folder: str) -> tuple[tuple[str, str], ...]:
    named = (
        (path.relative_to(ROOT).as_posix(), path) for path in sorted((ROOT / folder).rglob("*.py"))
    )
    files = tuple((name, path.read_text()) for name, path in named if GENERATED not in name)
    assert files, folder
    return files


def python_files(*folders: str) -> tuple[tuple[str, str], ...]:
    """Every source file of the four packages, or of ``folders``, as (path, text); never none."""
    return tuple(file for folder in folders or PACKAGES for file in _read(folder))


def module_name(path: str) -> str:
    """The dotted name of the module in ``path``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imports(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Every import in the file as (line, dotted name), ``from a import b`` as ``a.b``."""
    package = module_name(path).split(".")
    if not path.endswith("__init__.py"):
        package = package[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = [*base, *(node.module.split(".") if node.module else [])]
            yield from ((node.lineno, ".".join([*start, alias.name])) for alias in node.names)
