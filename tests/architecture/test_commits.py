"""One transaction per edge: nothing below it ends one or opens a session of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import python_files

# The unit of work, and the edge at which migrations run.
EDGES = ("server/kernel/uow.py", "server/migrations/env.py")
ENDINGS = frozenset({"commit", "rollback"})
# A savepoint may be taken back; a whole transaction may not.
SAVEPOINTS = frozenset({"savepoint", "nested"})


def endings(text: str) -> Iterator[tuple[int, str]]:
    """Every call of ``something.commit()`` or ``something.rollback()`` as (line, source)."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        name = owner.id if isinstance(owner, ast.Name) else ""
        if node.func.attr in ENDINGS and name not in SAVEPOINTS:
            yield node.lineno, ast.unparse(node)


def test_a_commit_is_found_and_a_savepoint_is_not() -> None:
    text = "session.commit()\nsavepoint.rollback()\nself.session.commit()"

    found = [source for _, source in endings(text)]

    assert found == ["session.commit()", "self.session.commit()"]


def test_only_the_unit_of_work_ends_a_transaction() -> None:
    elsewhere = [
        f"{path}:{line} {source}"
        for path, text in python_files()
        if path not in EDGES
        for line, source in endings(text)
    ]

    assert elsewhere == []
