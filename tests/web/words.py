"""What the apps say, by the names of their texts, so that a journey reads a screen as people do."""

from __future__ import annotations

import json
import re
from functools import cache

from tests.journeys.company import ROOT

PLURALS = ("_one", "_other")
HOLE = re.compile(r"\{(\w+)\}")


class Words:
    """The catalogue of one app in one language."""

    def __init__(self, app: str, language: str = "en") -> None:
        self.language = language
        self._texts = _catalogue(app, language)

    def __call__(self, name: str, /, **values: str | int) -> re.Pattern[str]:
        """A pattern for the whole text; what is not given stands for anything."""
        return re.compile(f"^(?:{self.part(name, **values).pattern})$")

    def part(self, name: str, /, **values: str | int) -> re.Pattern[str]:
        """The same for a text that stands among others."""
        forms = [self._texts[name]] if name in self._texts else self._plurals(name)
        return re.compile("|".join(f"(?:{_pattern(form, values)})" for form in forms))

    def _plurals(self, name: str) -> list[str]:
        found = [self._texts[name + end] for end in PLURALS if name + end in self._texts]
        if not found:
            raise KeyError(name)
        return found


def _pattern(text: str, values: dict[str, str | int]) -> str:
    pieces = HOLE.split(text)
    for index in range(1, len(pieces), 2):
        value = values.get(pieces[index])
        pieces[index] = ".*?" if value is None else re.escape(str(value))
    for index in range(0, len(pieces), 2):
        pieces[index] = re.escape(pieces[index])
    return "".join(pieces)


@cache
def _catalogue(app: str, language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted((ROOT / "web" / app / "src" / "locales" / language).glob("*.json")):
        texts |= json.loads(file.read_text())
    return texts
