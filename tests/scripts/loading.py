"""Scripts as modules: they belong to no package, so tests load them by their place."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from tests.architecture.source import ROOT

FOLDER = ROOT / "scripts"


def load(name: str) -> ModuleType:
    """Load ``scripts/<name>.py``, and first what it imports from beside it."""
    spec = importlib.util.spec_from_file_location(f"script_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(FOLDER))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module
