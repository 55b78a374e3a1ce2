"""Whoever runs Truckroll finds every setting in one table."""

from __future__ import annotations

from pathlib import Path

from server.kernel.settings import VARIABLES, from_environment
from tests.architecture.source import ROOT


def test_every_setting_is_documented_in_the_words_of_the_code() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    table = page.split("\n## ")[0]

    rows = [line for line in table.splitlines() if line.startswith("| `")]

    assert rows == [f"| `{name}` | {meaning} |" for name, meaning in VARIABLES.items()]


class Asked(dict[str, str]):
    """An environment that notes what it is asked for."""

    def __init__(self, **values: str) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.names.add(key)
        return super().get(key) or default


def test_every_variable_that_is_read_is_a_documented_setting(tmp_path: Path) -> None:
    environ = Asked(TRUCKROLL_HOME=str(tmp_path))

    from_environment(environ)

    assert environ.names == set(VARIABLES)
