"""Write docs/openapi.json, or with ``--check`` fail when it is not what the code says.

The document depends on the code alone: no setting of this machine reaches it.
"""

from __future__ import annotations

import difflib
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "openapi.json"
ADDRESS = "/api/v1/openapi.json"
SHOWN_LINES = 40

sys.path.insert(0, str(ROOT))

from server import factory  # noqa: E402 - found only with the repository on the path
from server.kernel.settings import from_environment  # noqa: E402


def current() -> str:
    """The document that the code serves, in a stable order."""
    with tempfile.TemporaryDirectory() as home:
        platform = factory.load(from_environment({"TRUCKROLL_HOME": home}), wake=False)
        try:
            answer = factory.create_app(platform).test_client().get(ADDRESS)
        finally:
            platform.dispose()
    if answer.status_code != 200:  # noqa: PLR2004
        sys.exit(f"{ADDRESS} answered {answer.status_code}: {answer.text}")
    return json.dumps(answer.json, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Check with ``--check``; otherwise write."""
    wanted = current()
    if "--check" not in arguments:
        DOCUMENT.write_text(wanted)
        print(f"wrote {DOCUMENT.relative_to(ROOT)}")
        return 0
    kept = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    if kept == wanted:
        return 0
    lines = difflib.unified_diff(
        kept.splitlines(), wanted.splitlines(), "docs/openapi.json", "the code", lineterm=""
    )
    print("\n".join(list(lines)[:SHOWN_LINES]))
    print("docs/openapi.json is out of date: run `make openapi` and look at the difference")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
