"""Write the lock files under requirements/, or check that they still belong to pyproject.toml.

The header of a lock file holds a digest of the dependency tables it was made from, so that the
check needs neither the network nor a resolver.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"

LOCKS: dict[str, tuple[str, ...]] = {
    "runtime": (),
    "postgres": ("--extra", "postgres"),
    "run": ("--extra", "postgres", "--group", "web"),
    "dev": ("--extra", "postgres", "--group", "dev", "--group", "e2e", "--group", "web"),
    "load": ("--group", "load"),
    "uv": (),
    "web": ("--group", "web"),
    "full": (
        *("--extra", "postgres", "--extra", "optimize", "--extra", "roads", "--extra", "ml"),
        *("--group", "web"),
    ),
}

# What is locked without the project: the installer has its own short list, and where only the apps
# are built, a group of pyproject.toml is all.
SOURCES = {"uv": ("requirements/uv.in",), "web": ()}
PROJECT = ("pyproject.toml",)

COMPILE = (
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-header",
    "--quiet",
)

# A lock file says what to install, never from where: that is the machine's own business.
FORBIDDEN = re.compile(r"https?://|file:|^--|\s@\s", re.MULTILINE)


def digest(name: str) -> str:
    """The digest of everything in pyproject.toml that decides one lock file."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        pyproject = tomllib.load(file)
    project = pyproject["project"]
    sources = SOURCES.get(name, PROJECT)
    parts = {
        "requires-python": project["requires-python"],
        "dependencies": project["dependencies"],
        "extras": project["optional-dependencies"],
        "groups": pyproject["dependency-groups"],
        "source": "".join((ROOT / path).read_text() for path in sources if path not in PROJECT),
        "options": [*LOCKS[name], *COMPILE],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def header(name: str) -> str:
    """The first lines of a lock file."""
    return f"# Written by `make lock`; do not edit.\n# inputs: sha256:{digest(name)}\n"


def write(*, upgrade: bool) -> None:
    """Resolve every lock file anew, keeping pinned versions unless an upgrade is asked for."""
    FOLDER.mkdir(exist_ok=True)
    for name, selection in LOCKS.items():
        target = FOLDER / f"{name}.lock"
        command = ["uv", "pip", "compile", *SOURCES.get(name, PROJECT), *selection]
        command += [*COMPILE, "--python-version", "3.11", "--output-file", str(target)]
        # Later files are held to the versions of the first: what is tested is what runs.
        if name != "runtime":
            command += ["--constraints", str(FOLDER / "runtime.lock")]
        if upgrade:
            command.append("--upgrade")
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        target.write_text(header(name) + target.read_text())


def check() -> list[str]:
    """What is wrong with the lock files; empty when all is well."""
    faults = []
    for name in LOCKS:
        target = FOLDER / f"{name}.lock"
        if not target.exists():
            faults.append(f"{target.name} is missing: run `make lock`")
            continue
        text = target.read_text()
        if not text.startswith(header(name)):
            faults.append(f"{target.name} is older than pyproject.toml: run `make lock`")
        if found := FORBIDDEN.search(text):
            faults.append(f"{target.name} names a place to download from: {found.group()!r}")
    return faults


def main(arguments: list[str]) -> int:
    """Check with ``--check``; otherwise write, with ``--upgrade`` to newer versions."""
    if "--check" in arguments:
        faults = check()
        sys.stderr.write("".join(f"{fault}\n" for fault in faults))
        return 1 if faults else 0
    write(upgrade="--upgrade" in arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
