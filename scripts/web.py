"""Build the apps under web/ with whatever Node there is, and say when nothing has to be done.

    scripts/web.py install   install the packages, unless the lock file is the one last installed
    scripts/web.py build     build the apps, unless their sources are those last built
    scripts/web.py test      run the unit tests
    scripts/web.py format    put the code into its canonical shape
    scripts/web.py api       write the API client; with --check, fail when it is out of date

Node is the one that TRUCKROLL_NODE or NODE names, else the one on the path when it is new enough,
else the one in .venv. Needs no package of Python.
"""

from __future__ import annotations

import contextlib
import fcntl
import filecmp
import functools
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("console", "field")
OLDEST_NODE = (22, 18)
STAMP = ".built"
INSTALLED = ".installed"
# What is in web/ and makes no difference to what is built.
SKIPPED_FOLDERS = frozenset({"node_modules", "dist", "server-tests"})
SKIPPED_FILES = re.compile(r"\.test\.tsx?$|^(eslint\.config\.js|vitest\.config\.ts|\.prettier.*)$")
UNREACHABLE = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|ENOTCACHED|EHOSTUNREACH")
# A machine without a network should learn that in seconds, not in minutes.
PATIENCE = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
CLIENT = Path("shared/src/api/gen")
# The rest of what npm says about a network is a stack trace.
SHOWN_LINES = 4


class WebError(Exception):
    """Why the apps cannot be built; the message says what to do."""


@dataclass(frozen=True)
class Workspace:
    """The folder of the sources and the folder that the built apps go to."""

    web: Path
    output: Path


def workspace(environ: Mapping[str, str] = os.environ) -> Workspace:
    """Return the project's own, built to where the server will look for it."""
    output = environ.get("TRUCKROLL_WEB_DIST")
    return Workspace(ROOT / "web", Path(output).resolve() if output else ROOT / "web" / "dist")


