"""Run every check that needs no test, side by side; tell about all that fail, and fail if one did.

Names on the command line choose among the checks; ``--list`` names them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import web

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One command that says by its exit code whether all is well."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    def run(self) -> tuple[bool, str, float]:
        """Return whether all is well, what was said, and how many seconds it took."""
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own commands
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout, time.monotonic() - began


def all_checks() -> list[Check]:
    """Return the checks, the slowest first so that none of them is left for the end alone."""
    of_web = {
        name: Check(name, command, ROOT / "web", web.node_environment())
        for name, command in web.checks().items()
    }
    return [
        Check("types", [f"{TOOLS}/mypy"]),
        of_web.pop("web style"),
        of_web.pop("web types"),
        Check("imports", [f"{TOOLS}/lint-imports"]),
        Check("API document", [sys.executable, "scripts/openapi.py", "--check"]),
        *of_web.values(),
        Check("style", [f"{TOOLS}/ruff", "check", "--output-format", "concise", "."]),
        Check("format", [f"{TOOLS}/ruff", "format", "--check", "."]),
        Check("lock files", [sys.executable, "scripts/lock.py", "--check"]),
    ]


def report(checks: Sequence[Check]) -> int:
    """Run the checks side by side and print each verdict when it falls; 1 when one fails."""
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = {pool.submit(check.run): check.name for check in checks}
        for done in as_completed(running):
            is_fine, output, seconds = done.result()
            if not is_fine:
                failed.append(running[done])
                print(output.rstrip())
            verdict = "fine" if is_fine else "FAILED"
            print(f"lint: {running[done]}: {verdict} ({seconds:.1f} s)", flush=True)
    if failed:
        print(f"lint: {len(failed)} failed: {', '.join(sorted(failed))}")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Run the checks named, or all; 2 for a name that is none."""
    known = {check.name: check for check in all_checks()}
    if arguments == ["--list"]:
        print("\n".join(known))
        return 0
    if strange := sorted(set(arguments) - known.keys()):
        print(f"lint: there is no check {', '.join(strange)}; there are: {', '.join(known)}")
        return 2
    return report([check for name, check in known.items() if not arguments or name in arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
