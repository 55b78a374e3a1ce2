"""``python -m bench [NAME ...]`` runs the named measurements, or all; ``--list`` names them."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable

import bench


def main(arguments: list[str]) -> int:
    """Run measurements and print their rows; return 2 for an unknown name."""
    known = sorted(module.name for module in pkgutil.iter_modules(bench.__path__))
    known = [name for name in known if not name.startswith("_")]
    if "--list" in arguments:
        print("\n".join(known))
        return 0
    if unknown := sorted(set(arguments) - set(known)):
        print(f"No measurement {', '.join(unknown)}; there are: {', '.join(known)}")
        return 2
    for name in arguments or known:
        run: Callable[[], list[str]] | None = getattr(
            importlib.import_module(f"bench.{name}"), "run", None
        )
        if run is None:
            continue
        print(f"== {name}", flush=True)
        for row in run():
            print(f"   {row}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