# ------------------------------------------------------------------------------------------- Node
def find_node(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder that holds a usable ``node`` and its ``npm``."""
    for name in ("TRUCKROLL_NODE", "NODE"):
        if named := environ.get(name):
            found = shutil.which(named)
            if found is None or not _is_usable(Path(found)):
                raise WebError(f"{name}={named} is no Node {_dotted(OLDEST_NODE)} or newer.")
            return Path(found).parent
    places = [shutil.which("node", path=environ.get("PATH", os.defpath))]
    places += [str(place / "node") for place in (Path(sys.executable).parent, ROOT / ".venv/bin")]
    for place in places:
        if place and Path(place).exists() and _is_usable(Path(place)):
            return Path(place).parent
    raise WebError(
        f"There is no Node {_dotted(OLDEST_NODE)} or newer: run scripts/setup.sh, which installs "
        "one into .venv, or name one in TRUCKROLL_NODE."
    )


def _is_usable(node: Path) -> bool:
    if not node.with_name("npm").exists():
        return False
    try:
        asked = subprocess.run(  # noqa: S603 - what the operator has named or installed
            [node, "--version"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.match(r"v(\d+)\.(\d+)\.", asked.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


@functools.cache
def node_environment() -> dict[str, str]:
    """Return this process's environment with the chosen Node first on the path."""
    return {**os.environ, "PATH": f"{find_node()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


# --------------------------------------------------------------------------------------- building
def install(at: Workspace) -> bool:
    """Install the packages that the lock file names; False when they are installed already."""
    stamp, wanted = at.web / "node_modules" / INSTALLED, packages_digest(at.web)
    if _text(stamp) == wanted:
        return False
    with _alone(at.web):
        if _text(stamp) == wanted:
            return False
        say("installing packages")
        command = ["npm", "ci", "--prefer-offline", "--no-progress", "--loglevel=error", *PATIENCE]
        done = _captured(command, at.web)
        if done.returncode:
            raise WebError(_why_not_installed(done.stdout))
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted)
    return True


def build(at: Workspace) -> bool:
    """Build the apps; False when what is there was built from these very sources."""
    wanted = sources_digest(at.web)
    if _is_built(at.output, wanted):
        return False
    _refuse_strange(at.output)
    install(at)
    with _alone(at.web):
        if _is_built(at.output, wanted):
            return False
        began, draft = time.monotonic(), at.output.with_name(f".{at.output.name}.building")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        environment = node_environment() | {"TRUCKROLL_WEB_DIST": str(draft)}
        command = ["npm", "run", "--silent", "build"]
        done = subprocess.run(command, cwd=at.web, env=environment, check=False)  # noqa: S603
        if done.returncode:
            shutil.rmtree(draft)
            raise WebError("The apps could not be built; the reason stands above.")
        (draft / STAMP).write_text(wanted)
        _replace(at.output, draft)
        say(f"built in {time.monotonic() - began:.0f} s")
    return True


def _is_built(output: Path, digest: str) -> bool:
    has_all = all((output / app / "index.html").exists() for app in APPS)
    return has_all and _text(output / STAMP) == digest


def packages_digest(web: Path) -> str:
    """Return the digest of what decides which packages are installed."""
    return _digest([web / "package-lock.json"], web, f"{platform.system()} {platform.machine()}")


def sources_digest(web: Path) -> str:
    """Return the digest of everything that decides what is built."""
    return _digest(sorted(_sources(web)), web, packages_digest(web))


def _sources(web: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(web):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS and not f.startswith(".")]
        yield from (Path(folder, name) for name in files if not SKIPPED_FILES.search(name))


def _digest(files: Sequence[Path], base: Path, more: str) -> str:
    total = hashlib.sha256(more.encode())
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(base).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _refuse_strange(output: Path) -> None:
    """Refuse to replace a folder that holds anything but built apps."""
    strange = {path.name for path in output.iterdir()} - {*APPS, STAMP} if output.exists() else None
    if strange:
        raise WebError(f"{output} holds other things ({min(strange)}); name another folder.")


def _replace(output: Path, draft: Path) -> None:
    """Put the new apps in place of the old in one step: a server may be reading them."""
    old = output.with_name(f".{output.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.rename(old)
    draft.rename(output)
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def _alone(web: Path) -> Iterator[None]:
    """Let one process at a time install or build; the second waits for the first."""
    with (web / "package-lock.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _why_not_installed(output: str) -> str:
    lines = output.strip().splitlines()
    if not UNREACHABLE.search(output):
        return "\n".join([*lines, "The packages of the apps could not be installed."])
    return "\n".join(
        [
            *lines[:SHOWN_LINES],
            "The packages of the apps could not be fetched: this machine is offline, or npm",
            "needs to be told of a proxy or another registry (see `npm config`).",
            "Everything but the apps runs without them: .venv/bin/truckroll up",
        ]
    )


# --------------------------------------------------------------------------------------- checking
def checks() -> dict[str, list[str]]:
    """Return the command of every check that ``make lint`` runs in web/, by its name."""
    tools = "node_modules/.bin"
    return {
        "web style": [f"{tools}/eslint", "--max-warnings", "0", "."],
        "web types": [f"{tools}/tsc", "-p", "tsconfig.json"],
        "web format": [f"{tools}/prettier", "--check", "--log-level", "warn", "."],
        "web lock file": ["node", "scripts/lockcheck.ts"],
        "web size": ["node", "scripts/size.ts"],
        "API client": [sys.executable, str(Path(__file__).resolve()), "api", "--check"],
    }


def write_api(at: Workspace) -> None:
    """Write the API client anew from the API document."""
    _generate(at.web, at.web / CLIENT)


def check_api(at: Workspace) -> None:
    """Fail when the API client is not the one that the API document gives."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "gen")
        _generate(at.web, fresh)
        if changed := sorted(_differences(filecmp.dircmp(fresh, at.web / CLIENT))):
            raise WebError(
                f"web/{CLIENT} is out of date ({', '.join(changed)}): run `make openapi`."
            )


def _generate(web: Path, target: Path) -> None:
    tool = "node_modules/.bin/openapi-ts"
    document = ["-i", "../docs/openapi.json", "-o", str(target), "-c", "@hey-api/client-fetch"]
    done = _captured([tool, *document, "--silent"], web)
    if done.returncode:
        raise WebError(f"{done.stdout}\nThe API client could not be written.")


def _differences(compared: filecmp.dircmp[str]) -> Iterator[str]:
    # By content: two files of one length and one second would pass for equal otherwise.
    pairs = filecmp.cmpfiles(compared.left, compared.right, compared.common_files, shallow=False)
    yield from (*pairs[1], *pairs[2], *compared.left_only, *compared.right_only)
    for folder in compared.subdirs.values():
        yield from _differences(folder)


def _captured(command: Sequence[str], web: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own commands
        command,
        cwd=web,
        env=node_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _shown(at: Workspace, *command: str) -> None:
    """Run a command whose output is what its caller wants to read; its failure is ours."""
    done = subprocess.run(command, cwd=at.web, env=node_environment(), check=False)  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)


def run_tests(at: Workspace) -> None:
    """Run the unit tests of the apps."""
    install(at)
    _shown(at, "node_modules/.bin/vitest", "run")


def format_all(at: Workspace) -> None:
    """Mend what can be mended by itself, then lay everything out."""
    install(at)
    _captured(["node_modules/.bin/eslint", "--fix", "."], at.web)
    _shown(at, "node_modules/.bin/prettier", "--write", "--log-level", "warn", ".")


def say(text: str) -> None:
    """Tell whoever waits what is happening."""
    print(f"web: {text}", file=sys.stderr, flush=True)


COMMANDS = {
    "install": install,
    "build": build,
    "test": run_tests,
    "format": format_all,
    "api": write_api,
    "api --check": check_api,
}


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say; 2 when they say nothing we know."""
    command = COMMANDS.get(" ".join(arguments))
    if command is None:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        command(workspace())
    except WebError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
