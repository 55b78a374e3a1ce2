"""The README's commands exist: a newcomer's first minutes must not fail on a stale line."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.architecture.source import ROOT

README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.split("#", 1)[0].strip() for block in BLOCKS for line in block.splitlines()]
MAKE = sorted({part.strip() for c in COMMANDS for part in c.split("&&") if "make " in part})
LINKS = sorted({*re.findall(r"\]\(([^)#:]+)\)", README), *re.findall(r'src="([^"]+)"', README)})


def test_the_readme_has_commands_to_check() -> None:
    assert len(MAKE) >= 5


@pytest.mark.parametrize("command", MAKE)
def test_make_knows_what_the_readme_asks_of_it(command: str) -> None:
    program, *words = command.split()
    assert program == "make"

    planned = subprocess.run(
        ["make", "--dry-run", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert planned.returncode == 0, planned.stderr


@pytest.mark.parametrize("link", LINKS)
def test_what_the_readme_links_to_is_there(link: str) -> None:
    assert (ROOT / link).exists()
